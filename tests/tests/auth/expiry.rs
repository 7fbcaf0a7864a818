//! When a token is renewed.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use retm::{Business, GrantType};
use retm_sandbox::Sandbox;
use retm_tests::{ManualClock, client};

use crate::{grant_types, statuses};

const HOUR: Duration = Duration::from_secs(3600);

/// A business whose client has a clock of its own.
async fn setup() -> (Sandbox, ManualClock, Business) {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::default();
    let retm = client(&sandbox).clock(clock.clone()).build().unwrap();
    (sandbox, clock, retm.business("acme").unwrap())
}

#[tokio::test]
async fn callers_wait_for_a_renewal_shortly_before_the_end() {
    let (sandbox, clock, acme) = setup().await;
    let status = acme.token().await.unwrap();
    assert_eq!(status.grant_type, GrantType::ClientCredentials);
    assert_eq!(status.expires_at, SystemTime::UNIX_EPOCH + HOUR);
    assert!(status.renewable);

    clock.advance(HOUR - Duration::from_secs(361));
    acme.branches().list().await.unwrap();
    assert_eq!(acme.token().await.unwrap(), status);
    assert_eq!(grant_types(&sandbox), ["client_credentials"]);

    clock.advance(Duration::from_secs(332));
    acme.branches().list().await.unwrap();
    assert_eq!(
        grant_types(&sandbox),
        ["client_credentials", "refresh_token"]
    );
    let renewed = acme.token().await.unwrap();
    assert_eq!(renewed.grant_type, GrantType::RefreshToken);
    assert!(renewed.expires_at > status.expires_at);
    assert_eq!(statuses(&sandbox, "list_branches"), [200, 200]);
    let lists = sandbox.requests_for("list_branches");
    assert_ne!(lists[0].bearer(), lists[1].bearer());
}

#[tokio::test]
async fn a_token_that_expires_unnoticed_is_renewed_once_and_the_call_replayed_once() {
    let (sandbox, _, acme) = setup().await;
    acme.branches().list().await.unwrap();
    sandbox.clock().advance(2 * HOUR);
    let answer = acme.branches().list().response().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(statuses(&sandbox, "list_branches"), [200, 401, 200]);
    assert_eq!(
        grant_types(&sandbox),
        ["client_credentials", "refresh_token"]
    );
    let lists = sandbox.requests_for("list_branches");
    let tokens: Vec<_> = lists.iter().map(|list| list.bearer().unwrap()).collect();
    assert_eq!(tokens[0], tokens[1]);
    assert_ne!(tokens[1], tokens[2]);
}

#[tokio::test]
async fn single_use_refresh_tokens_last_over_many_expiries() {
    const ROUNDS: usize = 6;
    let (sandbox, clock, acme) = setup().await;
    acme.authorize(sandbox.code("acme")).await.unwrap();
    for _ in 0..ROUNDS {
        clock.advance(HOUR);
        sandbox.clock().advance(HOUR);
        acme.branches().list().await.unwrap();
    }
    assert_eq!(statuses(&sandbox, "list_branches"), [200; ROUNDS]);
    assert_eq!(statuses(&sandbox, "exchange_token"), [200; ROUNDS + 1]);
    let spent: BTreeSet<String> = sandbox
        .requests_for("exchange_token")
        .iter()
        .filter_map(|request| {
            let body = request.json().unwrap();
            Some(body["refresh_token"].as_str()?.to_owned())
        })
        .collect();
    assert_eq!(spent.len(), ROUNDS);
}

#[tokio::test]
async fn an_order_that_is_refused_for_its_token_is_replayed_once() {
    let (sandbox, _, acme) = setup().await;
    acme.token().await.unwrap();
    sandbox.expire_tokens("acme");
    let order = serde_json::json!({
        "branch": "01h1he9gv7jck3xrhg7dz9hzh5",
        "customer": {"phone": retm_tests::watch::PHONE},
        "products": [{"id": "01GZK6C7J03PQP7KGRAQ3F197Y", "quantity": 1, "total": 7}],
    });
    let order = serde_json::from_value(order).unwrap();
    let reply = acme.orders().create(order).await.unwrap();
    assert_eq!(statuses(&sandbox, "create_order"), [401, 200]);
    let orders = sandbox.orders("acme");
    assert_eq!(orders.len(), 1);
    assert_eq!(reply.id(), orders[0]["id"].as_str());
}
