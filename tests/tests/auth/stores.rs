//! Stores that fail: a working token is never thrown away for that.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures::StreamExt;
use futures::future::{BoxFuture, ready};
use retm::store::{
    GrantKey, GrantRow, Lease, MemoryStore, StoreError, StoreErrorKind, StoredGrant, Swapped,
    TokenStore, Versioned,
};
use retm::{Business, GrantEventKind, Retm};
use retm_sandbox::Sandbox;
use retm_tests::{Gate, ManualClock, client, until};

use crate::grant_types;

const HOUR: Duration = Duration::from_secs(3600);

/// A store whose reads and writes can be made to fail.
#[derive(Clone)]
pub(crate) struct Faulty {
    store: MemoryStore,
    reads_fail: Arc<AtomicBool>,
    pub(crate) writes_fail: Arc<AtomicBool>,
    failed: Arc<AtomicUsize>,
    /// Holds back whoever gives a lease back.
    releases: Gate,
}

impl Faulty {
    fn error<T: Send + 'static>(&self) -> BoxFuture<'static, Result<T, StoreError>> {
        self.failed.fetch_add(1, Ordering::SeqCst);
        let message = "the database does not answer; check that it runs";
        Box::pin(ready(Err(StoreError::new(
            StoreErrorKind::Unavailable,
            message,
        ))))
    }
}

impl TokenStore for Faulty {
    fn read<'a>(&'a self, key: &'a GrantKey) -> BoxFuture<'a, Result<Versioned, StoreError>> {
        match self.reads_fail.load(Ordering::SeqCst) {
            true => self.error(),
            false => TokenStore::read(&self.store, key),
        }
    }

    fn swap<'a>(
        &'a self,
        key: &'a GrantKey,
        expected: u64,
        grant: Option<&'a StoredGrant>,
    ) -> BoxFuture<'a, Result<Swapped, StoreError>> {
        match self.writes_fail.load(Ordering::SeqCst) {
            true => self.error(),
            false => self.store.swap(key, expected, grant),
        }
    }

    fn lease<'a>(
        &'a self,
        key: &'a GrantKey,
        owner: &'a str,
        duration: Duration,
    ) -> BoxFuture<'a, Result<Lease, StoreError>> {
        self.store.lease(key, owner, duration)
    }

    fn release<'a>(
        &'a self,
        key: &'a GrantKey,
        owner: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.releases.pass().await;
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

pub(crate) struct Setup {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: ManualClock,
    pub(crate) faulty: Faulty,
    pub(crate) retm: Retm,
    pub(crate) acme: Business,
}

pub(crate) async fn setup() -> Setup {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::default();
    let faulty = Faulty {
        store: MemoryStore::with_clock(clock.clone()),
        reads_fail: Arc::default(),
        writes_fail: Arc::default(),
        failed: Arc::default(),
        releases: Gate::default(),
    };
    faulty.releases.open();
    let retm = client(&sandbox).clock(clock.clone());
    let retm = retm.token_store(faulty.clone()).build().unwrap();
    let acme = retm.business("acme").unwrap();
    Setup {
        sandbox,
        clock,
        faulty,
        retm,
        acme,
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_read_leaves_a_valid_token_serving() {
    let Setup {
        sandbox,
        clock,
        faulty,
        acme,
        ..
    } = setup().await;
    acme.branches().list().await.unwrap();
    faulty.reads_fail.store(true, Ordering::SeqCst);
    clock.advance(HOUR - Duration::from_secs(10));
    acme.branches().list().await.unwrap();
    clock.advance(Duration::from_secs(11));
    let error = acme.branches().list().await.unwrap_err();
    insta::assert_snapshot!(error, @"list_branches for acme: the store failed: the database does not answer; check that it runs. See the cause; what is in memory goes on.");
    assert!(error.is_store());
    assert_eq!(error.outcome(), retm::Outcome::NotSent);
    // A single-use refresh token is not sent while nobody knows who else sends it.
    assert_eq!(grant_types(&sandbox), ["client_credentials"]);

    faulty.reads_fail.store(false, Ordering::SeqCst);
    acme.branches().list().await.unwrap();
}

#[tokio::test]
async fn a_token_that_cannot_be_written_serves_and_is_written_later() {
    let Setup {
        sandbox,
        clock,
        faulty,
        retm,
        acme,
    } = setup().await;
    let mut events = retm.grant_events();
    faulty.writes_fail.store(true, Ordering::SeqCst);
    acme.branches().list().await.unwrap();
    loop {
        if let GrantEventKind::NotPersisted(error) = events.next().await.unwrap().kind {
            assert_eq!(error.kind(), StoreErrorKind::Unavailable);
            break;
        }
    }
    // The refresh token that the store has never seen is the one that is sent.
    clock.advance(HOUR);
    acme.branches().list().await.unwrap();
    let types = grant_types(&sandbox);
    assert_eq!(types, ["client_credentials", "refresh_token"]);

    faulty.writes_fail.store(false, Ordering::SeqCst);
    let mut stored = Vec::new();
    until(|| {
        stored = futures::FutureExt::now_or_never(faulty.store.grants())
            .unwrap()
            .unwrap();
        !stored.is_empty()
    })
    .await;
    let grant = stored[0].1.as_ref().unwrap().grant.as_ref().unwrap();
    let token = grant.token.as_ref().unwrap();
    assert_eq!(token.grant_type, retm::GrantType::RefreshToken);
}

#[tokio::test]
async fn whoever_cannot_write_keeps_the_lease() {
    let Setup {
        sandbox,
        clock,
        faulty,
        acme,
        ..
    } = setup().await;
    acme.branches().list().await.unwrap();
    faulty.writes_fail.store(true, Ordering::SeqCst);
    clock.advance(HOUR);
    acme.branches().list().await.unwrap();
    let key = acme.grant_key();
    let another = || faulty.store.lease(&key, "another", Duration::ZERO);
    // Three times as long as it was asked for.
    for _ in 0..6 {
        clock.advance(Duration::from_secs(10));
        let before = faulty.failed.load(Ordering::SeqCst);
        until(|| faulty.failed.load(Ordering::SeqCst) > before + 1).await;
        assert!(matches!(another().await.unwrap(), Lease::Held(_)));
    }
    faulty.writes_fail.store(false, Ordering::SeqCst);
    while another().await.unwrap() != Lease::Taken {
        tokio::task::yield_now().await;
    }
    let written = TokenStore::read(&faulty.store, &key).await.unwrap();
    let token = written.grant.unwrap().token.unwrap();
    assert_eq!(token.grant_type, retm::GrantType::RefreshToken);
    assert_eq!(
        grant_types(&sandbox),
        ["client_credentials", "refresh_token"]
    );
}

#[tokio::test]
async fn a_dropped_client_ends_its_tasks() {
    let Setup {
        sandbox,
        clock,
        faulty,
        retm,
        acme,
    } = setup().await;
    faulty.writes_fail.store(true, Ordering::SeqCst);
    acme.branches().list().await.unwrap();
    until(|| faulty.failed.load(Ordering::SeqCst) > 20).await;
    let events = retm.grant_events();
    drop((retm, acme));
    // Its events end, and nobody writes any more.
    assert_eq!(events.collect::<Vec<_>>().await.len(), 0);
    let runtime = tokio::runtime::Handle::current();
    // The connections of the HTTP client may linger; the task that writes may not.
    let mut last = usize::MAX;
    until(|| {
        let now = faulty.failed.load(Ordering::SeqCst);
        std::mem::replace(&mut last, now) == now
    })
    .await;
    drop((sandbox, clock, runtime));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stored_token_that_is_dead_is_tried_once() {
    let setup = setup().await;
    let Setup {
        sandbox, faulty, ..
    } = &setup;
    setup.acme.branches().list().await.unwrap();
    for _ in 0..50 {
        sandbox.expire_tokens("acme");
        let slow = Faulty {
            releases: Gate::default(),
            ..faulty.clone()
        };
        let retm = client(sandbox).clock(setup.clock.clone());
        let retm = retm.token_store(slow.clone()).build().unwrap();
        let acme = retm.business("acme").unwrap();
        let calls = (0..20).map(|_| tokio::spawn(acme.branches().list().into_future()));
        let calls: Vec<_> = calls.collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
        slow.releases.open();
        let key = TokenStore::grants(&faulty.store).await.unwrap()[0]
            .0
            .clone();
        while faulty
            .store
            .lease(&key, "the next", Duration::ZERO)
            .await
            .unwrap()
            != Lease::Taken
        {
            tokio::task::yield_now().await;
        }
    }
}
