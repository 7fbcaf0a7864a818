//! The two windows before a token's end: in the first it goes on serving, in the second callers wait.

use std::time::Duration;

use retm::store::{Lease, MemoryStore, TokenStore};
use retm::{Business, Retm};
use retm_sandbox::{Answer, Fault, FaultKind, Sandbox};
use retm_tests::{ManualClock, client, until};

use crate::{grant_types, statuses};

const HOUR: Duration = Duration::from_secs(3600);

async fn setup() -> (Sandbox, ManualClock, Retm, Business) {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::default();
    let retm = client(&sandbox).clock(clock.clone()).build().unwrap();
    let acme = retm.business("acme").unwrap();
    acme.token().await.unwrap();
    (sandbox, clock, retm, acme)
}

/// Takes the token endpoint down for so many requests.
fn down(sandbox: &Sandbox, requests: usize) {
    for _ in 0..requests {
        let answer = Answer::new(503, "text/html", "<html>Service Unavailable</html>");
        sandbox.override_next("exchange_token", answer);
    }
}

/// The bearers of the lists, in order.
fn bearers(sandbox: &Sandbox) -> Vec<String> {
    let lists = sandbox.requests_for("list_branches");
    let bearer = |list: &retm_sandbox::LoggedRequest| list.bearer().unwrap().to_owned();
    lists.iter().map(bearer).collect()
}

#[tokio::test]
async fn the_old_token_serves_while_it_is_renewed() {
    let (sandbox, clock, _retm, acme) = setup().await;
    let old = acme.token().await.unwrap();
    clock.advance(HOUR - Duration::from_secs(299));
    // Nobody waits: the caller has the old token, and a task renews it.
    assert_eq!(acme.token().await.unwrap(), old);
    acme.branches().list().await.unwrap();
    until(|| grant_types(&sandbox).len() == 2).await;
    let mut renewed = old;
    while renewed == old {
        tokio::task::yield_now().await;
        renewed = acme.token().await.unwrap();
    }
    acme.branches().list().await.unwrap();
    assert_eq!(
        grant_types(&sandbox),
        ["client_credentials", "refresh_token"]
    );
    let bearers = bearers(&sandbox);
    assert_ne!(bearers.first(), bearers.last());
}

#[tokio::test]
async fn no_call_fails_while_the_token_endpoint_is_down_and_the_token_valid() {
    let (sandbox, clock, _retm, acme) = setup().await;
    down(&sandbox, 1000);
    clock.advance(HOUR - Duration::from_secs(300));
    for _ in 0..299 {
        acme.branches().list().await.unwrap();
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!(statuses(&sandbox, "list_branches"), [200; 299]);
    let failed = statuses(&sandbox, "exchange_token");
    assert!(failed.len() > 2, "it was tried again: {failed:?}");
    assert!(failed.len() < 30, "it backed off: {failed:?}");

    clock.advance(Duration::from_secs(2));
    let error = acme.branches().list().await.unwrap_err();
    assert!(error.is_server(), "{error}");
    assert_eq!(statuses(&sandbox, "list_branches").len(), 299);
}

/// Held back, the token request neither fails nor succeeds.
#[tokio::test]
async fn no_call_fails_while_the_token_endpoint_hangs_and_the_token_valid() {
    let (sandbox, clock, _retm, acme) = setup().await;
    let hangs = Fault::new(FaultKind::Delay(Duration::from_secs(600)));
    sandbox.add_fault(hangs.on("exchange_token"));
    let millis = Duration::from_millis;
    clock.advance(HOUR - Duration::from_secs(301));
    for left in [301_000, 299_000, 29_000, 10_000, 1_000, 200, 20] {
        let now = HOUR - millis(left);
        clock.advance(now.saturating_sub(retm::Clock::monotonic(&clock)));
        // Half of the shorter time is for the renewal, and half for the call.
        let list = acme.branches().list().with_deadline(millis(300));
        list.await.unwrap();
    }
    assert_eq!(statuses(&sandbox, "list_branches"), [200; 7]);
    assert_eq!(grant_types(&sandbox).len(), 2, "one renewal, which hangs");

    clock.advance(millis(20));
    let list = acme.branches().list().with_deadline(millis(50));
    assert!(list.await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn no_call_fails_while_another_process_holds_the_lease_and_the_token_is_valid() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::default();
    let store = MemoryStore::with_clock(clock.clone());
    let retm = client(&sandbox).clock(clock.clone());
    let retm = retm.store(store.clone()).build().unwrap();
    let acme = retm.business("acme").unwrap();
    acme.branches().list().await.unwrap();
    assert!(retm.flush(Duration::from_secs(30)).await);
    let lease = store.lease(&acme.grant_key(), "another", HOUR).await;
    assert_eq!(lease.unwrap(), Lease::Taken);
    clock.advance(HOUR - Duration::from_millis(200));
    acme.branches().list().await.unwrap();
    assert_eq!(statuses(&sandbox, "exchange_token"), [200]);
}

/// A process that has just started has the token from the store alone.
#[tokio::test]
async fn a_new_process_is_served_by_the_stored_token_while_its_renewal_hangs() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::default();
    let store = MemoryStore::with_clock(clock.clone());
    let process = || {
        let retm = client(&sandbox).clock(clock.clone()).store(store.clone());
        retm.build().unwrap().business("acme").unwrap()
    };
    let first = client(&sandbox).clock(clock.clone()).store(store.clone());
    let first = first.build().unwrap();
    let acme = first.business("acme").unwrap();
    acme.token().await.unwrap();
    assert!(first.flush(Duration::from_secs(30)).await);
    clock.advance(HOUR - Duration::from_millis(400));
    let hangs = Fault::new(FaultKind::Delay(Duration::from_secs(600)));
    sandbox.add_fault(hangs.on("exchange_token"));
    process().branches().list().await.unwrap();
    assert_eq!(grant_types(&sandbox).len(), 2);

    // The same where another process holds the lease.
    let lease = store.lease(&acme.grant_key(), "another", HOUR).await;
    assert!(matches!(lease.unwrap(), Lease::Held(_)));
    process().branches().list().await.unwrap();
    assert_eq!(grant_types(&sandbox).len(), 2);
}

#[tokio::test]
async fn after_a_failure_the_next_attempt_renews_the_token() {
    let (sandbox, clock, _retm, acme) = setup().await;
    down(&sandbox, 1);
    // In the mandatory window the caller waits for the failure, and has the old token all the same.
    clock.advance(HOUR - Duration::from_secs(29));
    acme.branches().list().await.unwrap();
    assert_eq!(statuses(&sandbox, "exchange_token"), [200, 503]);
    acme.branches().list().await.unwrap();
    assert_eq!(statuses(&sandbox, "exchange_token"), [200, 503]);
    clock.advance(Duration::from_secs(2));
    acme.branches().list().await.unwrap();
    assert_eq!(statuses(&sandbox, "exchange_token"), [200, 503, 200]);
}

#[tokio::test]
async fn a_clock_that_jumps_throws_no_working_token_away() {
    let sandbox = Sandbox::start().await.unwrap();
    let jumpy = Jumpy::default();
    let retm = client(&sandbox).clock(jumpy.clone()).build().unwrap();
    let acme = retm.business("acme").unwrap();
    let mut told = Vec::new();
    for hours in [0, 10, 10_000, 5] {
        jumpy.set(hours * HOUR);
        acme.branches().list().await.unwrap();
        let token = acme.token().await.unwrap();
        let expires = token.expires_at.duration_since(std::time::UNIX_EPOCH);
        let answer = statuses(&sandbox, "list_branches").pop();
        told.push(format!(
            "at {hours} h: {answer:?}, a token until {} h",
            expires.unwrap().as_secs() / 3600
        ));
    }
    insta::assert_snapshot!(told.join("\n"), @r"
    at 0 h: Some(200), a token until 1 h
    at 10 h: Some(200), a token until 1 h
    at 10000 h: Some(200), a token until 1 h
    at 5 h: Some(200), a token until 1 h
    ");
    assert_eq!(grant_types(&sandbox), ["client_credentials"]);
}

/// A time of day that jumps while the monotonic clock stands still.
#[derive(Clone, Default)]
struct Jumpy(ManualClock, std::sync::Arc<std::sync::Mutex<Duration>>);

impl Jumpy {
    fn set(&self, since_epoch: Duration) {
        *self.1.lock().unwrap() = since_epoch;
    }
}

impl retm::Clock for Jumpy {
    fn now(&self) -> std::time::SystemTime {
        std::time::SystemTime::UNIX_EPOCH + *self.1.lock().unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }
}
