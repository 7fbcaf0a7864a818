//! The store: where it is, with which key, and how a call to it runs.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use retm::store::{StoreError, StoreErrorKind};
use tokio::sync::{RwLock, RwLockReadGuard};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::StoreKey;
use crate::failure::{Failure, timed_out};
use crate::key::config;
use crate::lease::micros;
use crate::seal::{Cipher, Place, Unreadable, Unsealable};
use crate::session::{Engine, Session, Sql, Value, sql};

/// How long a call waits for a connection.
pub(crate) const ACQUIRE: Duration = Duration::from_secs(5);

/// How long a call takes at most.
const CALL: Duration = Duration::from_secs(12);

/// How long opening takes at most: other processes may be making the tables.
const OPEN: Duration = Duration::from_secs(30);

/// How often a transaction is tried that others got in the way of.
const TRIES: usize = 8;

const KEY_CHECK: Place<'static> = Place {
    table: "retm_meta",
    column: "key_check",
    key: &[],
};
const KEY_CHECK_TEXT: &[u8] = b"retm-store";

const ADD_KEY_CHECK: Sql =
    sql!("INSERT INTO retm_meta (id, key_check) VALUES (1, $1) ON CONFLICT (id) DO NOTHING");
const SET_KEY_CHECK: Sql = sql!("UPDATE retm_meta SET key_check = $1 WHERE id = 1");
const PRUNE: Sql = sql!(
    "DELETE FROM retm_orders WHERE state IN ('done', 'rejected') AND changed_at <= $1 ",
    "AND (lease_owner IS NULL OR lease_until <= $2)"
);

/// How the row that tells the key is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyLock {
    /// After what is to be opened: a re-encryption in between is noticed then.
    None,
    /// Before writing: no re-encryption until the end of the transaction.
    Shared,
    /// For the re-encryption itself: nobody else writes until its end.
    Alone,
}

impl KeyLock {
    fn sql(self) -> Sql {
        match self {
            Self::None => sql!("SELECT key_check FROM retm_meta WHERE id = 1"),
            Self::Shared => sql!("SELECT key_check FROM retm_meta WHERE id = 1"; "FOR SHARE"),
            Self::Alone => sql!("SELECT key_check FROM retm_meta WHERE id = 1"; "FOR UPDATE"),
        }
    }
}

/// Grants and orders in an SQLite file or on a PostgreSQL server, encrypted.
///
/// Clones share their connections. It keeps both the grants ([`retm::store::TokenStore`]) and the
/// journal of orders ([`retm::store::OrderJournal`]) for any number of processes. Leases and ages run
/// by the database's clock.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    engine: Engine,
    /// Read for the time of a call; written when it changes.
    cipher: RwLock<Cipher>,
    /// Where it is, without user and password.
    shown: String,
    /// Tells orders apart that were written in the same moment.
    ties: AtomicI64,
}

impl Store {
    /// Opens `sqlite:FILE` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, and makes its tables where
    /// they are missing.
    ///
    /// A file is made with access for its owner alone, and taken from everybody else where they had
    /// any; its folder has to be there. `sqlite:FILE?max_page_count=N` lets the file grow to N pages of
    /// 4 KiB at most. The parameters of a PostgreSQL address are libpq's; over a network, add
    /// `?sslmode=verify-full`.
    ///
    /// The first to open a store decides on its key. Needs a tokio runtime with time and I/O.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Config`] for an address that cannot be used, [`StoreErrorKind::WrongKey`],
    /// [`StoreErrorKind::Newer`], [`StoreErrorKind::NotWritable`] and [`StoreErrorKind::Unavailable`]
    /// as they say.
    pub async fn open(url: &str, key: StoreKey) -> Result<Self, StoreError> {
        let (scheme, rest) = url.split_once(':').unwrap_or_default();
        let (shown, opened) = match scheme {
            #[cfg(feature = "sqlite")]
            "sqlite" => {
                let address = crate::sqlite::Address::parse(rest)?;
                let shown = format!("the store {}", address.file.display());
                (shown, timeout(OPEN, crate::sqlite::open(&address)).await)
            }
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => {
                let address = crate::postgres::Address::parse(url)?;
                let shown = format!("the store on {}", address.shown);
                (shown, timeout(OPEN, crate::postgres::open(&address)).await)
            }
            _ => return Err(unknown(scheme, rest)),
        };
        let opened = opened.map_err(|_| timed_out(&shown))?;
        let engine = opened.map_err(|failure| failure.told(&shown))?;
        let store = Self(Arc::new(Inner {
            engine,
            cipher: RwLock::new(Cipher::new(&key)),
            shown,
            ties: AtomicI64::new(0),
        }));
        store.call(|| store.first_key_check()).await?;
        Ok(store)
    }

    /// Whether the store has that key; a new store gets it.
    async fn first_key_check(&self) -> Result<(), Failure> {
        let cipher = self.cipher().await;
        let mut session = self.reading().await?;
        let there = session.fetch_one(KeyLock::None.sql(), &[]).await?;
        session.commit().await?;
        let mut session = if there.is_some() {
            self.reading().await?
        } else {
            let check = self.seal(&cipher, KEY_CHECK, KEY_CHECK_TEXT)?;
            let mut session = self.writing().await?;
            session
                .execute(ADD_KEY_CHECK, &[Value::Blob(&check)])
                .await?;
            session
        };
        self.check_key(&mut session, &cipher, KeyLock::None).await?;
        session.commit().await?;
        Ok(())
    }

    /// Deletes orders that took effect or were refused longer ago than that; how many.
    ///
    /// A reference is recognised for so long: an order that is submitted again after its record is
    /// gone is sent again. Keep records for longer than any caller might repeat an order.
    ///
    /// # Errors
    ///
    /// As any call of the store.
    pub async fn prune(&self, older_than: Duration) -> Result<u64, StoreError> {
        self.call(|| async {
            let cipher = self.cipher().await;
            let mut session = self.writing().await?;
            self.check_key(&mut session, &cipher, KeyLock::Shared)
                .await?;
            let now = session.now().await?;
            let before = now.saturating_sub(micros(older_than));
            let pruned = session
                .execute(PRUNE, &[Value::Int(before), Value::Int(now)])
                .await?;
            session.commit().await?;
            Ok(pruned)
        })
        .await
    }

    /// Does that within the time for a call, again where the database asks for it.
    pub(crate) async fn call<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let tries = async {
            let mut tries = 1;
            loop {
                match attempt().await {
                    Err(failure) if tries < TRIES && failure.again() => tries += 1,
                    other => return other,
                }
            }
        };
        match timeout(CALL, tries).await {
            Ok(done) => done.map_err(|failure| failure.told(&self.0.shown)),
            Err(_) => Err(timed_out(&self.0.shown)),
        }
    }

    pub(crate) async fn cipher(&self) -> RwLockReadGuard<'_, Cipher> {
        self.0.cipher.read().await
    }

    /// For the change of the key: waits for the calls that run, and keeps others waiting.
    pub(crate) fn cipher_slot(&self) -> &RwLock<Cipher> {
        &self.0.cipher
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn shown(&self) -> &str {
        &self.0.shown
    }

    pub(crate) fn tie(&self) -> i64 {
        self.0.ties.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) async fn reading(&self) -> Result<Session, Failure> {
        Ok(Session::reading(&self.0.engine).await?)
    }

    pub(crate) async fn writing(&self) -> Result<Session, Failure> {
        Ok(Session::writing(&self.0.engine).await?)
    }

    /// Whether the store is still encrypted with our key.
    pub(crate) async fn check_key(
        &self,
        session: &mut Session,
        cipher: &Cipher,
        lock: KeyLock,
    ) -> Result<(), Failure> {
        let row = session.fetch_one(lock.sql(), &[]).await?;
        let opened = match row {
            Some(row) => cipher.open(KEY_CHECK, &row.blob(0)?),
            None => Err(Unreadable::Broken),
        };
        let (kind, what) = match opened {
            Ok(plain) if plain.as_slice() == KEY_CHECK_TEXT => return Ok(()),
            Err(Unreadable::Newer) => (
                StoreErrorKind::Newer,
                "was written by a newer version of retm-store; update this program",
            ),
            _ => (
                StoreErrorKind::WrongKey,
                "is encrypted with another key; give the key that it was made or last re-encrypted \
                 with",
            ),
        };
        Err(StoreError::new(kind, format!("{} {what}", self.0.shown)).into())
    }

    pub(crate) async fn set_key_check(
        &self,
        session: &mut Session,
        cipher: &Cipher,
    ) -> Result<(), Failure> {
        let check = self.seal(cipher, KEY_CHECK, KEY_CHECK_TEXT)?;
        session
            .execute(SET_KEY_CHECK, &[Value::Blob(&check)])
            .await?;
        Ok(())
    }

    pub(crate) fn seal(
        &self,
        cipher: &Cipher,
        place: Place<'_>,
        plain: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        cipher.seal(place, plain).map_err(|Unsealable| {
            let message = "nothing can be encrypted: the operating system gives no random bytes";
            StoreError::new(StoreErrorKind::Other, message)
        })
    }

    /// Opens what a row holds; `what` names the row.
    pub(crate) fn unseal(
        &self,
        cipher: &Cipher,
        place: Place<'_>,
        sealed: &[u8],
        what: &dyn fmt::Display,
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        cipher.open(place, sealed).map_err(|unreadable| match unreadable {
            Unreadable::Broken => self.corrupted(what),
            Unreadable::Newer => StoreError::new(
                StoreErrorKind::Newer,
                format!(
                    "{} holds {what} as a newer version of retm-store wrote it; update this program",
                    self.0.shown
                ),
            ),
        })
    }

    pub(crate) fn corrupted(&self, what: &dyn fmt::Display) -> StoreError {
        let shown = &self.0.shown;
        let message = format!(
            "{shown} holds {what} in a form that cannot be read: its row is damaged; restore it from \
             a backup, or forget it"
        );
        StoreError::new(StoreErrorKind::Corrupted, message)
    }
}

fn unknown(scheme: &str, rest: &str) -> StoreError {
    let known = "`sqlite:FILE` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`";
    config(match scheme {
        "memory" if rest.is_empty() => {
            "`memory:` keeps nothing; for that, retm::store::MemoryStore needs no key".to_owned()
        }
        "sqlite" | "postgres" | "postgresql" => {
            format!("this program was built without {scheme}; turn on that feature of retm-store")
        }
        _ => format!("the address of the store is not one of {known}"),
    })
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.0.shown).finish()
    }
}
