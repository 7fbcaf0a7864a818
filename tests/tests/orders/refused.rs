//! Orders that the API refuses, and orders that were certainly not sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::http::Method;
use retm::store::{Begun, IntentKey, IntentState, NewIntent, OrderJournal};
use retm::{Business, Error, ErrorKind, Outcome, Submission, Submitted};
use retm_sandbox::{Answer, Sandbox};
use retm_tests::ManualClock;
use retm_tests::server::{Server, json};
use serde_json::{Value, json};

use crate::world::{Turning, World, order, order_with, orders};

#[tokio::test]
async fn a_refused_order_is_over_and_its_reference_is_free() {
    let world = World::new().await;
    let wrong = order_with("A-1", |order| order["branch"] = json!("no-such-branch"));
    let error = world.orders().submit(wrong).await.unwrap_err();
    assert!(error.is_validation());
    assert_eq!(error.outcome(), Outcome::Rejected);
    assert_eq!(error.field_errors().next().unwrap().0, "branch");
    assert!(world.orders().recover().await.unwrap().orders.is_empty());
    let submitted = world.orders().submit(order("A-1")).await.unwrap();
    assert_eq!((submitted.how(), world.count()), (Submission::Sent, 1));
    assert_eq!((world.sends(), world.looks()), (2, 0));
}

#[tokio::test]
async fn an_order_that_was_not_sent_is_its_callers_again() {
    let world = World::new().await;
    // No connection is kept, so that none is left to send the order on.
    let http = reqwest::Client::builder()
        .pool_max_idle_per_host(0)
        .no_proxy();
    let orders = orders(world.client().http_client(http.build().unwrap()));
    // With a token at hand, so that it is the order itself that is not sent.
    orders.list().await.unwrap();
    world.sandbox.stop().await;
    let error = orders.submit(order("A-1")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(error.outcome(), Outcome::NotSent);
    // The server is back. Whoever was told that it was not sent may have given it up.
    let port = world.sandbox.addr().port();
    let back = Sandbox::builder().port(port).start().await.unwrap();
    let recovery = orders.recover().await.unwrap();
    assert!(recovery.orders.is_empty() && recovery.held.is_empty());
    assert!(back.requests_for("create_order").is_empty());
    let submitted = orders.submit(order("A-1")).await.unwrap();
    assert_eq!(submitted.how(), Submission::Sent);
    assert_eq!(back.orders("acme").len(), 1);
}

#[tokio::test]
async fn too_many_requests_and_no_access_leave_nothing_behind() {
    let world = World::new().await;
    for (status, kind) in [(429, ErrorKind::RateLimited), (403, ErrorKind::Forbidden)] {
        let answer = Answer::new(status, "application/json", "{}");
        world.sandbox.override_next("create_order", answer);
        let error = world.orders().submit(order("A-1")).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_ne!(error.outcome(), Outcome::Unknown);
        // Its caller was told, so nobody else may send it.
        let recovery = world.orders().recover().await.unwrap();
        assert!(recovery.orders.is_empty());
        assert_eq!(world.count(), 0);
    }
    let submitted = world.orders().submit(order("A-1")).await.unwrap();
    assert_eq!((submitted.how(), world.count()), (Submission::Sent, 1));
}

/// Answers the first order with nothing and refuses the second; lists by whether it was refused.
async fn refusing_again(list: fn(bool) -> (u16, Value)) -> (Server, Result<Submitted, Error>) {
    let sends = Arc::new(AtomicU32::new(0));
    let server = Server::start(move |call| {
        let answer = match call.method {
            Method::POST if sends.fetch_add(1, Ordering::Relaxed) == 0 => json(502, &json!({})),
            Method::POST => json(422, &json!({"message": "The reference has been taken."})),
            _ => {
                let (status, body) = list(sends.load(Ordering::Relaxed) > 1);
                json(status, &body)
            }
        };
        async move { answer }
    });
    let server = server.await.unwrap();
    let clock = ManualClock::default();
    let client = server.client().clock(clock.clone());
    let orders = orders(client.sleep(Turning::new(&clock)));
    let result = orders.submit(order("A-1")).await;
    (server, result)
}

#[tokio::test]
async fn an_order_refused_when_it_was_sent_again_is_looked_for_once_more() {
    let late = |refused| match refused {
        true => (200, json!([{"id": "7", "partner_reference": "A-1"}])),
        false => (200, json!([])),
    };
    let (_server, found) = refusing_again(late).await;
    let found = found.unwrap();
    assert_eq!(found.how(), Submission::Found);
    assert_eq!(found.order_id().unwrap().as_str(), "7");

    let (_server, refused) = refusing_again(|_| (200, json!([]))).await;
    assert_eq!(refused.unwrap_err().outcome(), Outcome::Rejected);

    let silent = |refused| (if refused { 400 } else { 200 }, json!([]));
    let (_server, doubt) = refusing_again(silent).await;
    let doubt = doubt.unwrap_err();
    assert!(doubt.is_in_doubt());
    assert!(
        doubt
            .to_string()
            .contains("it was refused when it was sent again"),
        "{doubt}"
    );
}

/// A server that refuses every order as a conflict with one that is there already; lists that.
async fn conflicting(status: u16, list: Value) -> (Server, Result<Submitted, Error>) {
    let server = Server::start(move |call| {
        let answer = match call.method {
            Method::POST => json(409, &json!({"message": "The reference has been taken."})),
            // The filter says nothing.
            _ if call.query("partner_reference").is_some() => json(200, &json!([])),
            _ => json(status, &list),
        };
        async move { answer }
    });
    let server = server.await.unwrap();
    let clock = ManualClock::default();
    let client = server.client().clock(clock.clone());
    let result = orders(client.sleep(Turning::new(&clock))).submit(order("A-1"));
    let result = result.await;
    (server, result)
}

#[tokio::test]
async fn an_order_that_is_there_by_a_journal_that_was_lost_is_found() {
    // However long ago that was.
    let mut all = vec![
        json!({"id": "9", "partner_reference": "B-9", "created_at": "2026-03-01 09:00:00"}),
        json!({"id": "8", "partner_reference": "B-8", "created_at": "2026-01-01 09:00:00"}),
    ];
    let (_server, refused) = conflicting(200, json!(all)).await;
    assert_eq!(refused.unwrap_err().outcome(), Outcome::Rejected);

    let (_server, doubt) = conflicting(400, json!({})).await;
    let doubt = doubt.unwrap_err();
    assert!(doubt.is_in_doubt());
    assert!(doubt.to_string().contains("it was refused as a conflict"));

    all.push(json!({"id": "7", "partner_reference": "A-1", "created_at": "2025-12-01 09:00:00"}));
    let (server, found) = conflicting(200, json!(all)).await;
    let found = found.unwrap();
    assert_eq!(found.how(), Submission::Found);
    assert_eq!(found.order_id().unwrap().as_str(), "7");
    let sends = server.resource_calls().into_iter();
    assert_eq!(sends.filter(|call| call.method == Method::POST).count(), 1);
}

#[tokio::test]
async fn an_order_of_another_content_is_a_conflict() {
    let world = World::new().await;
    world.orders().submit(order("A-1")).await.unwrap();
    let other = order_with("A-1", |order| order["note"] = json!("Ring twice"));
    let error = world.orders().submit(other).await.unwrap_err();
    assert!(error.is_reference_conflict());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(world.sends(), 1);
    // The same content in another spelling is the same order.
    let same = order_with("A-1", |order| order["products"][0]["total"] = json!("7.00"));
    let submitted = world.orders().submit(same).await.unwrap();
    assert_eq!(submitted.how(), Submission::Repeated);
}

#[tokio::test]
async fn a_reference_that_cannot_be_found_again_is_refused() {
    let world = World::new().await;
    for bad in [json!(null), json!(""), json!(" A-1")] {
        let order = order_with("", |order| order["partner_reference"] = bad.clone());
        let error = world.orders().submit(order).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{bad}");
    }
    assert!(world.sandbox.requests().is_empty());
}

/// An order that a process has left, and whose request is answered 401; what the token endpoint says then.
async fn left_and_unauthorized(state: IntentState, token: Answer) -> (World, Business) {
    let world = World::new().await;
    let acme = world.client().build().unwrap().business("acme").unwrap();
    acme.orders().list().await.unwrap();
    let key = IntentKey::new(acme.grant_key(), "A-1");
    let intent = NewIntent {
        digest: [1; 32],
        body: serde_json::to_vec(&order("A-1")).unwrap().into(),
        settle_window: Duration::ZERO,
    };
    let lease = Duration::from_secs(60);
    let begun = world.store.begin(&key, &intent, "dead", lease).await;
    assert!(matches!(begun.unwrap(), Begun::Leased(_)));
    if state != IntentState::Prepared {
        let advanced = world.store.advance(&key, "dead", &state, lease).await;
        assert!(advanced.unwrap());
    }
    world.clock.advance(Duration::from_secs(600));
    let refused = Answer::json(401, &json!({"message": "Unauthenticated."}));
    world.sandbox.override_next("create_order", refused);
    world.sandbox.override_next("exchange_token", token);
    (world, acme)
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_refuses_no_order_that_was_left() {
    let settle_window = Duration::ZERO;
    let down = || Answer::new(503, "text/html", "<html>Service Unavailable</html>");
    let revoked = || Answer::json(400, &json!({"error": "invalid_grant"}));
    for state in [IntentState::Prepared, IntentState::Sent { settle_window }] {
        for (token, own_credentials) in [(down(), None), (revoked(), Some(down()))] {
            let (world, acme) = left_and_unauthorized(state.clone(), token).await;
            // They would serve in place of a refresh token that is refused.
            if let Some(answer) = own_credentials {
                world.sandbox.override_next("exchange_token", answer);
            }
            let mut recovery = acme.orders().recover().await.unwrap();
            let recovered = recovery.orders.pop().unwrap();
            let error = recovered.result.unwrap_err();
            assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
            assert_eq!((world.pending(), world.count()), (1, 0), "{state:?}");
            // The token endpoint is back.
            world.clock.advance(Duration::from_secs(600));
            let recovery = world.orders().recover().await.unwrap();
            assert!(recovery.orders[0].result.is_ok());
            assert_eq!((world.pending(), world.count()), (0, 1), "{state:?}");
        }
    }
}

#[tokio::test]
async fn a_submit_whose_token_cannot_be_renewed_is_its_callers_again() {
    let world = World::new().await;
    let orders = world.orders();
    orders.list().await.unwrap();
    let refused = Answer::json(401, &json!({"message": "Unauthenticated."}));
    world.sandbox.override_next("create_order", refused);
    let down = Answer::new(503, "text/html", "<html>Service Unavailable</html>");
    world.sandbox.override_next("exchange_token", down);
    let error = orders.submit(order("A-1")).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Rejected);
    assert_eq!((world.pending(), world.count()), (0, 0));
    world.clock.advance(Duration::from_secs(600));
    let submitted = orders.submit(order("A-1")).await.unwrap();
    assert_eq!((submitted.how(), world.count()), (Submission::Sent, 1));
}

#[tokio::test]
async fn a_conflict_is_looked_for_no_longer_than_there_is_patience() {
    let clock = ManualClock::default();
    let passes = clock.clone();
    let server = Server::start(move |call| {
        let answer = match call.method {
            Method::POST => json(409, &json!({"message": "The reference has been taken."})),
            _ => {
                passes.advance(Duration::from_secs(10));
                let (page, id) = (call.page(), format!("B-{}", call.page()));
                let pagination = json!({"current_page": page, "last_page": 100_000});
                let items = json!([{"id": id, "partner_reference": id}]);
                json(200, &json!({"items": items, "pagination": pagination}))
            }
        };
        async move { answer }
    });
    let server = server.await.unwrap();
    let client = server.client().clock(clock.clone());
    let orders = orders(client.sleep(Turning::new(&clock)));
    let error = orders.submit(order("A-1")).await.unwrap_err();
    assert!(error.is_in_doubt(), "{error}");
    let error = error.to_string();
    assert!(
        error.contains("there was no time to read the whole list"),
        "{error}"
    );
    assert!(server.resource_calls().len() < 100);
}
