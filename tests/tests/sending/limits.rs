//! Quotas and 429s: who waits, and who does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use futures::future::join_all;
use retm::{Outcome, Quota};
use retm_sandbox::{Answer, Sandbox};
use retm_tests::server::{Server, json};
use retm_tests::{ManualClock, NoWait, client, until};
use serde_json::json;

use crate::acme;

const SECOND: Duration = Duration::from_secs(1);

fn too_many() -> Answer {
    Answer::json(429, &json!({"message": "Too Many Attempts."}))
}

#[tokio::test]
async fn a_quota_holds_for_each_business_and_group() {
    let server = Server::start(|_| async { json(200, &json!({"items": []})) });
    let (server, sleep) = (server.await.unwrap(), NoWait::default());
    let client = server.client().clock(ManualClock::default());
    let retm = client.sleep(sleep.clone()).rate_limit(Quota::per_second(2));
    let retm = retm.build().unwrap();
    for business in ["acme", "other"] {
        let business = retm.business(business).unwrap();
        for _ in 0..3 {
            business.products().list().await.unwrap();
        }
        business.branches().list().await.unwrap();
    }
    let waits: Vec<u128> = sleep.waits().iter().map(Duration::as_millis).collect();
    assert_eq!(waits, [500, 1000, 500, 1000]);
}

#[tokio::test]
async fn a_group_can_have_a_quota_of_its_own() {
    let server = Server::start(|_| async { json(200, &json!({"items": []})) });
    let (server, sleep) = (server.await.unwrap(), NoWait::default());
    let client = server.client().clock(ManualClock::default());
    let client = client.sleep(sleep.clone());
    let client = client.rate_limit_for("Orders", Quota::per_minute(60).burst(2));
    let acme = acme(client);
    for _ in 0..3 {
        acme.orders().list().await.unwrap();
        acme.products().list().await.unwrap();
    }
    assert_eq!(sleep.waits(), [SECOND]);
}

#[tokio::test]
async fn a_turn_that_comes_too_late_is_refused_at_once() {
    let server = Server::start(|_| async { json(200, &json!({"items": []})) });
    let (server, sleep) = (server.await.unwrap(), NoWait::default());
    let client = server.client().clock(ManualClock::default());
    let client = client.sleep(sleep.clone());
    let acme = acme(client.rate_limit_for("Orders", Quota::per_minute(1)));
    acme.orders().list().await.unwrap();
    let list = acme.orders().list().with_deadline(59 * SECOND);
    let error = list.await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!((error.outcome(), error.attempts()), (Outcome::NotSent, 0));
    assert_eq!(error.retry_after(), Some(60 * SECOND));
    let at = SystemTime::UNIX_EPOCH + 60 * SECOND;
    assert_eq!(error.retry_at(), Some(at));
    assert!(sleep.waits().is_empty());
    assert_eq!(server.resource_calls().len(), 1);
    insta::assert_snapshot!(error, @"list_orders for acme: rate limited: the limit for Orders lets nothing through before the call is out of time; nothing was sent (retry after 60 s). Wait and send less often for this business.");
}

#[tokio::test]
async fn a_429_holds_its_group_and_no_other() {
    let sandbox = Sandbox::start().await.unwrap();
    let (sleep, clock) = (NoWait::default(), ManualClock::default());
    let acme = acme(client(&sandbox).sleep(sleep.clone()).clock(clock.clone()));
    sandbox.override_next("list_products", too_many().header("retry-after", "40"));
    let error = acme.products().list().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(40 * SECOND));
    acme.branches().list().await.unwrap();
    assert!(sleep.waits().is_empty());
    // Later calls of the group know of it and wait for what is left.
    clock.advance(15 * SECOND);
    let late = acme.products().list().with_deadline(20 * SECOND);
    let error = late.await.unwrap_err();
    assert_eq!(
        (error.outcome(), error.retry_after()),
        (Outcome::NotSent, Some(25 * SECOND))
    );
    acme.products().list().await.unwrap();
    assert_eq!(sleep.waits(), [25 * SECOND]);
    assert_eq!(sandbox.requests_for("list_products").len(), 2);
}

#[tokio::test]
async fn after_a_429_one_call_probes_while_the_others_wait() {
    let in_flight = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (gate, limited) = (retm_tests::Gate::default(), Arc::new(AtomicUsize::new(0)));
    let (entered, highest, open, first) = (
        in_flight.clone(),
        most.clone(),
        gate.clone(),
        limited.clone(),
    );
    let server = Server::start(move |_| {
        let (entered, highest, open) = (entered.clone(), highest.clone(), open.clone());
        let number = first.fetch_add(1, Ordering::SeqCst);
        async move {
            if number == 0 {
                return json(429, &json!({}));
            }
            let now = entered.fetch_add(1, Ordering::SeqCst) + 1;
            if number == 1 {
                // The probe: as long as it is on its way, nobody follows.
                open.pass().await;
                highest.store(now.max(entered.load(Ordering::SeqCst)), Ordering::SeqCst);
            }
            entered.fetch_sub(1, Ordering::SeqCst);
            json(200, &json!({"items": []}))
        }
    });
    let server = server.await.unwrap();
    let acme = acme(server.client());
    let error = acme.products().list().without_retry().await.unwrap_err();
    assert!(error.is_rate_limited());
    let calls = join_all((0..20).map(|_| tokio::spawn(acme.products().list().into_future())));
    let calls = tokio::spawn(calls);
    until(|| in_flight.load(Ordering::SeqCst) == 1).await;
    acme.branches().list().await.unwrap();
    gate.open();
    for call in calls.await.unwrap() {
        call.unwrap().unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 1);
    assert_eq!(server.resource_calls().len(), 22);
}
