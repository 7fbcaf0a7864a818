//! Several clients on one store, as the processes of a fleet are.

use std::time::Duration;

use retm::store::MemoryStore;
use retm::{Business, RefreshPolicy};
use retm_sandbox::{Fault, FaultKind, Sandbox};
use retm_tests::{ManualClock, client, until};

use crate::{grant_types, statuses};

const HOUR: Duration = Duration::from_secs(3600);

struct Fleet {
    sandbox: Sandbox,
    clock: ManualClock,
    store: MemoryStore,
}

impl Fleet {
    async fn start() -> Self {
        let clock = ManualClock::default();
        Self {
            sandbox: Sandbox::start().await.unwrap(),
            store: MemoryStore::with_clock(clock.clone()),
            clock,
        }
    }

    fn client(&self) -> Business {
        let retm = client(&self.sandbox)
            .clock(self.clock.clone())
            .store(self.store.clone())
            .refresh_policy(RefreshPolicy::default().lease(Duration::from_secs(8)))
            .build();
        retm.unwrap().business("acme").unwrap()
    }
}

#[tokio::test]
async fn a_fleet_asks_for_one_token() {
    let fleet = Fleet::start().await;
    let clients: Vec<Business> = (0..8).map(|_| fleet.client()).collect();
    for round in 0..3 {
        let calls = clients
            .iter()
            .flat_map(|one| (0..20).map(|_| one.branches().list().into_future()));
        for answer in futures::future::join_all(calls).await {
            answer.unwrap();
        }
        assert_eq!(grant_types(&fleet.sandbox).len(), round + 1);
        fleet.clock.advance(HOUR);
        fleet.sandbox.clock().advance(HOUR);
    }
    assert_eq!(statuses(&fleet.sandbox, "exchange_token"), [200, 200, 200]);
}

#[tokio::test]
async fn a_client_that_starts_takes_the_token_of_the_store() {
    let fleet = Fleet::start().await;
    let first = fleet.client();
    first.authorize(fleet.sandbox.code("acme")).await.unwrap();
    drop(first);
    fleet.client().branches().list().await.unwrap();
    assert_eq!(grant_types(&fleet.sandbox), ["authorization_code"]);
}

#[tokio::test]
async fn a_code_of_one_client_serves_the_others() {
    let fleet = Fleet::start().await;
    let (one, other) = (fleet.client(), fleet.client());
    one.branches().list().await.unwrap();
    other.branches().list().await.unwrap();
    one.authorize(fleet.sandbox.code("acme")).await.unwrap();
    fleet.clock.advance(HOUR);
    other.branches().list().await.unwrap();
    // The grant of the code is renewed, not the one that the other has known.
    let bodies = fleet.sandbox.requests_for("exchange_token");
    let last = bodies.last().unwrap().json().unwrap();
    assert_eq!(last["grant_type"], "refresh_token");
    assert_eq!(statuses(&fleet.sandbox, "exchange_token"), [200, 200, 200]);
}

#[tokio::test]
async fn a_revocation_found_by_one_client_is_known_to_the_others() {
    let fleet = Fleet::start().await;
    let (one, other) = (fleet.client(), fleet.client());
    one.authorize(fleet.sandbox.code("acme")).await.unwrap();
    other.branches().list().await.unwrap();
    fleet.sandbox.revoke("acme");
    assert!(one.branches().list().await.unwrap_err().is_revoked());
    let sent = fleet.sandbox.requests_for("exchange_token").len();
    let error = other.branches().list().await.unwrap_err();
    assert!(error.is_revoked(), "{error}");
    assert_eq!(fleet.sandbox.requests_for("exchange_token").len(), sent);

    // A new installation ends it for all.
    other.authorize(fleet.sandbox.code("acme")).await.unwrap();
    one.branches().list().await.unwrap();
}

#[tokio::test]
async fn a_grant_that_one_client_forgets_is_forgotten_by_all() {
    let fleet = Fleet::start().await;
    let one = fleet.client();
    one.authorize(fleet.sandbox.code("acme")).await.unwrap();
    one.forget_grant().await.unwrap();
    fleet.client().branches().list().await.unwrap();
    let types = grant_types(&fleet.sandbox);
    assert_eq!(types, ["authorization_code", "client_credentials"]);
}

/// Has the answer to the next refresh lost on its way to that client.
async fn lose_a_refresh(fleet: &Fleet, client: &Business) {
    fleet.clock.advance(HOUR);
    fleet.sandbox.clock().advance(HOUR);
    let lost = Fault::new(FaultKind::LoseResponse).on("exchange_token");
    fleet.sandbox.add_fault(lost.times(1));
    let reuse = Fault::new(FaultKind::ReuseRevokes);
    fleet.sandbox.add_fault(reuse);
    client.branches().list().await.unwrap_err();
}

#[tokio::test]
async fn the_apps_credentials_serve_where_a_refresh_token_was_lost() {
    let fleet = Fleet::start().await;
    let (one, other) = (fleet.client(), fleet.client());
    one.branches().list().await.unwrap();
    other.branches().list().await.unwrap();
    lose_a_refresh(&fleet, &one).await;
    other.branches().list().await.unwrap();
    let lost = ["client_credentials", "refresh_token", "refresh_token"];
    assert_eq!(grant_types(&fleet.sandbox)[..3], lost);
    assert_eq!(grant_types(&fleet.sandbox)[3..], ["client_credentials"]);
    let answers = [200, 0, 400, 200];
    assert_eq!(statuses(&fleet.sandbox, "exchange_token"), answers);
}

#[tokio::test]
async fn the_grant_of_a_code_is_revoked_where_its_refresh_token_was_lost() {
    let fleet = Fleet::start().await;
    let (one, other) = (fleet.client(), fleet.client());
    one.authorize(fleet.sandbox.code("acme")).await.unwrap();
    other.branches().list().await.unwrap();
    lose_a_refresh(&fleet, &one).await;
    for client in [&other, &fleet.client(), &other] {
        let error = client.branches().list().await.unwrap_err();
        assert!(error.is_revoked(), "{error}");
    }
    let answers = [200, 0, 400];
    assert_eq!(statuses(&fleet.sandbox, "exchange_token"), answers);
    one.authorize(fleet.sandbox.code("acme")).await.unwrap();
    other.branches().list().await.unwrap();
}

#[tokio::test]
async fn a_dead_clients_lease_is_waited_for_and_no_longer() {
    let fleet = Fleet::start().await;
    let key = {
        let probe = fleet.client();
        probe.branches().list().await.unwrap();
        let grants = retm::store::TokenStore::grants(&fleet.store).await.unwrap();
        grants[0].0.clone()
    };
    fleet.clock.advance(HOUR);
    let lease = Duration::from_secs(8);
    let taken = retm::store::TokenStore::lease(&fleet.store, &key, "a dead client", lease).await;
    assert_eq!(taken.unwrap(), retm::store::Lease::Taken);
    let call = tokio::spawn(fleet.client().branches().list().into_future());
    let sent = fleet.sandbox.requests().len();
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(fleet.sandbox.requests().len(), sent);
    fleet.clock.advance(lease);
    call.await.unwrap().unwrap();
    until(|| statuses(&fleet.sandbox, "exchange_token") == [200, 200]).await;
}
