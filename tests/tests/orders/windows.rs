//! The settle window of an order stays its own: whoever goes on with it has no shorter one.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::Method;
use retm::resources::Orders;
use retm::store::{IntentState, MemoryStore, OrderJournal};
use retm::{Clock, Outcome, Submission, Submit};
use retm_sandbox::FaultKind;
use retm_tests::server::{Server, json};
use retm_tests::{Gate, ManualClock, until};
use serde_json::json;

use crate::steps::{At, Steps, What};
use crate::world::{Turning, World, order, orders};

const LONG: Duration = Duration::from_secs(300);

/// The client's overall time-out: for so long an order may wait before it is sent.
const OVERALL: Duration = Duration::from_secs(60);

/// How long after the crash somebody goes on: the lease and the default window of 120 seconds are over.
const LATER: Duration = Duration::from_secs(150);

/// The step after which an order has been written down, and may have been sent.
const PREPARED: i64 = 0;
const SENT: i64 = 1;

/// The process dies after that step of its submit, and nobody comes for a while.
async fn dies(world: &World, step: i64, with: impl FnOnce(Submit) -> Submit) {
    let gate = What::Stop(Gate::default());
    let dying = Steps::new(world.store.clone(), step, At::After, gate);
    let submit = with(world.through(dying.clone()).submit(order("A-1")));
    let task = tokio::spawn(submit.into_future());
    until(|| dying.is_reached()).await;
    task.abort();
    world.clock.advance(LATER);
}

/// When the request of a process that died arrives: within the window by more than one wait takes.
const ARRIVES: Duration = Duration::from_secs(250);

/// Orders of a client during whose waits that request arrives, at that time.
fn late(world: &World, at: Duration) -> Orders {
    let (clock, sandbox) = (world.clock.clone(), world.sandbox.clone());
    let late = retm_tests::acme(&sandbox).unwrap().orders();
    let sleep = Turning::new(&world.clock).each(move |_| {
        let come = clock.monotonic() >= at && sandbox.orders("acme").is_empty();
        let late = late.clone();
        async move {
            if come {
                late.create(order("A-1")).await.unwrap();
            }
        }
    });
    orders(world.client().sleep(sleep))
}

async fn record(store: &MemoryStore) -> retm::store::IntentRecord {
    let pending = store.pending(None).await.unwrap();
    let record = OrderJournal::read(store, &pending[0]).await.unwrap();
    record.unwrap()
}

#[tokio::test]
async fn recover_waits_for_the_window_that_an_order_was_sent_with() {
    let world = World::new().await;
    dies(&world, SENT, |submit| submit.settle_window(LONG)).await;
    let orders = late(&world, ARRIVES);
    let recovery = orders.recover().await.unwrap();
    let recovered = recovery.orders[0].result.as_ref().unwrap();
    assert_eq!(recovered.how(), Submission::Found);
    assert_eq!((world.count(), world.sends()), (1, 1));
}

#[tokio::test]
async fn so_does_it_where_the_window_comes_of_a_long_deadline() {
    let world = World::new().await;
    dies(&world, SENT, |submit| submit.with_deadline(LONG / 2)).await;
    // The lease is as long as that deadline, and a margin.
    world.clock.advance(Duration::from_secs(40));
    let orders = late(&world, ARRIVES);
    let recovery = orders.recover().await.unwrap();
    let recovered = recovery.orders[0].result.as_ref().unwrap();
    assert_eq!(recovered.how(), Submission::Found);
    assert_eq!((world.count(), world.sends()), (1, 1));
}

#[tokio::test]
async fn an_order_that_did_not_arrive_is_sent_again_after_the_window_it_was_sent_with() {
    let world = World::new().await;
    dies(&world, SENT, |submit| submit.settle_window(LONG)).await;
    let recovery = world.orders().recover().await.unwrap();
    let recovered = recovery.orders[0].result.as_ref().unwrap();
    assert_eq!(recovered.how(), Submission::Sent);
    assert_eq!((world.count(), world.sends()), (1, 1));
    assert!(world.clock.monotonic() >= LONG);
}

#[tokio::test]
async fn whoever_sends_it_again_does_so_with_no_shorter_window() {
    // Sent by the process that died, or only written down by it.
    for (step, first) in [(SENT, LONG), (PREPARED, LATER)] {
        let world = World::new().await;
        dies(&world, step, |submit| submit.settle_window(LONG)).await;
        world.fault(FaultKind::Reset);
        // With the patience for both.
        let patient = world.orders().recover().settle_window(LONG - OVERALL);
        let recovery = patient.await.unwrap();
        let recovered = recovery.orders[0].result.as_ref().unwrap();
        assert_eq!(recovered.how(), Submission::Sent);
        assert_eq!((world.count(), world.sends()), (1, 2));
        assert!(world.clock.monotonic() >= first + LONG, "{step}");
    }
}

#[tokio::test]
async fn a_submit_with_less_patience_is_in_doubt_and_sends_nothing() {
    let world = World::new().await;
    dies(&world, SENT, |submit| submit.settle_window(LONG)).await;
    let hurried = |orders: Orders| {
        let submit = orders.submit(order("A-1"));
        let submit = submit.settle_window(Duration::from_secs(5));
        submit.with_deadline(Duration::from_secs(2))
    };
    let error = hurried(world.orders()).await.unwrap_err();
    assert!(error.is_in_doubt());
    assert_eq!((error.outcome(), world.sends()), (Outcome::Unknown, 0));
    let whole_seconds = vec![(r"ends in \d+ s", "ends in N s")];
    insta::with_settings!({ filters => whole_seconds }, {
        insta::assert_snapshot!(error, @r#"create_order for acme: what became of the order is not known: it was looked for in the list of orders by its reference "A-1", but it is not there yet and may still take effect: its settle window ends in N s. Submit the same order again or call `orders().recover()` later: neither sends it again before it is known."#);
    });
    // It has left the window as it was.
    assert_eq!(record(&world.store).await.settle_window(), LONG + OVERALL);
    let found = hurried(late(&world, Duration::ZERO)).await.unwrap();
    assert_eq!(found.how(), Submission::Found);
    assert_eq!((world.count(), world.sends()), (1, 1));
}

#[tokio::test]
async fn a_longer_window_of_whoever_sends_it_again_counts_from_then_on() {
    let world = World::new().await;
    let short = Duration::from_secs(5);
    dies(&world, SENT, |submit| submit.settle_window(short)).await;
    let written = record(&world.store).await.settle_window();
    assert_eq!(written, short + OVERALL);
    // Another, whose window has passed since as well, sends it again and dies.
    world.clock.advance(LONG);
    let gate = What::Stop(Gate::default());
    // begin, renew, read, one renewal for the page of the list, and then it is sent.
    let dying = Steps::new(world.store.clone(), 4, At::After, gate);
    let submit = world.through(dying.clone()).submit(order("A-1"));
    let task = tokio::spawn(submit.settle_window(LONG).into_future());
    until(|| dying.is_reached()).await;
    task.abort();
    let settle_window = LONG + OVERALL;
    let state = record(&world.store).await.intent.state;
    assert!(state == IntentState::Sent { settle_window }, "{state:?}");
    let resent = world.clock.monotonic();
    world.clock.advance(LATER);
    let recovery = world.orders().recover().await.unwrap();
    let recovered = recovery.orders[0].result.as_ref().unwrap();
    assert_eq!((recovered.how(), world.sends()), (Submission::Sent, 1));
    assert!(world.clock.monotonic() >= resent + LONG);
}

/// A server that the first order reaches after that time of the client's, and that lists it a little later.
async fn slow(clock: &ManualClock, waits: Duration, later: Duration) -> Server {
    let arrived = Arc::new(Mutex::new(None));
    let clock = clock.clone();
    let server = Server::start(move |call| {
        let mut arrived = arrived.lock().unwrap();
        let is_there = arrived.is_some_and(|at| clock.monotonic() >= at + later);
        let answer = match call.method {
            Method::POST => {
                if arrived.is_none() {
                    clock.advance(waits);
                    *arrived = Some(clock.monotonic());
                }
                json(502, &json!({}))
            }
            _ if is_there => json(200, &json!([{"id": "7", "partner_reference": "A-1"}])),
            _ => json(200, &json!([])),
        };
        async move { answer }
    });
    server.await.unwrap()
}

#[tokio::test]
async fn the_window_begins_when_the_sending_has_ended() {
    let clock = ManualClock::default();
    // Longer than the window: it waits for its turn, or for a token.
    let server = slow(&clock, Duration::from_secs(30), Duration::from_secs(4)).await;
    let client = server.client().clock(clock.clone());
    let store = MemoryStore::with_clock(clock.clone());
    let gate = Gate::default();
    // begin, sent, sent.
    let steps = Steps::new(store.clone(), 2, At::After, What::Stop(gate.clone()));
    let client = client
        .sleep(Turning::new(&clock))
        .order_journal(steps.clone());
    let settle_window = Duration::from_secs(5);
    let submit = orders(client).submit(order("A-1"));
    let task = tokio::spawn(submit.settle_window(settle_window).into_future());
    until(|| steps.is_reached()).await;
    // So it does for everybody else.
    let record = record(&store).await;
    assert_eq!(record.intent.state, IntentState::Sent { settle_window });
    assert_eq!(record.sent_ago, Some(Duration::ZERO));
    gate.open();
    let found = task.await.unwrap().unwrap();
    assert_eq!(found.how(), Submission::Found);
    let sends = server.resource_calls().into_iter();
    assert_eq!(sends.filter(|call| call.method == Method::POST).count(), 1);
}

#[tokio::test]
async fn after_a_crash_the_window_has_the_time_before_it_that_the_sending_may_take() {
    let world = World::new().await;
    let window = Duration::from_secs(100);
    dies(&world, SENT, |submit| submit.settle_window(window)).await;
    // Its window is over, and is not if it was sent as late as it may have been: there are a few looks more.
    let late = late(&world, LATER + Duration::from_secs(1));
    let recovery = late.recover().settle_window(window).await.unwrap();
    let recovered = recovery.orders[0].result.as_ref().unwrap();
    assert_eq!(recovered.how(), Submission::Found);
    assert_eq!((world.count(), world.sends()), (1, 1));
}
