//! Grants.

use std::time::Duration;

use futures::future::BoxFuture;
use retm::BusinessId;
use retm::store::{
    GrantKey, GrantRow, Lease, StoreError, StoreErrorKind, StoredGrant, Swapped, TokenStore,
    Versioned,
};

use crate::Store;
use crate::failure::Failure;
use crate::lease::Slot;
use crate::plain;
use crate::seal::{Cipher, Place};
use crate::session::{Row, Session, Sql, Value, sql};
use crate::store::KeyLock;

pub(crate) const TABLE: &str = "retm_grants";
pub(crate) const SEALED: &str = "sealed";

const READ: Sql = sql!(
    "SELECT version, sealed FROM retm_grants ",
    "WHERE origin = $1 AND client_id = $2 AND business = $3"
);
const ADD: Sql = sql!(
    "INSERT INTO retm_grants (origin, client_id, business, version) VALUES ($1, $2, $3, 0) ",
    "ON CONFLICT (origin, client_id, business) DO NOTHING"
);
const SWAP: Sql = sql!(
    "UPDATE retm_grants SET version = version + 1, sealed = $4 ",
    "WHERE origin = $1 AND client_id = $2 AND business = $3 AND version = $5"
);
const FORGET: Sql = sql!(
    "UPDATE retm_grants SET version = version + 1, sealed = NULL ",
    "WHERE origin = $1 AND client_id = $2 AND business = $3"
);
const READ_LEASE: Sql = sql!(
    "SELECT lease_owner, lease_from, lease_until FROM retm_grants ",
    "WHERE origin = $1 AND client_id = $2 AND business = $3"; "FOR UPDATE"
);
const SET_LEASE: Sql = sql!(
    "UPDATE retm_grants SET lease_owner = $4, lease_from = $5, lease_until = $6 ",
    "WHERE origin = $1 AND client_id = $2 AND business = $3"
);
const RELEASE: Sql = sql!(
    "UPDATE retm_grants SET lease_owner = NULL, lease_from = NULL, lease_until = NULL ",
    "WHERE origin = $1 AND client_id = $2 AND business = $3 AND lease_owner = $4"
);
const ALL: Sql = sql!(
    "SELECT version, sealed, origin, client_id, business FROM retm_grants ",
    "WHERE sealed IS NOT NULL ORDER BY origin, client_id, business"
);

pub(crate) fn columns(key: &GrantKey) -> [&str; 3] {
    [key.origin(), key.client_id(), key.business().as_str()]
}

/// The columns of a lease, from that one on.
pub(crate) fn slot(row: &Row, at: usize) -> Result<Slot, sqlx::Error> {
    Ok(Slot {
        owner: row.opt_text(at)?,
        from: row.opt_int(at + 1)?.unwrap_or_default(),
        until: row.opt_int(at + 2)?.unwrap_or_default(),
    })
}

/// The key of a row; `None` where no key of ours looks like that.
pub(crate) fn key_of(row: &Row, at: usize) -> Option<GrantKey> {
    let text = |offset| row.text(at + offset).ok();
    let business = BusinessId::new(&text(2)?).ok();
    let key = business.and_then(|business| Some(GrantKey::new(text(0)?, text(1)?, business)));
    if key.is_none() {
        tracing::warn!("a row of the store has no key that retm-store writes; it is left out");
    }
    key
}

impl Store {
    /// A transaction that writes, once it is certain that our key is the store's.
    pub(crate) async fn write(&self, cipher: &Cipher) -> Result<Session, Failure> {
        let mut session = self.writing().await?;
        self.check_key(&mut session, cipher, KeyLock::Shared)
            .await?;
        Ok(session)
    }

    fn versioned(
        &self,
        cipher: &Cipher,
        key: &GrantKey,
        row: &Row,
    ) -> Result<Versioned, StoreError> {
        let what = format!("the grant of {key}");
        let (Ok(version), Ok(sealed)) = (row.int(0), row.opt_blob(1)) else {
            return Err(self.corrupted(&what));
        };
        let version = u64::try_from(version).map_err(|_| self.corrupted(&what))?;
        let grant = match sealed {
            None => None,
            Some(sealed) => {
                let place = Place {
                    table: TABLE,
                    column: SEALED,
                    key: &columns(key),
                };
                let opened = self.unseal(cipher, place, &sealed, &what)?;
                Some(plain::grant_of(&opened).ok_or_else(|| self.corrupted(&what))?)
            }
        };
        Ok(Versioned { version, grant })
    }

    async fn try_read(&self, key: &GrantKey) -> Result<Versioned, Failure> {
        let cipher = self.cipher().await;
        let mut session = self.reading().await?;
        let row = session
            .fetch_one(READ, &columns(key).map(Value::Text))
            .await?;
        self.check_key(&mut session, &cipher, KeyLock::None).await?;
        session.commit().await?;
        match row {
            Some(row) => Ok(self.versioned(&cipher, key, &row)?),
            None => Ok(Versioned::default()),
        }
    }

    async fn try_swap(
        &self,
        key: &GrantKey,
        expected: u64,
        grant: Option<&StoredGrant>,
    ) -> Result<Swapped, Failure> {
        let Ok(version) = i64::try_from(expected) else {
            return Ok(Swapped::Lost);
        };
        let cipher = self.cipher().await;
        let columns = columns(key);
        let sealed = match grant {
            None => None,
            Some(grant) => {
                let place = Place {
                    table: TABLE,
                    column: SEALED,
                    key: &columns,
                };
                let plain = plain::grant(grant).map_err(|_| {
                    StoreError::new(StoreErrorKind::Other, "a grant cannot be written as JSON")
                })?;
                Some(self.seal(&cipher, place, &plain)?)
            }
        };
        let [origin, client_id, business] = columns.map(Value::Text);
        let mut session = self.write(&cipher).await?;
        if version == 0 {
            session.execute(ADD, &[origin, client_id, business]).await?;
        }
        let values = [
            origin,
            client_id,
            business,
            Value::OptBlob(sealed.as_deref()),
            Value::Int(version),
        ];
        let written = session.execute(SWAP, &values).await? > 0;
        session.commit().await?;
        Ok(if written {
            Swapped::Written(expected + 1)
        } else {
            Swapped::Lost
        })
    }

    async fn try_lease(
        &self,
        key: &GrantKey,
        owner: &str,
        duration: Duration,
    ) -> Result<Lease, Failure> {
        let cipher = self.cipher().await;
        let mut session = self.write(&cipher).await?;
        let columns = columns(key).map(Value::Text);
        session.execute(ADD, &columns).await?;
        let row = session.fetch_one(READ_LEASE, &columns).await?;
        let slot = slot(&row.ok_or(sqlx::Error::RowNotFound)?, 0)?;
        let now = session.now().await?;
        let rebased = slot.rebased(now);
        let held = rebased.as_ref().unwrap_or(&slot).held(owner, now);
        let change = match held {
            None => Some(Slot::taken(owner, duration, now)),
            Some(_) => rebased,
        };
        if let Some(slot) = change {
            let [origin, client_id, business] = columns;
            let values = [
                origin,
                client_id,
                business,
                Value::OptText(slot.owner.as_deref()),
                Value::Int(slot.from),
                Value::Int(slot.until),
            ];
            session.execute(SET_LEASE, &values).await?;
        }
        session.commit().await?;
        Ok(held.map_or(Lease::Taken, Lease::Held))
    }

    async fn try_forget(&self, key: &GrantKey) -> Result<(), Failure> {
        let cipher = self.cipher().await;
        let mut session = self.write(&cipher).await?;
        let columns = columns(key).map(Value::Text);
        session.execute(ADD, &columns).await?;
        session.execute(FORGET, &columns).await?;
        Ok(session.commit().await?)
    }

    async fn try_release(&self, key: &GrantKey, owner: &str) -> Result<(), Failure> {
        let cipher = self.cipher().await;
        let mut session = self.write(&cipher).await?;
        let [origin, client_id, business] = columns(key).map(Value::Text);
        let values = [origin, client_id, business, Value::Text(owner)];
        session.execute(RELEASE, &values).await?;
        Ok(session.commit().await?)
    }

    async fn try_grants(&self) -> Result<Vec<GrantRow>, Failure> {
        let cipher = self.cipher().await;
        let mut session = self.reading().await?;
        let rows = session.fetch(ALL, &[]).await?;
        self.check_key(&mut session, &cipher, KeyLock::None).await?;
        session.commit().await?;
        let keyed = rows.iter().filter_map(|row| Some((key_of(row, 2)?, row)));
        Ok(keyed
            .map(|(key, row)| {
                let versioned = self.versioned(&cipher, &key, row);
                (key, versioned)
            })
            .collect())
    }
}

impl TokenStore for Store {
    fn read<'a>(&'a self, key: &'a GrantKey) -> BoxFuture<'a, Result<Versioned, StoreError>> {
        Box::pin(self.call(move || self.try_read(key)))
    }

    fn swap<'a>(
        &'a self,
        key: &'a GrantKey,
        expected: u64,
        grant: Option<&'a StoredGrant>,
    ) -> BoxFuture<'a, Result<Swapped, StoreError>> {
        Box::pin(self.call(move || self.try_swap(key, expected, grant)))
    }

    fn lease<'a>(
        &'a self,
        key: &'a GrantKey,
        owner: &'a str,
        duration: Duration,
    ) -> BoxFuture<'a, Result<Lease, StoreError>> {
        Box::pin(self.call(move || self.try_lease(key, owner, duration)))
    }

    fn release<'a>(
        &'a self,
        key: &'a GrantKey,
        owner: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.call(move || self.try_release(key, owner)))
    }

    fn forget<'a>(&'a self, key: &'a GrantKey) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.call(move || self.try_forget(key)))
    }

    fn grants(&self) -> BoxFuture<'_, Result<Vec<GrantRow>, StoreError>> {
        Box::pin(self.call(move || self.try_grants()))
    }
}
