//! What an answer proves: a status of success alone proves nothing.

use std::time::Duration;

use axum::http::Method;
use retm::store::{IntentState, OrderJournal};
use retm::{Abandonment, Error, ErrorKind, Outcome, Submission, Why};
use retm_sandbox::{Answer, FaultKind};
use retm_tests::server::{Server, json};
use retm_tests::{Gate, ManualClock, until};
use serde_json::{Value, json};

use crate::steps::{At, Steps, What};
use crate::world::{Turning, World, order, orders};

async fn answered(body: &'static str) -> (World, Error) {
    let world = World::new().await.window(Duration::from_secs(2));
    let answer = Answer::new(200, "application/json", body);
    world.sandbox.override_next("create_order", answer);
    let error = world.orders().submit(order("A-1")).await.unwrap_err();
    (world, error)
}

#[tokio::test]
async fn an_answer_that_proves_nothing_is_looked_up_and_never_sent_again() {
    for body in [
        "<html>Maintenance</html>",
        "",
        "\"ok\"",
        "[]",
        "{\"status\":1}",
        "{\"success\":true,\"errors\":[\"x\"]}",
        "{\"partner_reference\":\"B-9\",\"id\":7}",
    ] {
        let (world, error) = answered(body).await;
        assert!(error.is_in_doubt(), "{body}: {error}");
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert_eq!(error.status().unwrap(), 200, "{body}");
        assert!(world.looks() > 0, "{body}");
        let recovery = world.orders().recover().await.unwrap();
        assert!(
            recovery.orders[0]
                .result
                .as_ref()
                .unwrap_err()
                .is_in_doubt()
        );
        assert_eq!((world.sends(), world.pending()), (1, 1), "{body}");
        let key = &world.store.pending(None).await.unwrap()[0];
        let record = OrderJournal::read(&world.store, key).await.unwrap();
        let state = record.unwrap().intent.state;
        assert!(matches!(state, IntentState::Answered { status: 200, .. }));
        // Its user says so.
        let again = world.orders().submit(order("A-1")).send_again();
        assert_eq!(again.await.unwrap().how(), Submission::Sent);
        assert_eq!((world.count(), world.sends()), (1, 2), "{body}");
    }
}

#[tokio::test]
async fn a_page_of_a_gateway_says_so() {
    let (_world, error) = answered("<html>Maintenance</html>").await;
    let text = error.to_string();
    assert!(text.contains("it was answered, but"), "{text}");
    assert!(text.contains("status 200"), "{text}");
}

#[tokio::test]
async fn an_answer_larger_than_the_limit_proves_nothing() {
    let world = World::new().await.window(Duration::from_secs(2));
    let answer = Answer::new(200, "application/json", " ".repeat(100_000));
    world.sandbox.override_next("create_order", answer);
    let orders = orders(world.client().body_limit(50_000));
    let error = orders.submit(order("A-1")).await.unwrap_err();
    assert!(error.is_in_doubt(), "{error}");
    assert_eq!((world.sends(), world.pending()), (1, 1));
}

#[tokio::test]
async fn success_false_refuses_the_order_with_the_servers_words() {
    for body in [
        "{\"success\": false, \"message\": \"The branch is closed\"}",
        "{\"status\": 422, \"errors\": {\"branch\": [\"The branch is closed\"]}}",
    ] {
        let (world, error) = answered(body).await;
        assert_eq!(error.kind(), ErrorKind::Refused, "{body}");
        assert_eq!(error.outcome(), Outcome::Rejected);
        assert!(
            error.to_string().contains("The branch is closed"),
            "{error}"
        );
        assert!(world.looks() > 0);
        assert_eq!((world.sends(), world.pending()), (1, 0));
        let next = world.orders().submit(order("A-1")).await.unwrap();
        assert_eq!((next.how(), world.count()), (Submission::Sent, 1));
    }
}

/// A server that answers every order with that body, and lists that one.
async fn lying(answer: &'static str, list: Value) -> (Server, retm::resources::Orders) {
    let server = Server::start(move |call| {
        let reply: Value = serde_json::from_str(answer).unwrap();
        let answer = match call.method {
            Method::POST => json(if answer == "{}" { 502 } else { 200 }, &reply),
            _ => json(200, &list),
        };
        async move { answer }
    });
    let server = server.await.unwrap();
    let clock = ManualClock::default();
    let client = server.client().clock(clock.clone());
    let orders = orders(client.sleep(Turning::new(&clock)));
    (server, orders)
}

fn sends(server: &Server) -> usize {
    let calls = server.resource_calls();
    let posts = calls.iter().filter(|call| call.method == Method::POST);
    posts.count()
}

#[tokio::test]
async fn success_false_of_an_order_that_is_there_is_found() {
    let list = json!([{"id": "7", "partner_reference": "A-1"}]);
    let (server, orders) = lying("{\"success\":false}", list).await;
    let found = orders.submit(order("A-1")).await.unwrap();
    assert_eq!(found.how(), Submission::Found);
    assert_eq!(found.order_id().unwrap().as_str(), "7");
    assert_eq!(sends(&server), 1);
}

#[tokio::test]
async fn a_success_without_an_id_is_looked_up_once_to_learn_it() {
    let list = json!([{"id": "7", "partner_reference": "A-1"}]);
    let (server, told) = lying("{\"success\":true}", list).await;
    let submitted = told.submit(order("A-1")).await.unwrap();
    assert_eq!(submitted.how(), Submission::Sent);
    assert_eq!(submitted.order_id().unwrap().as_str(), "7");
    assert!(submitted.warnings().is_empty());
    let again = told.submit(order("A-1")).await.unwrap();
    assert_eq!(again.order_id().unwrap().as_str(), "7");
    assert_eq!(sends(&server), 1);
    let (_server, untold) = lying("{\"success\":true}", json!([])).await;
    let submitted = untold.submit(order("A-1")).await.unwrap();
    assert_eq!(submitted.order_id(), None);
    assert!(submitted.warnings()[0].contains("does not say its id"));
}

/// The list of part 2: the order was sent three times.
#[tokio::test]
async fn a_list_that_answers_an_error_with_200_is_a_failed_look_up() {
    for list in [
        json!({"success": false, "message": "Service temporarily suspended", "data": null}),
        json!({"message": "Unauthenticated.", "items": null}),
        json!({"data": [], "success": false}),
    ] {
        let (server, orders) = lying("{}", list.clone()).await;
        let error = orders.submit(order("A-1")).await.unwrap_err();
        assert!(error.is_in_doubt(), "{list}: {error}");
        assert_eq!(sends(&server), 1, "{list}");
    }
}

#[tokio::test]
async fn a_429_is_waited_for_within_its_patience() {
    let world = World::new().await;
    let answer = Answer::new(429, "application/json", "{}").header("retry-after", "1");
    world.sandbox.override_next("create_order", answer);
    let waits = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = waits.clone();
    let submit = world.orders().submit(order("A-1"));
    let submit = submit.on_wait(move |waiting| seen.lock().unwrap().push(waiting.why));
    assert_eq!(submit.await.unwrap().how(), Submission::Sent);
    assert_eq!((world.count(), world.sends()), (1, 2));
    let first = waits.lock().unwrap()[0];
    assert_eq!(first, Why::RateLimited(Duration::from_secs(1)));
}

#[tokio::test]
async fn an_immediate_restart_waits_for_the_lease_and_ends_with_the_id() {
    let world = World::new().await;
    world.fault(FaultKind::LoseResponse);
    let gate = What::Stop(Gate::default());
    let dying = Steps::new(world.store.clone(), 2, At::Before, gate);
    let submit = world.through(dying.clone()).submit(order("A-1"));
    let task = tokio::spawn(submit.into_future());
    until(|| dying.is_reached()).await;
    task.abort();
    let at_once = world.orders().recover().await.unwrap();
    assert_eq!(at_once.held[0].reference, "A-1");
    let limit = Duration::from_secs(120);
    let retm = world.client().build().unwrap();
    let recovered = retm.recover_all().wait(limit).await.unwrap();
    let recovery = recovered[0].result.as_ref().unwrap();
    let found = recovery.orders[0].result.as_ref().unwrap();
    assert_eq!(found.how(), Submission::Found);
    assert!(found.order_id().is_some());
    assert_eq!((world.count(), world.sends()), (1, 1));
}

#[tokio::test]
async fn an_abandoned_order_is_looked_up_when_it_is_submitted_again() {
    let (world, _) = answered("<html>").await;
    let known = world.orders().submitted("A-1").await.unwrap().unwrap();
    assert!(known.is_open() && known.sent_ago.is_some());
    let given_up = world.orders().abandon("A-1").await.unwrap();
    assert_eq!((given_up, world.pending()), (Abandonment::Abandoned, 0));
    assert_eq!(
        world.orders().abandon("A-1").await.unwrap(),
        Abandonment::Over
    );
    let looks = world.looks();
    world.orders().submit(order("A-1")).await.unwrap();
    assert!(world.looks() > looks);
    assert_eq!((world.count(), world.sends()), (1, 2));
    let found = world.orders().find("A-1").await.unwrap().unwrap();
    assert!(found.order_id().is_some());
    assert!(world.orders().find("A-9").await.unwrap().is_none());
}
