//! Re-encrypts a store with another key.

use retm::store::{StoreError, StoreErrorKind};
#[cfg(feature = "sqlite")]
use sqlx::Row as _;

use crate::failure::Failure;
use crate::seal::{Cipher, Place};
use crate::session::{Engine, Session, Sql, Value, sql};
use crate::store::KeyLock;
use crate::{Store, StoreKey, journal, tokens};

/// How many rows are in memory at once.
const BATCH: usize = 200;

const GRANTS: Sql = sql!(
    "SELECT origin, client_id, business, sealed FROM retm_grants ",
    "WHERE (origin, client_id, business) > ($1, $2, $3) ",
    "ORDER BY origin, client_id, business LIMIT 200"
);
const ORDERS: Sql = sql!(
    "SELECT origin, client_id, business, reference, body, outcome FROM retm_orders ",
    "WHERE (origin, client_id, business, reference) > ($1, $2, $3, $4) ",
    "ORDER BY origin, client_id, business, reference LIMIT 200"
);
const SET_GRANT: Sql = sql!(
    "UPDATE retm_grants SET sealed = $4 ",
    "WHERE origin = $1 AND client_id = $2 AND business = $3"
);
const SET_ORDER: Sql = sql!(
    "UPDATE retm_orders SET body = $5, outcome = $6 ",
    "WHERE origin = $1 AND client_id = $2 AND business = $3 AND reference = $4"
);
const TOTAL: Sql =
    sql!("SELECT (SELECT count(*) FROM retm_grants) + (SELECT count(*) FROM retm_orders)");

/// How far a re-encryption is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rows seen to.
    pub done: u64,
    /// Rows of the store.
    pub total: u64,
}

/// What a re-encryption did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rekeyed {
    /// Rows that have the new key now.
    pub rewritten: u64,
    /// Rows that could not be read before and were left as they are: they cannot be read now either,
    /// only forgotten.
    pub unreadable: u64,
    /// Whether nothing that the old key opens is left in the log beside a SQLite file. Where it is
    /// `false` another process was reading, or the disk failed; it goes with the next `rekey`, or once the
    /// last process has closed the file. A server's own logs and copies are not counted.
    pub wiped: bool,
}

/// A table, and which of its columns make the key and which are sealed.
struct Table {
    name: &'static str,
    keys: usize,
    sealed: &'static [&'static str],
    read: Sql,
    write: Sql,
}

const TABLES: [Table; 2] = [
    Table {
        name: tokens::TABLE,
        keys: 3,
        sealed: &[tokens::SEALED],
        read: GRANTS,
        write: SET_GRANT,
    },
    Table {
        name: journal::TABLE,
        keys: 4,
        sealed: &[journal::BODY, journal::OUTCOME],
        read: ORDERS,
        write: SET_ORDER,
    },
];

impl Store {
    /// Re-encrypts everything with another key, which this handle and its clones use from then on.
    ///
    /// It is one transaction: after a crash the store has its old key and everything in it. Other
    /// processes' writes wait meanwhile, up to their time-outs; afterwards their calls fail with
    /// [`StoreErrorKind::WrongKey`] until they are started with the new key.
    ///
    /// # Errors
    ///
    /// As any call of the store. After [`StoreErrorKind::Unavailable`] either key may be the store's:
    /// open it with the new one, then with the old one.
    pub async fn rekey(&self, new: StoreKey) -> Result<Rekeyed, StoreError> {
        self.rekey_with(new, |_| {}).await
    }

    /// As [`Store::rekey`]; tells how far it is.
    ///
    /// # Errors
    ///
    /// As [`Store::rekey`].
    pub async fn rekey_with(
        &self,
        new: StoreKey,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<Rekeyed, StoreError> {
        let mut slot = self.cipher_slot().write().await;
        let new = Cipher::new(&new);
        let done = self.reseal(&slot, &new, &mut progress).await;
        let mut rekeyed = done.map_err(|failure| failure.told(self.shown()))?;
        *slot = new;
        drop(slot);
        // The new key holds whatever comes of this.
        rekeyed.wiped = self.wipe().await.unwrap_or(false);
        Ok(rekeyed)
    }

    async fn reseal(
        &self,
        old: &Cipher,
        new: &Cipher,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Rekeyed, Failure> {
        let mut session = self.writing().await?;
        self.check_key(&mut session, old, KeyLock::Alone).await?;
        let total = session.fetch_one(TOTAL, &[]).await?;
        let total = total.ok_or(sqlx::Error::RowNotFound)?.int(0)?;
        let total = u64::try_from(total).unwrap_or_default();
        let mut rekeyed = Rekeyed::default();
        for table in &TABLES {
            let mut last = vec![String::new(); table.keys];
            loop {
                let from: Vec<Value<'_>> = last.iter().map(|one| Value::Text(one)).collect();
                let rows = session.fetch(table.read, &from).await?;
                let full = rows.len() == BATCH;
                for row in &rows {
                    last = (0..table.keys)
                        .map(|at| row.text(at))
                        .collect::<Result<_, _>>()?;
                    let sealed: Vec<Option<Vec<u8>>> = (0..table.sealed.len())
                        .map(|at| row.opt_blob(table.keys + at))
                        .collect::<Result<_, _>>()?;
                    if self
                        .reseal_row(&mut session, (old, new), table, &last, &sealed)
                        .await?
                    {
                        rekeyed.rewritten += 1;
                    } else {
                        rekeyed.unreadable += 1;
                    }
                }
                let done = rekeyed.rewritten + rekeyed.unreadable;
                progress(Progress { done, total });
                if !full {
                    break;
                }
            }
        }
        self.set_key_check(&mut session, new).await?;
        session.commit().await?;
        Ok(rekeyed)
    }

    /// One row; `false` where it cannot be read.
    async fn reseal_row(
        &self,
        session: &mut Session,
        (old, new): (&Cipher, &Cipher),
        table: &Table,
        key: &[String],
        sealed: &[Option<Vec<u8>>],
    ) -> Result<bool, Failure> {
        let key: Vec<&str> = key.iter().map(String::as_str).collect();
        let mut resealed = Vec::new();
        for (column, value) in table.sealed.iter().zip(sealed) {
            let Some(value) = value else {
                resealed.push(None);
                continue;
            };
            let place = Place {
                table: table.name,
                column,
                key: &key,
            };
            match self.unseal(old, place, value, &"a row") {
                Ok(plain) => resealed.push(Some(self.seal(new, place, &plain)?)),
                Err(error) if error.kind() == StoreErrorKind::Corrupted => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        let values: Vec<Value<'_>> = key
            .iter()
            .map(|one| Value::Text(one))
            .chain(resealed.iter().map(|one| Value::OptBlob(one.as_deref())))
            .collect();
        session.execute(table.write, &values).await?;
        Ok(true)
    }

    /// Removes what the old key can still open from SQLite's log; `false` where a reader holds it. A
    /// server has copies of its own.
    async fn wipe(&self) -> Result<bool, Failure> {
        match self.engine() {
            #[cfg(feature = "sqlite")]
            Engine::Sqlite { write, .. } => {
                let held = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                    .fetch_one(write)
                    .await?;
                Ok(held.try_get::<i64, _>(0)? == 0)
            }
            #[cfg(feature = "postgres")]
            Engine::Postgres(_) => Ok(true),
        }
    }
}
