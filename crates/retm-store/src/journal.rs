//! Orders.

use std::time::Duration;

use futures::future::BoxFuture;
use retm::store::{
    Begun, GrantKey, Intent, IntentKey, IntentRecord, IntentState, NewIntent, OrderJournal,
    StoreError, StoreErrorKind,
};

use crate::Store;
use crate::failure::Failure;
use crate::lease::{Slot, ago, whole_micros};
use crate::plain;
use crate::seal::{Cipher, Place};
use crate::session::{Row, Session, Value};
use crate::statements::{
    ADD, ADVANCE, PENDING, PENDING_OF, READ, READ_LEASE, READ_LOCKED, RELEASE, RENEW, REPLACE, TAKE,
};
use crate::store::KeyLock;
use crate::tokens::{key_of, slot};

pub(crate) const TABLE: &str = "retm_orders";
pub(crate) const BODY: &str = "body";
pub(crate) const OUTCOME: &str = "outcome";

fn columns(key: &IntentKey) -> [&str; 4] {
    let [origin, client_id, business] = crate::tokens::columns(key.grant());
    [origin, client_id, business, key.reference()]
}

fn place<'a>(column: &'static str, key: &'a [&'a str; 4]) -> Place<'a> {
    Place {
        table: TABLE,
        column,
        key,
    }
}

/// The key's values, then those.
fn values<'a>(key: &'a IntentKey, more: &[Value<'a>]) -> Vec<Value<'a>> {
    let key = columns(key).map(Value::Text);
    key.into_iter().chain(more.iter().copied()).collect()
}

fn lease_values(slot: &Slot) -> [Value<'_>; 3] {
    [
        Value::OptText(slot.owner.as_deref()),
        Value::Int(slot.from),
        Value::Int(slot.until),
    ]
}

/// A window of a row; none where an earlier version wrote it, so that whoever reads it has his own.
fn window(row: &Row, at: usize) -> Option<Duration> {
    let window = row.opt_int(at).ok()?.unwrap_or_default();
    Some(Duration::from_micros(window.try_into().ok()?))
}

/// Times of a row, none of them in the future: where the clock has jumped back, they count from now.
struct Times {
    written_at: i64,
    sent_at: Option<i64>,
}

impl Times {
    fn of(row: &Row, now: i64) -> Result<Self, sqlx::Error> {
        Ok(Self {
            written_at: row.int(3)?.min(now),
            sent_at: row.opt_int(4)?.map(|at| at.min(now)),
        })
    }
}

impl Store {
    fn record(
        &self,
        cipher: &Cipher,
        key: &IntentKey,
        row: &Row,
        now: i64,
    ) -> Result<IntentRecord, StoreError> {
        let what = format!("the order {} of {}", key.reference(), key.grant());
        let broken = || self.corrupted(&what);
        let columns = columns(key);
        let name = row.text(0).map_err(|_| broken())?;
        let body = row.blob(1).map_err(|_| broken())?;
        let outcome = row.opt_blob(2).map_err(|_| broken())?;
        let times = Times::of(row, now).map_err(|_| broken())?;
        let settle_window = window(row, 8).ok_or_else(broken)?;
        let sent_window = window(row, 9).ok_or_else(broken)?;
        let body = self.unseal(cipher, place(BODY, &columns), &body, &what)?;
        let outcome = match outcome {
            None => None,
            Some(sealed) => Some(self.unseal(cipher, place(OUTCOME, &columns), &sealed, &what)?),
        };
        let outcome = outcome.as_ref().map(|plain| plain.as_slice());
        Ok(IntentRecord {
            intent: Intent {
                order: plain::order_of(&body, settle_window).ok_or_else(broken)?,
                state: plain::state_of(&name, outcome, sent_window).ok_or_else(broken)?,
            },
            sent_ago: times.sent_at.map(|at| ago(at, now)),
            age: ago(times.written_at, now),
        })
    }

    /// The lease for a row that is there, or why not.
    async fn begun(
        &self,
        session: &mut Session,
        cipher: &Cipher,
        key: &IntentKey,
        row: &Row,
        (owner, lease, now): (&str, Duration, i64),
    ) -> Result<Begun, Failure> {
        let record = self.record(cipher, key, row, now)?;
        if matches!(record.intent.state, IntentState::Done { .. }) {
            return Ok(Begun::Done(record));
        }
        let slot = slot(row, 5)?;
        let rebased = slot.rebased(now);
        let held = rebased.as_ref().unwrap_or(&slot).held(owner, now);
        let change = match held {
            None => Some(Slot::taken(owner, lease, now)),
            Some(_) => rebased,
        };
        if let Some(slot) = change {
            let times = Times::of(row, now)?;
            let [by, from, until] = lease_values(&slot);
            let written = Value::Int(times.written_at);
            let values = values(
                key,
                &[written, Value::OptInt(times.sent_at), by, from, until],
            );
            session.execute(TAKE, &values).await?;
        }
        Ok(match held {
            Some(left) => Begun::Held(record, left),
            None => Begun::Leased(record),
        })
    }

    async fn try_begin(
        &self,
        key: &IntentKey,
        intent: &NewIntent,
        owner: &str,
        lease: Duration,
    ) -> Result<Begun, Failure> {
        let cipher = self.cipher().await;
        let columns = columns(key);
        let body = self.seal(&cipher, place(BODY, &columns), &plain::order(intent))?;
        let tie = self.tie();
        let new = || {
            Begun::Leased(IntentRecord {
                intent: Intent {
                    order: intent.clone(),
                    state: IntentState::Prepared,
                },
                sent_ago: None,
                age: Duration::ZERO,
            })
        };
        let mut session = self.write(&cipher).await?;
        let now = session.now().await?;
        let taken = Slot::taken(owner, lease, now);
        let fresh = |taken, now| {
            let [by, from, until] = lease_values(taken);
            let head = [Value::Blob(&body), Value::Int(now), Value::Int(tie)];
            let [body, now, tie] = head;
            let window = Value::Int(whole_micros(intent.settle_window));
            values(key, &[body, now, tie, window, by, from, until])
        };
        if session.execute(ADD, &fresh(&taken, now)).await? > 0 {
            session.commit().await?;
            return Ok(new());
        }
        let row = session.fetch_one(READ_LOCKED, &values(key, &[])).await?;
        let row = row.ok_or(sqlx::Error::RowNotFound)?;
        // Once more: the row's lock may have been waited for.
        let now = session.now().await?;
        let slot = slot(&row, 5)?;
        let free = slot.rebased(now).unwrap_or(slot).held(owner, now).is_none();
        let begun = if free && row.text(0)? == plain::REJECTED {
            let taken = Slot::taken(owner, lease, now);
            session.execute(REPLACE, &fresh(&taken, now)).await?;
            new()
        } else {
            self.begun(&mut session, &cipher, key, &row, (owner, lease, now))
                .await?
        };
        session.commit().await?;
        Ok(begun)
    }

    async fn try_resume(
        &self,
        key: &IntentKey,
        owner: &str,
        lease: Duration,
    ) -> Result<Option<Begun>, Failure> {
        let cipher = self.cipher().await;
        let mut session = self.write(&cipher).await?;
        let row = session.fetch_one(READ_LOCKED, &values(key, &[])).await?;
        let begun = match row {
            None => None,
            Some(row) => {
                let now = session.now().await?;
                let asked = (owner, lease, now);
                Some(self.begun(&mut session, &cipher, key, &row, asked).await?)
            }
        };
        session.commit().await?;
        Ok(begun)
    }

    async fn try_read_order(&self, key: &IntentKey) -> Result<Option<IntentRecord>, Failure> {
        let cipher = self.cipher().await;
        let mut session = self.reading().await?;
        let row = session.fetch_one(READ, &values(key, &[])).await?;
        let now = session.now().await?;
        self.check_key(&mut session, &cipher, KeyLock::None).await?;
        session.commit().await?;
        Ok(match row {
            Some(row) => Some(self.record(&cipher, key, &row, now)?),
            None => None,
        })
    }

    /// The time, where the lease is the owner's.
    async fn owned(
        &self,
        session: &mut Session,
        key: &IntentKey,
        owner: &str,
    ) -> Result<Option<i64>, Failure> {
        let Some(row) = session.fetch_one(READ_LEASE, &values(key, &[])).await? else {
            return Ok(None);
        };
        let now = session.now().await?;
        Ok(slot(&row, 0)?.owned(owner, now).then_some(now))
    }

    async fn try_advance(
        &self,
        key: &IntentKey,
        owner: &str,
        to: &IntentState,
        lease: Duration,
    ) -> Result<bool, Failure> {
        let cipher = self.cipher().await;
        let Some((name, outcome)) = plain::state(to) else {
            let message = "retm-store does not know that state of an order; update it with retm";
            return Err(StoreError::new(StoreErrorKind::Other, message).into());
        };
        let columns = columns(key);
        let outcome = match outcome {
            None => None,
            Some(plain) => Some(self.seal(&cipher, place(OUTCOME, &columns), &plain)?),
        };
        let window = match to {
            IntentState::Sent { settle_window } => Some(whole_micros(*settle_window)),
            _ => None,
        };
        let mut session = self.write(&cipher).await?;
        let now = self.owned(&mut session, key, owner).await?;
        if let Some(now) = now {
            let taken = Slot::taken(owner, lease, now);
            let [by, from, until] = lease_values(&taken);
            let more = [
                Value::Text(name),
                Value::OptBlob(outcome.as_deref()),
                Value::Int(now),
                Value::OptInt(window.map(|_| now)),
                Value::OptInt(window),
                by,
                from,
                until,
            ];
            session.execute(ADVANCE, &values(key, &more)).await?;
        }
        session.commit().await?;
        Ok(now.is_some())
    }

    async fn try_renew(
        &self,
        key: &IntentKey,
        owner: &str,
        lease: Duration,
    ) -> Result<bool, Failure> {
        let cipher = self.cipher().await;
        let mut session = self.write(&cipher).await?;
        let now = self.owned(&mut session, key, owner).await?;
        if let Some(now) = now {
            let taken = Slot::taken(owner, lease, now);
            session
                .execute(RENEW, &values(key, &lease_values(&taken)))
                .await?;
        }
        session.commit().await?;
        Ok(now.is_some())
    }

    async fn try_release_order(&self, key: &IntentKey, owner: &str) -> Result<(), Failure> {
        let cipher = self.cipher().await;
        let mut session = self.write(&cipher).await?;
        let values = values(key, &[Value::Text(owner)]);
        session.execute(RELEASE, &values).await?;
        Ok(session.commit().await?)
    }

    async fn try_pending(&self, grant: Option<&GrantKey>) -> Result<Vec<IntentKey>, Failure> {
        let cipher = self.cipher().await;
        let mut session = self.reading().await?;
        let rows = match grant {
            None => session.fetch(PENDING, &[]).await?,
            Some(grant) => {
                let key = crate::tokens::columns(grant).map(Value::Text);
                session.fetch(PENDING_OF, &key).await?
            }
        };
        self.check_key(&mut session, &cipher, KeyLock::None).await?;
        session.commit().await?;
        let keys = rows.iter().filter_map(|row| {
            let grant = key_of(row, 0)?;
            Some(IntentKey::new(grant, row.text(3).ok()?))
        });
        Ok(keys.collect())
    }
}

impl OrderJournal for Store {
    fn begin<'a>(
        &'a self,
        key: &'a IntentKey,
        intent: &'a NewIntent,
        owner: &'a str,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Begun, StoreError>> {
        Box::pin(self.call(move || self.try_begin(key, intent, owner, lease)))
    }

    fn resume<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Option<Begun>, StoreError>> {
        Box::pin(self.call(move || self.try_resume(key, owner, lease)))
    }

    fn read<'a>(
        &'a self,
        key: &'a IntentKey,
    ) -> BoxFuture<'a, Result<Option<IntentRecord>, StoreError>> {
        Box::pin(self.call(move || self.try_read_order(key)))
    }

    fn advance<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
        state: &'a IntentState,
        lease: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(self.call(move || self.try_advance(key, owner, state, lease)))
    }

    fn renew<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
        lease: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(self.call(move || self.try_renew(key, owner, lease)))
    }

    fn release<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.call(move || self.try_release_order(key, owner)))
    }

    fn pending<'a>(
        &'a self,
        grant: Option<&'a GrantKey>,
    ) -> BoxFuture<'a, Result<Vec<IntentKey>, StoreError>> {
        Box::pin(self.call(move || self.try_pending(grant)))
    }
}
