//! A crash between any two steps, a journal that fails at any step, a caller who goes away at any step.

use std::time::Duration;

use retm::{ErrorKind, Outcome, Recovery, Submission};
use retm_sandbox::FaultKind;
use retm_tests::{Gate, until};

use crate::steps::{At, Steps, What};
use crate::world::{World, order};

/// A few look-ups long.
const WINDOW: Duration = Duration::from_secs(2);

/// What goes wrong in the network meanwhile.
const NETWORKS: [Option<FaultKind>; 4] = [
    None,
    Some(FaultKind::LoseResponse),
    Some(FaultKind::Reset),
    Some(FaultKind::BadGateway),
];

/// How an order ends, for whoever crashed does not tell.
fn told(recovery: &Recovery) -> Vec<Submission> {
    assert!(recovery.held.is_empty(), "{recovery:?}");
    let orders = recovery.orders.iter();
    orders
        .map(|order| order.result.as_ref().unwrap().how())
        .collect()
}

#[tokio::test]
async fn a_crash_at_any_step_loses_and_doubles_nothing() {
    let mut world = World::new().await.window(WINDOW);
    for network in NETWORKS {
        for at in [At::Before, At::After] {
            let mut step = 0;
            while crash(&world, network.clone(), at, step).await {
                world = world.next().await;
                step += 1;
            }
            world = world.next().await;
            assert!(step > 2, "{network:?} {at:?} {step}");
        }
    }
}

/// Whether it came to the crash.
async fn crash(world: &World, network: Option<FaultKind>, at: At, step: i64) -> bool {
    let case = format!("{network:?} {at:?} {step}");
    if let Some(fault) = network {
        world.fault(fault);
    }
    let dying = Steps::new(world.store.clone(), step, at, What::Stop(Gate::default()));
    let mut first = tokio::spawn(
        world
            .through(dying.clone())
            .submit(order("A-1"))
            .into_future(),
    );
    tokio::select! {
        ended = &mut first => {
            ended.unwrap().unwrap();
        }
        () = until(|| dying.is_reached()) => {}
    }
    if !dying.is_reached() {
        return false;
    }
    // Nothing more of the first process. Whoever comes while its lease runs leaves the order alone.
    let early = world.orders().recover().await.unwrap();
    assert!(early.orders.len() + early.held.len() <= 1, "{case}");
    world.clock.advance(Duration::from_secs(120));
    let recovery = world.orders().recover().await.unwrap();
    told(&recovery);
    // Only where the first step changed nothing is there nothing to recover.
    let begun = at == At::After || step > 0;
    assert_eq!(world.count(), usize::from(begun), "{case}");
    let submitted = world.orders().submit(order("A-1")).await.unwrap();
    assert_eq!(submitted.how() == Submission::Repeated, begun, "{case}");
    assert_eq!(world.count(), 1, "{case}");
    let id = world.sandbox.orders("acme")[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(submitted.order_id().unwrap().as_str(), id, "{case}");
    assert!(
        world.orders().recover().await.unwrap().orders.is_empty(),
        "{case}"
    );
    first.abort();
    true
}

#[tokio::test]
async fn a_process_that_was_held_up_sends_nothing_when_it_goes_on() {
    let mut world = World::new().await.window(WINDOW);
    for network in NETWORKS {
        for at in [At::Before, At::After] {
            for step in 0..12 {
                let case = format!("{network:?} {at:?} {step}");
                world = world.next().await;
                if let Some(fault) = network.clone() {
                    world.fault(fault);
                }
                let gate = Gate::default();
                let what = What::Stop(gate.clone());
                let slow = Steps::new(world.store.clone(), step, at, what);
                let submit = world.through(slow.clone()).submit(order("A-1"));
                let mut first = tokio::spawn(submit.into_future());
                let early = tokio::select! {
                    ended = &mut first => Some(ended.unwrap()),
                    () = until(|| slow.is_reached()) => None,
                };
                // Past its deadline and its lease; another takes over and ends the order.
                world.clock.advance(Duration::from_secs(120));
                world.orders().submit(order("A-1")).await.unwrap();
                gate.open();
                let first = match early {
                    Some(first) => first,
                    None => first.await.unwrap(),
                };
                assert_eq!(world.count(), 1, "{case}");
                // It took effect: nobody may be told that it did not.
                if let Err(error) = first {
                    assert_eq!(error.outcome(), Outcome::Unknown, "{case}: {error}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_caller_who_goes_away_at_any_step_neither_loses_nor_doubles() {
    let mut world = World::new().await.window(WINDOW);
    for network in NETWORKS {
        let mut step = 0;
        while leave(&world, network.clone(), step).await {
            world = world.next().await;
            step += 1;
        }
        world = world.next().await;
        assert!(step > 2, "{network:?}");
    }
}

async fn leave(world: &World, network: Option<FaultKind>, step: i64) -> bool {
    let case = format!("{network:?} {step}");
    if let Some(fault) = network {
        world.fault(fault);
    }
    let gate = Gate::default();
    let slow = Steps::new(
        world.store.clone(),
        step,
        At::Before,
        What::Stop(gate.clone()),
    );
    let mut submit = world
        .through(slow.clone())
        .submit(order("A-1"))
        .into_future();
    tokio::select! {
        ended = &mut submit => {
            ended.unwrap();
        }
        () = until(|| slow.is_reached()) => {}
    }
    drop(submit);
    gate.open();
    // The order goes on to its end, and its lease with it: no time passes here.
    until(|| world.count() == 1 && world.pending() == 0).await;
    let submitted = world.orders().submit(order("A-1")).await.unwrap();
    assert_eq!(
        (submitted.how(), world.count()),
        (Submission::Repeated, 1),
        "{case}"
    );
    slow.is_reached()
}

#[tokio::test]
async fn a_journal_that_fails_at_any_step_doubles_nothing_and_the_truth_is_told() {
    let mut world = World::new().await.window(WINDOW);
    for network in NETWORKS {
        for at in [At::Before, At::After] {
            let mut step = 0;
            while fail(&world, network.clone(), at, step).await {
                world = world.next().await;
                step += 1;
            }
            world = world.next().await;
            assert!(step > 2, "{network:?} {at:?}");
        }
    }
}

async fn fail(world: &World, network: Option<FaultKind>, at: At, step: i64) -> bool {
    let case = format!("{network:?} {at:?} {step}");
    if let Some(fault) = network {
        world.fault(fault);
    }
    let failing = Steps::new(world.store.clone(), step, at, What::Fail);
    let result = world.through(failing.clone()).submit(order("A-1")).await;
    let sent = world.sends();
    match &result {
        Ok(submitted) => {
            assert_eq!(world.count(), 1, "{case}");
            // The last step gives the lease back: nothing depends on it.
            let last = matches!(submitted.how(), Submission::Sent | Submission::Found);
            assert!(last, "{case}");
        }
        Err(error) if error.outcome() == Outcome::NotSent => {
            assert_eq!((error.kind(), sent), (ErrorKind::Store, 0), "{case}");
        }
        Err(error) => assert_eq!(error.outcome(), Outcome::Unknown, "{case}: {error}"),
    }
    failing.mend();
    world.clock.advance(Duration::from_secs(120));
    let recovery = world.orders().recover().await.unwrap();
    told(&recovery);
    if result.is_ok() {
        assert_eq!(world.count(), 1, "{case}");
    }
    if result.is_err_and(|error| error.outcome() == Outcome::NotSent) {
        // Whoever was told so may send another order in its place.
        assert_eq!(world.sends(), 0, "{case}");
    }
    world.orders().submit(order("A-1")).await.unwrap();
    assert_eq!(world.count(), 1, "{case}");
    failing.is_reached()
}

#[tokio::test]
async fn an_order_that_took_effect_is_no_failure_because_the_journal_is_away() {
    let world = World::new().await;
    // begin, advance to Sent, and then the journal is gone.
    let failing = Steps::new(world.store.clone(), 2, At::Before, What::Fail);
    let submitted = world.through(failing).submit(order("A-1")).await.unwrap();
    assert_eq!(submitted.how(), Submission::Sent);
    insta::assert_snapshot!(submitted.warnings().join("\n"), @"the order took effect, but the journal could not take it down: the journal is away; `recover()` will find it");
    world.clock.advance(Duration::from_secs(120));
    let recovery = world.orders().recover().await.unwrap();
    assert_eq!(told(&recovery), [Submission::Found]);
    assert_eq!((world.count(), world.sends()), (1, 1));
}

#[tokio::test]
async fn an_answer_that_comes_after_the_lease_has_ended_is_told_with_a_warning() {
    let world = World::new().await;
    // begin, sent, and then it is held up with the answer in its hands.
    let gate = Gate::default();
    let slow = Steps::new(world.store.clone(), 2, At::Before, What::Stop(gate.clone()));
    let submit = world.through(slow.clone()).submit(order("A-1"));
    let submit = tokio::spawn(submit.into_future());
    until(|| slow.is_reached()).await;
    world.clock.advance(Duration::from_secs(120));
    gate.open();
    let submitted = submit.await.unwrap().unwrap();
    assert_eq!(submitted.how(), Submission::Sent);
    insta::assert_snapshot!(submitted.warnings().join("\n"), @"the order took effect, but the journal could not take it down: its lease is over, so it may be another's; whoever goes on with it will find it");
    assert_eq!((world.count(), world.pending()), (1, 1));
}
