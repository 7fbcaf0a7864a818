//! Going on with the orders that a crash, or a failure, has left half done.

use std::collections::BTreeSet;
use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};

use super::drive::{Drive, End, Origin};
use super::plan::Plan;
use super::submitted::Submitted;
use super::ticket::Ticket;
use crate::business::Business;
use crate::error::Error;
use crate::options::{CallOptions, call_options};
use crate::store::IntentKey;

/// How many orders are looked after at once.
const AT_ONCE: usize = 8;

/// Goes on with the orders that the journal holds as not over; `.await` gives the result,
/// [`stream`](Self::stream) the orders as they end. See
/// [`Orders::recover`](crate::resources::Orders::recover).
#[must_use = "nothing is recovered until it is awaited or streamed"]
#[derive(Clone)]
pub struct Recover {
    business: Business,
    options: CallOptions,
    window: Option<Duration>,
    only: Option<BTreeSet<String>>,
}

/// What became of one order of the journal.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recovered {
    /// The partner's own id of the order.
    pub reference: String,
    /// What became of it. An error whose [`outcome`](Error::outcome) is
    /// [`Rejected`](crate::Outcome::Rejected) is the end of the order; any other leaves it in the
    /// journal, and the next `recover` goes on with it.
    pub result: Result<Submitted, Error>,
    held: Option<Duration>,
}

impl Recovered {
    /// Whether somebody else is sending it, so that it was left alone.
    pub fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// How much of that one's lease was left: where its process has ended, the order can be taken over
    /// after that time. One that is at work renews its lease. `None` unless the order is
    /// [held](Self::is_held).
    pub fn held_for(&self) -> Option<Duration> {
        self.held
    }
}

/// What became of all orders of the journal.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Recovery {
    /// The orders that this call went on with, in the order in which they ended.
    pub orders: Vec<Recovered>,
    /// The references of orders that somebody else is sending: they were left alone.
    pub held: Vec<String>,
}

impl Recover {
    pub(crate) fn new(business: &Business) -> Self {
        Self {
            business: business.clone(),
            options: CallOptions::default(),
            window: None,
            only: None,
        }
    }

    call_options!();

    /// How long these orders may still take effect after they were sent, in place of the client's
    /// [`settle_window`](crate::Builder::settle_window). Where an order was submitted or sent with a
    /// longer one, that counts.
    pub fn settle_window(mut self, window: Duration) -> Self {
        self.window = Some(window);
        self
    }

    /// Goes on with the orders of these references alone, as far as the journal holds them as not over.
    pub fn only<R: Into<String>>(mut self, references: impl IntoIterator<Item = R>) -> Self {
        self.only = Some(references.into_iter().map(Into::into).collect());
        self
    }

    /// The orders as they end. An error is the journal's, and the end of the stream; what becomes of
    /// one order stands in [`Recovered::result`] and keeps no other from being recovered.
    pub fn stream(self) -> BoxStream<'static, Result<Recovered, Error>> {
        stream::once(self.pending())
            .map_ok(|(this, keys)| {
                let drives = stream::iter(keys).map(move |key| this.clone().one(key));
                drives
                    .buffer_unordered(AT_ONCE)
                    .filter_map(|recovered| async move { recovered.map(Ok) })
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

    /// Goes on with one order; `None` where it is over by now.
    async fn one(self, key: IntentKey) -> Option<Recovered> {
        let core = self.business.core();
        let plan = Plan::new(core, &self.options, self.window);
        let reference = key.reference().to_owned();
        let ticket = Ticket::new(core, key, plan.lease);
        let drive = Drive::new(self.business, ticket, plan, self.options, Origin::Journal);
        let (result, held) = match drive.run().await {
            Ok(End::Submitted(submitted)) => (Ok(*submitted), None),
            Ok(End::Held(error, left)) => (Err(error), Some(left)),
            Ok(End::Gone) => return None,
            Err(error) => (Err(error), None),
        };
        Some(Recovered {
            reference,
            result,
            held,
        })
    }
}

impl IntoFuture for Recover {
    type Output = Result<Recovery, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let sort = |mut recovery: Recovery, recovered: Recovered| async move {
                match recovered.is_held() {
                    true => recovery.held.push(recovered.reference),
                    false => recovery.orders.push(recovered),
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
        assert_eq!(recover.await.unwrap().held, ["A-2"]);
    }
}
