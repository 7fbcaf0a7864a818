//! The lease outlives the token request, and what came is stored before a process ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use retm::store::{
    GrantKey, GrantRow, Lease, MemoryStore, StoreError, StoredGrant, Swapped, TokenStore, Versioned,
};
use retm::{RefreshPolicy, Retm, SystemTimer};
use retm_sandbox::{Fault, FaultKind, Sandbox};
use retm_tests::{Gate, ManualClock, client, until};

use crate::grant_types;

const LEASE: Duration = Duration::from_millis(400);

/// A store that watches leases, takes its time over them and holds writes back.
#[derive(Clone)]
struct Watched {
    store: MemoryStore,
    clock: Option<ManualClock>,
    leases: Arc<AtomicUsize>,
    /// Whether a lease that was given back was still its owner's.
    in_time: Arc<AtomicBool>,
    writes: Gate,
    begun: Gate,
}

impl Watched {
    fn new(store: MemoryStore) -> Self {
        let watched = Self {
            store,
            clock: None,
            leases: Arc::default(),
            in_time: Arc::new(AtomicBool::new(false)),
            writes: Gate::default(),
            begun: Gate::default(),
        };
        watched.writes.open();
        watched
    }
}

impl TokenStore for Watched {
    fn read<'a>(&'a self, key: &'a GrantKey) -> BoxFuture<'a, Result<Versioned, StoreError>> {
        TokenStore::read(&self.store, key)
    }

    fn swap<'a>(
        &'a self,
        key: &'a GrantKey,
        expected: u64,
        grant: Option<&'a StoredGrant>,
    ) -> BoxFuture<'a, Result<Swapped, StoreError>> {
        Box::pin(async move {
            self.begun.open();
            self.writes.pass().await;
            self.store.swap(key, expected, grant).await
        })
    }

    fn lease<'a>(
        &'a self,
        key: &'a GrantKey,
        owner: &'a str,
        duration: Duration,
    ) -> BoxFuture<'a, Result<Lease, StoreError>> {
        // The first takes most of the time that it gives.
        if self.leases.fetch_add(1, Ordering::SeqCst) == 0
            && let Some(clock) = &self.clock
        {
            clock.advance(duration * 2 / 3);
        }
        self.store.lease(key, owner, duration)
    }

    fn release<'a>(
        &'a self,
        key: &'a GrantKey,
        owner: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let others = self.store.lease(key, "another", Duration::ZERO).await?;
            let ours = matches!(others, Lease::Held(_));
            self.in_time.store(ours, Ordering::SeqCst);
            TokenStore::release(&self.store, key, owner).await
        })
    }

    fn forget<'a>(&'a self, key: &'a GrantKey) -> BoxFuture<'a, Result<(), StoreError>> {
        self.store.forget(key)
    }

    fn grants(&self) -> BoxFuture<'_, Result<Vec<GrantRow>, StoreError>> {
        self.store.grants()
    }
}

#[tokio::test]
async fn a_token_request_that_hangs_is_given_up_before_its_lease_ends() {
    let sandbox = Sandbox::start().await.unwrap();
    let hangs = Fault::new(FaultKind::Delay(Duration::from_secs(600)));
    sandbox.add_fault(hangs.on("exchange_token"));
    let store = Watched::new(MemoryStore::default());
    let retm = client(&sandbox).token_store(store.clone());
    let retm = retm.refresh_policy(RefreshPolicy::default().lease(LEASE));
    let retm = retm.build().unwrap();
    let error = retm.business("acme").unwrap().token().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(retm.flush(Duration::from_secs(30)).await);
    assert!(store.in_time.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_lease_that_a_slow_store_has_used_up_is_asked_for_again() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::default();
    let mut store = Watched::new(MemoryStore::with_clock(clock.clone()));
    store.clock = Some(clock.clone());
    let retm = client(&sandbox).clock(clock).token_store(store.clone());
    let retm = retm.build().unwrap();
    retm.business("acme").unwrap().token().await.unwrap();
    assert_eq!(grant_types(&sandbox), ["client_credentials"]);
    assert!(store.leases.load(Ordering::SeqCst) >= 2);
}

/// A client with a token that is not stored yet.
async fn unstored(sandbox: &Sandbox) -> (Retm, Watched) {
    let mut store = Watched::new(MemoryStore::default());
    store.writes = Gate::default();
    let retm = client(sandbox).token_store(store.clone()).build().unwrap();
    retm.business("acme").unwrap().token().await.unwrap();
    store.begun.pass().await;
    (retm, store)
}

#[tokio::test]
async fn a_process_can_wait_until_its_tokens_are_stored() {
    let sandbox = Sandbox::start().await.unwrap();
    let (retm, store) = unstored(&sandbox).await;
    assert!(!retm.flush(Duration::from_millis(1)).await);
    assert!(store.grants().await.unwrap().is_empty());
    let flushed = tokio::spawn(retm.flush(Duration::from_secs(30)));
    store.writes.open();
    assert!(flushed.await.unwrap());
    assert_eq!(store.grants().await.unwrap().len(), 1);
    // With nothing to do it is over at once, and the client goes on.
    assert!(retm.flush(Duration::ZERO).await);
    let acme = retm.business("acme").unwrap();
    acme.branches().list().await.unwrap();
}

/// The app's own credentials can be used again.
#[tokio::test]
async fn a_request_that_spends_nothing_keeps_no_process() {
    let sandbox = Sandbox::start().await.unwrap();
    let hangs = Fault::new(FaultKind::Delay(Duration::from_secs(600)));
    sandbox.add_fault(hangs.on("exchange_token"));
    let retm = client(&sandbox).build().unwrap();
    let token = tokio::spawn(retm.business("acme").unwrap().token());
    until(|| grant_types(&sandbox).len() == 1).await;
    assert!(retm.flush(Duration::from_secs(30)).await);
    assert!(!token.is_finished());
}

#[tokio::test]
async fn a_request_that_spends_a_refresh_token_is_waited_for() {
    let sandbox = Sandbox::start().await.unwrap();
    let retm = client(&sandbox).build().unwrap();
    let acme = retm.business("acme").unwrap();
    acme.token().await.unwrap();
    assert!(retm.flush(Duration::from_secs(30)).await);
    let hangs = Fault::new(FaultKind::Delay(Duration::from_secs(600)));
    sandbox.add_fault(hangs.on("exchange_token"));
    sandbox.expire_tokens("acme");
    let list = tokio::spawn(acme.branches().list().into_future());
    until(|| grant_types(&sandbox).len() == 2).await;
    assert!(!retm.flush(Duration::from_millis(1)).await);
    list.abort();
    // Nobody waits for it any more, and it may have spent the token all the same.
    assert!(!retm.flush(Duration::from_millis(1)).await);
}

#[tokio::test]
async fn a_wait_for_another_process_keeps_none() {
    let sandbox = Sandbox::start().await.unwrap();
    let store = MemoryStore::default();
    let retm = client(&sandbox)
        .store(store.clone())
        .sleep(SystemTimer::default());
    let retm = retm.build().unwrap();
    let acme = retm.business("acme").unwrap();
    acme.token().await.unwrap();
    assert!(retm.flush(Duration::from_secs(30)).await);
    let hour = Duration::from_secs(3600);
    let lease = store.lease(&acme.grant_key(), "another", hour).await;
    assert_eq!(lease.unwrap(), Lease::Taken);
    sandbox.expire_tokens("acme");
    let list = tokio::spawn(acme.branches().list().into_future());
    until(|| !sandbox.requests_for("list_branches").is_empty()).await;
    assert!(retm.flush(Duration::from_secs(30)).await);
    assert!(!list.is_finished());
    assert_eq!(grant_types(&sandbox).len(), 1);
}

#[tokio::test]
async fn a_dropped_client_waits_for_no_other_process() {
    let sandbox = Sandbox::start().await.unwrap();
    let watched = Watched::new(MemoryStore::default());
    let retm = client(&sandbox).token_store(watched.clone());
    let retm = retm.build().unwrap();
    let acme = retm.business("acme").unwrap();
    let hour = Duration::from_secs(3600);
    let lease = watched
        .store
        .lease(&acme.grant_key(), "another", hour)
        .await;
    assert_eq!(lease.unwrap(), Lease::Taken);
    let list = tokio::spawn(acme.branches().list().into_future());
    until(|| watched.leases.load(Ordering::SeqCst) > 20).await;
    list.abort();
    assert!(list.await.unwrap_err().is_cancelled());
    drop((retm, acme));
    // Nobody asks any more.
    let mut last = usize::MAX;
    until(|| {
        let now = watched.leases.load(Ordering::SeqCst);
        std::mem::replace(&mut last, now) == now
    })
    .await;
    until(|| Arc::strong_count(&watched.leases) == 1).await;
}

#[tokio::test]
async fn a_flush_outlives_its_client() {
    let sandbox = Sandbox::start().await.unwrap();
    let (retm, store) = unstored(&sandbox).await;
    let flushed = tokio::spawn(retm.flush(Duration::from_secs(30)));
    drop(retm);
    store.writes.open();
    assert!(flushed.await.unwrap());
    until(|| store.in_time.load(Ordering::SeqCst)).await;
    assert_eq!(store.grants().await.unwrap().len(), 1);
}
