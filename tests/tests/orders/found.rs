//! Answers that do not come: the order is found, or sent again once it is certain that it is not there.

use std::time::Duration;

use axum::http::Method;
use retm::Submission;
use retm_sandbox::{Answer, Fault, FaultKind, Sandbox};
use retm_tests::server::{Server, answer, json};
use retm_tests::until;
use serde_json::json;

use crate::world::{Turning, World, order, orders};

#[tokio::test]
async fn an_order_is_sent_once_and_repeated_from_the_journal() {
    let world = World::new().await;
    let submitted = world.orders().submit(order("A-1")).await.unwrap();
    assert_eq!(submitted.how(), Submission::Sent);
    assert_eq!(submitted.reference(), "A-1");
    assert!(submitted.warnings().is_empty());
    let id = submitted.order_id().unwrap();
    assert_eq!(world.sandbox.orders("acme")[0]["id"], json!(id.as_str()));
    let again = world.orders().submit(order("A-1")).await.unwrap();
    assert_eq!(again.how(), Submission::Repeated);
    assert_eq!(again.raw_body(), submitted.raw_body());
    assert_eq!(again.order_id(), Some(id));
    assert_eq!((world.sends(), world.looks()), (1, 0));
    world.orders().submit(order("A-2")).await.unwrap();
    assert_eq!(world.count(), 2);
}

#[tokio::test]
async fn a_lost_answer_is_found() {
    let world = World::new().await;
    world.fault(FaultKind::LoseResponse);
    let submitted = world.orders().submit(order("A-1")).await.unwrap();
    assert_eq!(submitted.how(), Submission::Found);
    assert_eq!((world.count(), world.sends()), (1, 1));
    // The order as the list shows it, nothing left out.
    let body: serde_json::Value = serde_json::from_slice(submitted.raw_body()).unwrap();
    assert_eq!(body, world.sandbox.orders("acme")[0]);
    assert_eq!(
        submitted.order_id().unwrap().as_str(),
        body["id"].as_str().unwrap()
    );
    let again = world.orders().submit(order("A-1")).await.unwrap();
    assert_eq!(again.how(), Submission::Repeated);
    assert_eq!(again.raw_body(), submitted.raw_body());
}

#[tokio::test]
async fn an_order_whose_answer_is_a_redirect_is_looked_for() {
    for status in [302, 303, 307] {
        let server = Server::start(move |call| {
            let answer = match call.method {
                Method::POST => answer(status, "text/html", "See the order."),
                _ => json(200, &json!([{"id": "7", "partner_reference": "A-1"}])),
            };
            async move { answer }
        });
        let server = server.await.unwrap();
        let submitted = orders(server.client()).submit(order("A-1")).await.unwrap();
        assert_eq!(submitted.how(), Submission::Found);
        let posts = server.resource_calls();
        let posts = posts.iter().filter(|call| call.method == Method::POST);
        assert_eq!(posts.count(), 1);
    }
}

#[tokio::test]
async fn an_order_that_did_not_arrive_is_sent_again_after_the_window() {
    let world = World::new().await;
    world.fault(FaultKind::Reset);
    let before = world.clock.clone();
    let window = Duration::from_secs(100);
    let submit = world.orders().submit(order("A-1")).settle_window(window);
    let submitted = submit.await.unwrap();
    assert_eq!(submitted.how(), Submission::Sent);
    assert_eq!(world.count(), 1);
    assert!(retm::Clock::monotonic(&before) >= window);
}

#[tokio::test]
async fn the_window_is_twice_the_deadline_by_default() {
    let world = World::new().await;
    world.fault(FaultKind::Reset);
    let submit = world.orders().submit(order("A-1"));
    let submit = submit.with_deadline(Duration::from_secs(7));
    submit.await.unwrap();
    let passed = retm::Clock::monotonic(&world.clock);
    assert!(passed >= Duration::from_secs(14) && passed < Duration::from_secs(20));
}

#[tokio::test]
async fn a_gateways_answer_says_nothing_of_the_order() {
    let world = World::new().await;
    world.fault(FaultKind::BadGateway);
    let submitted = world.orders().submit(order("A-1")).await.unwrap();
    assert_eq!((submitted.how(), world.count()), (Submission::Sent, 1));
    assert_eq!(world.sends(), 2);
}

#[tokio::test]
async fn an_order_that_takes_effect_late_is_found() {
    let world = World::new().await;
    world.fault(FaultKind::CommitLate(Duration::from_millis(400)));
    let sandbox = world.sandbox.clone();
    // Whoever waits, waits for the order to take effect.
    let sleep = Turning::new(&world.clock).each(move |_| {
        let sandbox = sandbox.clone();
        async move { until(|| !sandbox.orders("acme").is_empty()).await }
    });
    let client = world.client().sleep(sleep);
    let client = client.attempt_timeout(Duration::from_millis(100));
    let submitted = orders(client).submit(order("A-1")).await.unwrap();
    assert_eq!(submitted.how(), Submission::Found);
    assert_eq!((world.count(), world.sends()), (1, 1));
}

#[tokio::test]
async fn a_list_that_ignores_the_reference_finds_no_other_order() {
    let world = World::new().await;
    let ignore = Fault::new(FaultKind::IgnoreReference);
    world.sandbox.add_fault(ignore);
    for other in 1..150 {
        let order = order(&format!("B-{other}"));
        world.orders().submit(order).await.unwrap();
    }
    world.fault(FaultKind::Reset);
    let submitted = world.orders().submit(order("A-1")).await.unwrap();
    assert_eq!(submitted.how(), Submission::Sent);
    world.fault(FaultKind::LoseResponse);
    let submitted = world.orders().submit(order("A-2")).await.unwrap();
    assert_eq!(submitted.how(), Submission::Found);
    assert_eq!(submitted.reply().partner_reference(), Some("A-2"));
    assert_eq!(world.count(), 151);
}

#[tokio::test]
async fn a_list_that_lags_within_the_window_shows_the_order_in_the_end() {
    let world = World::new().await;
    let lag = Fault::new(FaultKind::LagList(Duration::from_secs(3600)));
    world.sandbox.add_fault(lag);
    world.fault(FaultKind::LoseResponse);
    let sandbox = world.sandbox.clone();
    let sleep = Turning::new(&world.clock).each(move |n| {
        if n == 5 {
            sandbox.clear_faults();
        }
        async {}
    });
    let orders = orders(world.client().sleep(sleep));
    let submitted = orders.submit(order("A-1")).await.unwrap();
    assert_eq!(submitted.how(), Submission::Found);
    assert_eq!((world.count(), world.sends()), (1, 1));
    assert!(world.looks() > 5);
}

#[tokio::test]
async fn an_order_deep_in_the_list_is_found_before_it_is_sent_again() {
    // Its answer was lost, and it was not looked for before many others came.
    let world = World::of(Sandbox::builder().max_per_page(10).start().await.unwrap());
    let ignore = Fault::new(FaultKind::IgnoreReference);
    world.sandbox.add_fault(ignore);
    world.fault(FaultKind::LoseResponse);
    let other = retm_tests::acme(&world.sandbox).unwrap().orders();
    let sleep = Turning::new(&world.clock).each({
        let (other, sandbox) = (other.clone(), world.sandbox.clone());
        move |n| {
            let (other, sandbox) = (other.clone(), sandbox.clone());
            async move {
                if n == 1 {
                    for n in 0..25 {
                        let order = order(&format!("B-{n}"));
                        other.create(order).await.unwrap();
                    }
                    sandbox.clear_requests();
                }
            }
        }
    });
    // The first looks at the list fail, so that it is not found at once.
    for _ in 0..2 {
        let answer = Answer::new(400, "application/json", "{}");
        world.sandbox.override_next("list_orders", answer);
    }
    let orders = orders(world.client().sleep(sleep));
    let submitted = orders.submit(order("A-1")).await.unwrap();
    assert_eq!(submitted.how(), Submission::Found);
    assert_eq!(world.count(), 26);
    assert_eq!(world.sends(), 0);
}

#[tokio::test]
async fn a_reply_in_another_shape_is_a_reply() {
    for body in ["", "\"ok\"", "<html>created</html>", "[]"] {
        let world = World::new().await;
        let answer = Answer::new(200, "application/json", body);
        world.sandbox.override_next("create_order", answer);
        let submitted = world.orders().submit(order("A-1")).await.unwrap();
        assert_eq!(submitted.how(), Submission::Sent, "{body}");
        assert_eq!(submitted.raw_body(), body.as_bytes());
        assert_eq!(submitted.order_id(), None);
    }
}
