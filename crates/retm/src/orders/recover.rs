//! Resuming the orders that a crash, or a failure, has left half done.

use std::collections::BTreeSet;
use std::fmt;
use std::future::IntoFuture;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};

use super::drive::Drive;
use super::machine::{End, Origin};
use super::plan::Plan;
use super::submitted::Submitted;
use super::waiting::{OnWait, Waiting};
use crate::business::Business;
use crate::error::Error;
use crate::options::{CallOptions, call_options};
use crate::store::IntentKey;

/// How many orders are looked after at once.
const AT_ONCE: usize = 8;

/// Resumes the orders that the journal holds as open; `.await` gives the result, [`stream`](Self::stream) the
/// orders as they end. See [`Orders::recover`](crate::resources::Orders::recover).
#[must_use = "nothing is recovered until it is awaited or streamed"]
#[derive(Clone)]
pub struct Recover {
    business: Business,
    options: CallOptions,
    window: Option<Duration>,
    only: Option<BTreeSet<String>>,
    wait: Duration,
    on_wait: OnWait,
}

/// What became of one order of the journal.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recovered {
    /// The partner's own id of the order.
    pub reference: String,
    /// What became of it. An error whose [`outcome`](Error::outcome) is
    /// [`Rejected`](crate::Outcome::Rejected) is the end of the order; any other leaves it in the
    /// journal, and the next `recover` resumes it.
    pub result: Result<Submitted, Error>,
    held: Option<Duration>,
}

impl Recovered {
    /// Returns `true` if another process holds the order, so that it was left alone.
    pub fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// For how long at most that process holds the order if it has ended: how much of its lease was left. A process
    /// that is at work renews its lease. `None` unless the order is [held](Self::is_held).
    pub fn held_for(&self) -> Option<Duration> {
        self.held
    }
}

/// What became of all orders of the journal.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Recovery {
    /// The orders that this call resumed, in the order in which they ended.
    pub orders: Vec<Recovered>,
    /// The orders that another process holds: they were left alone.
    pub held: Vec<Held>,
}

/// An order that another process holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Held {
    /// The partner's own id of the order.
    pub reference: String,
    /// For how long at most, if that process has ended: see [`Recovered::held_for`].
    pub at_most: Duration,
}

impl Recover {
    pub(crate) fn new(business: &Business) -> Self {
        Self {
            business: business.clone(),
            options: CallOptions::default(),
            window: None,
            only: None,
            wait: Duration::ZERO,
            on_wait: OnWait::default(),
        }
    }

    call_options!();

    /// How long these orders may still take effect after they were sent, in place of the client's
    /// [`settle_window`](crate::Builder::settle_window). If an order was submitted or sent with a
    /// longer one, that counts.
    pub fn settle_window(mut self, window: Duration) -> Self {
        self.window = Some(window);
        self
    }

    /// Resumes the orders of these references alone, as far as the journal holds them as open.
    pub fn only<R: Into<String>>(mut self, references: impl IntoIterator<Item = R>) -> Self {
        self.only = Some(references.into_iter().map(Into::into).collect());
        self
    }

    /// Waits for orders that another process holds, until each is over or that much time has passed; by default they are
    /// left alone at once.
    ///
    /// The lease of a process that has just crashed is still held, for one and a half time-outs at most: so a program
    /// that is restarted at once waits at least that long. See [`Recovered::held_for`].
    pub fn wait(mut self, limit: Duration) -> Self {
        self.wait = limit;
        self
    }

    /// Calls that at the beginning of each wait, with what is waited for and how long at most.
    pub fn on_wait(mut self, f: impl Fn(&Waiting) + Send + Sync + 'static) -> Self {
        self.on_wait = OnWait::new(f);
        self
    }

    pub(super) fn set_on_wait(&mut self, on_wait: OnWait) {
        self.on_wait = on_wait;
    }

    /// The orders as they end; those that another process holds come last. An error is the journal's, and the end of
    /// the stream; what becomes of one order stands in [`Recovered::result`] and keeps no other from being recovered.
    pub fn stream(self) -> BoxStream<'static, Result<Recovered, Error>> {
        stream::once(self.pending())
            .map_ok(|(this, keys)| {
                let clock = this.business.core().timers.clock.clone();
                let end = clock.monotonic().saturating_add(this.wait);
                // Nobody waits for the lease of one order while another could be resumed.
                let left_alone = Arc::new(Mutex::new(Vec::new()));
                let (first, held) = (this.clone(), left_alone.clone());
                let at_once = stream::iter(keys)
                    .map(move |key| first.clone().one(key, Duration::ZERO))
                    .buffer_unordered(AT_ONCE)
                    .filter_map(move |(key, recovered)| {
                        let waits = clock.monotonic() < end;
                        let recovered = match recovered {
                            Some(recovered) if recovered.is_held() && waits => {
                                lock(&held).push(key);
                                None
                            }
                            other => other,
                        };
                        async move { recovered }
                    });
                let later = stream::once(async move { std::mem::take(&mut *lock(&left_alone)) })
                    .flat_map(stream::iter)
                    .map(move |key| {
                        let now = this.business.core().timers.clock.monotonic();
                        this.clone().one(key, end.saturating_sub(now))
                    })
                    .buffer_unordered(AT_ONCE)
                    .filter_map(|(_, recovered)| async move { recovered });
                at_once.chain(later).map(Ok)
            })
            .try_flatten()
            .boxed()
    }

    async fn pending(self) -> Result<(Self, Vec<IntentKey>), Error> {
        let core = self.business.core();
        let grant = core.grant_key(self.business.id());
        let pending = core.journal.pending(Some(&grant)).await;
        let mut keys = pending
            .map_err(|error| Error::of_store(error).of_call("create_order", self.business.id()))?;
        if let Some(only) = &self.only {
            keys.retain(|key| only.contains(key.reference()));
        }
        Ok((self, keys))
    }

    /// Resumes one order, and waits that long at most for another process to end it; nothing if it is over by now.
    async fn one(self, key: IntentKey, wait: Duration) -> (IntentKey, Option<Recovered>) {
        let plan = Plan::new(self.business.core(), &self.options, self.window);
        let reference = key.reference().to_owned();
        let origin = Origin::Journal { wait };
        let drive = Drive::new(self.business, key.clone(), plan, self.options, origin);
        let (result, held) = match drive.on_wait(self.on_wait).run().await {
            Ok(End::Submitted(submitted)) => (Ok(*submitted), None),
            Ok(End::Held(error, left)) => (Err(error), Some(left)),
            Ok(End::Gone) => return (key, None),
            Err(error) => (Err(error), None),
        };
        let recovered = Recovered {
            reference,
            result,
            held,
        };
        (key, Some(recovered))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl IntoFuture for Recover {
    type Output = Result<Recovery, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let sort = |mut recovery: Recovery, recovered: Recovered| async move {
                match recovered.held {
                    Some(at_most) => recovery.held.push(Held {
                        reference: recovered.reference,
                        at_most,
                    }),
                    None => recovery.orders.push(recovered),
                }
                Ok(recovery)
            };
            self.stream().try_fold(Recovery::default(), sort).await
        })
    }
}

impl fmt::Debug for Recover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recover")
            .field("business", self.business.id())
            .field("wait", &self.wait)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Begun, MemoryStore, NewIntent, OrderJournal};
    use crate::{Credentials, Retm};

    const LEASE: Duration = Duration::from_secs(90);

    /// A business two of whose orders another process holds; nobody answers its calls.
    async fn held() -> Business {
        let store = MemoryStore::default();
        let retm = Retm::builder()
            .base_url("http://127.0.0.1:1")
            .credentials(Credentials::new("app", "secret"))
            .store(store.clone());
        let business = retm.build().unwrap().business("acme").unwrap();
        for reference in ["A-1", "A-2"] {
            let key = IntentKey::new(business.grant_key(), reference);
            let intent = NewIntent {
                digest: [0; 32],
                body: "{}".into(),
                settle_window: LEASE,
            };
            let begun = store.begin(&key, &intent, "another", LEASE).await.unwrap();
            assert!(matches!(begun, Begun::Leased(_)));
        }
        business
    }

    #[tokio::test]
    async fn a_held_order_tells_how_long_its_lease_runs() {
        let recover = held().await.orders().recover();
        let orders: Vec<Recovered> = recover.clone().stream().try_collect().await.unwrap();
        assert_eq!(orders.len(), 2);
        for order in orders {
            assert!(order.is_held() && order.result.is_err());
            let left = order.held_for().unwrap();
            assert!(!left.is_zero() && left <= LEASE, "{left:?}");
        }
        assert_eq!(recover.await.unwrap().held.len(), 2);
    }

    #[tokio::test]
    async fn only_the_references_that_were_named_are_recovered() {
        let recover = held().await.orders().recover().only(["A-2", "A-3"]);
        let held = recover.await.unwrap().held;
        assert_eq!((held.len(), held[0].reference.as_str()), (1, "A-2"));
        assert!(held[0].at_most <= LEASE);
    }
}
