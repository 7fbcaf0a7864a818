//! A journal whose first write hangs: it fails for its caller, and lands later than that one looks.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use retm::store::{
    Begun, GrantKey, IntentKey, IntentRecord, IntentState, MemoryStore, NewIntent, OrderJournal,
    StoreError, StoreErrorKind,
};
use retm::{ErrorKind, Outcome, Submission};

use crate::world::{World, order, order_with};

type Transaction = (IntentKey, NewIntent, String, Duration);

/// A journal whose first so many `begin` fail. The first one lands before the first further one that does not,
/// which waits for it, or when it is told to.
#[derive(Clone)]
struct Hung {
    inner: MemoryStore,
    failing: Arc<AtomicU32>,
    hanging: Arc<Mutex<Option<Transaction>>>,
}

impl Hung {
    fn new(inner: &MemoryStore, failing: u32) -> Self {
        Self {
            inner: inner.clone(),
            failing: Arc::new(AtomicU32::new(failing)),
            hanging: Arc::default(),
        }
    }

    async fn land(&self) {
        let hanging = self.hanging.lock().unwrap().take();
        if let Some((key, intent, owner, lease)) = hanging {
            let begun = self.inner.begin(&key, &intent, &owner, lease).await;
            assert!(!matches!(begun.unwrap(), Begun::Done(_)));
        }
    }
}

impl OrderJournal for Hung {
    fn begin<'a>(
        &'a self,
        key: &'a IntentKey,
        intent: &'a NewIntent,
        owner: &'a str,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Begun, StoreError>> {
        Box::pin(async move {
            let less = |left: u32| left.checked_sub(1);
            let order = Ordering::SeqCst;
            if self.failing.fetch_update(order, order, less).is_ok() {
                let transaction = (key.clone(), intent.clone(), owner.to_owned(), lease);
                self.hanging.lock().unwrap().get_or_insert(transaction);
                let why = "the journal did not answer in time";
                return Err(StoreError::new(StoreErrorKind::Unavailable, why));
            }
            self.land().await;
            self.inner.begin(key, intent, owner, lease).await
        })
    }

    fn resume<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Option<Begun>, StoreError>> {
        self.inner.resume(key, owner, lease)
    }

    fn read<'a>(
        &'a self,
        key: &'a IntentKey,
    ) -> BoxFuture<'a, Result<Option<IntentRecord>, StoreError>> {
        OrderJournal::read(&self.inner, key)
    }

    fn advance<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
        state: &'a IntentState,
        lease: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.inner.advance(key, owner, state, lease)
    }

    fn renew<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
        lease: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.inner.renew(key, owner, lease)
    }

    fn release<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        OrderJournal::release(&self.inner, key, owner)
    }

    fn pending<'a>(
        &'a self,
        grant: Option<&'a GrantKey>,
    ) -> BoxFuture<'a, Result<Vec<IntentKey>, StoreError>> {
        self.inner.pending(grant)
    }
}

#[tokio::test]
async fn an_order_of_which_its_caller_is_told_that_it_was_not_sent_is_sent_by_nobody() {
    let world = World::new().await;
    let hung = Hung::new(&world.store, 1);
    let submit = world.through(hung.clone()).submit(order("A-1"));
    let error = submit.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert_eq!(error.outcome(), Outcome::NotSent);
    hung.land().await;
    world.clock.advance(Duration::from_secs(120));
    let recovery = world.orders().recover().await.unwrap();
    assert!(recovery.orders.is_empty() && recovery.held.is_empty());
    assert_eq!((world.sends(), world.pending()), (0, 0));
}

#[tokio::test]
async fn where_it_cannot_be_taken_back_its_caller_is_told_that_it_may_be_sent() {
    let world = World::new().await;
    let hung = Hung::new(&world.store, 2);
    let submit = world.through(hung.clone()).submit(order("A-1"));
    let error = submit.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(world.sends(), 0);
    hung.land().await;
    world.clock.advance(Duration::from_secs(120));
    let recovery = world.orders().recover().await.unwrap();
    let recovered = recovery.orders[0].result.as_ref().unwrap();
    assert_eq!(recovered.how(), Submission::Sent);
    assert_eq!((world.count(), world.sends()), (1, 1));
}

#[tokio::test]
async fn an_order_of_another_content_is_not_taken_back() {
    let world = World::new().await;
    // Written down by a process that died.
    let other = order_with("A-1", |order| {
        order["note"] = serde_json::json!("Ring twice")
    });
    let dead = Hung::new(&world.store, 2);
    let error = world.through(dead.clone()).submit(other).await;
    assert_eq!(error.unwrap_err().outcome(), Outcome::Unknown);
    dead.land().await;
    world.clock.advance(Duration::from_secs(120));
    let hung = Hung::new(&world.store, 1);
    let error = world.through(hung).submit(order("A-1")).await;
    assert_eq!(error.unwrap_err().outcome(), Outcome::NotSent);
    assert_eq!((world.sends(), world.pending()), (0, 1));
    // Nor is it kept from anybody.
    let recovery = world.orders().recover().await.unwrap();
    let recovered = recovery.orders[0].result.as_ref().unwrap();
    assert_eq!(recovered.how(), Submission::Sent);
    assert_eq!(world.sandbox.orders("acme")[0]["note"], "Ring twice");
}
