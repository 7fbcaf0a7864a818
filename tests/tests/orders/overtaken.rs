//! A submit that was held up after it had sent its order, and finds that others have been at it.

use std::time::Duration;

use retm::store::{Begun, IntentKey, IntentState, NewIntent, OrderJournal};
use retm::{Error, Outcome, Submission, Submitted};
use retm_sandbox::{Fault, FaultKind};
use retm_tests::{Gate, until};

use crate::steps::{At, Steps, What};
use crate::world::{World, order};

/// A few look-ups long.
const WINDOW: Duration = Duration::from_secs(2);

const LEASE: Duration = Duration::from_secs(90);

/// What the others do while the submit is held up.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Others {
    /// A person lets go of the order, and it is over.
    Abandon,
    /// Then another process writes it down anew, and dies.
    Begin,
    /// Or one of another content.
    BeginAnother,
}

/// Takes the lease of an order and puts it among those that were not sent.
async fn abandon(world: &World, key: &IntentKey) -> NewIntent {
    let resumed = world.store.resume(key, "abandon", LEASE).await;
    assert!(matches!(resumed.unwrap(), Some(Begun::Leased(_))));
    let record = OrderJournal::read(&world.store, key).await;
    let over = IntentState::Rejected {
        status: None,
        body: String::new().into(),
    };
    let advanced = world.store.advance(key, "abandon", &over, LEASE).await;
    assert!(advanced.unwrap());
    release(world, key, "abandon").await;
    record.unwrap().unwrap().intent.order
}

async fn release(world: &World, key: &IntentKey, owner: &str) {
    let released = OrderJournal::release(&world.store, key, owner).await;
    released.unwrap();
}

/// What the submit is told whose sending came to that.
async fn overtaken(world: &World, sending: FaultKind, others: Others) -> Result<Submitted, Error> {
    overtaken_after(LEASE, world, sending, others).await
}

async fn overtaken_after(
    held_up: Duration,
    world: &World,
    sending: FaultKind,
    others: Others,
) -> Result<Submitted, Error> {
    world.fault(sending);
    let gate = Gate::default();
    // begin, sent, and then it is held up before the next.
    let slow = Steps::new(world.store.clone(), 2, At::Before, What::Stop(gate.clone()));
    let submit = world.through(slow.clone()).submit(order("A-1"));
    let submit = tokio::spawn(submit.into_future());
    until(|| slow.is_reached()).await;
    world.clock.advance(held_up);
    let key = &world.store.pending(None).await.unwrap()[0];
    let mut intent = abandon(world, key).await;
    if others != Others::Abandon {
        if others == Others::BeginAnother {
            intent.digest = [1; 32];
        }
        let begun = world.store.begin(key, &intent, "dead", LEASE).await;
        assert!(matches!(begun.unwrap(), Begun::Leased(_)));
        release(world, key, "dead").await;
    }
    gate.open();
    submit.await.unwrap()
}

#[tokio::test]
async fn an_order_that_took_effect_is_found_and_not_sent_again() {
    for others in [Others::Abandon, Others::Begin] {
        let world = World::new().await.window(WINDOW);
        let told = overtaken(&world, FaultKind::LoseResponse, others).await;
        assert_eq!(told.unwrap().how(), Submission::Found, "{others:?}");
        assert_eq!((world.count(), world.sends()), (1, 1), "{others:?}");
        let again = world.orders().submit(order("A-1")).await.unwrap();
        assert_eq!(again.how(), Submission::Repeated, "{others:?}");
    }
}

#[tokio::test]
async fn an_order_that_took_none_and_was_abandoned_stays_so() {
    let world = World::new().await.window(WINDOW);
    let told = overtaken(&world, FaultKind::Reset, Others::Abandon).await;
    let error = told.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Rejected, "{error}");
    insta::assert_snapshot!(error, @r#"create_order for acme: no answer in time: the order of reference "A-1" was not in the list of orders after its settle window, and somebody else had ended it in the journal: it was not sent again. Try again later or raise the time-out."#);
    assert_eq!((world.count(), world.sends(), world.pending()), (0, 1, 0));
    assert!(world.looks() > 0);
}

#[tokio::test]
async fn an_order_that_took_none_and_was_begun_anew_is_sent_after_a_look() {
    let world = World::new().await.window(WINDOW);
    let told = overtaken(&world, FaultKind::Reset, Others::Begin).await;
    assert_eq!(told.unwrap().how(), Submission::Sent);
    assert_eq!((world.count(), world.sends(), world.pending()), (1, 2, 0));
    assert!(world.looks() > 0);
}

#[tokio::test]
async fn where_nobody_can_tell_an_abandoned_order_is_in_doubt_and_open_again() {
    let world = World::new().await.window(WINDOW);
    let broken = Fault::new(FaultKind::BadGateway).on("list_orders");
    world.sandbox.add_fault(broken);
    let told = overtaken(&world, FaultKind::LoseResponse, Others::Abandon).await;
    assert!(told.unwrap_err().is_in_doubt());
    // What it says holds: neither sends it again before it is known.
    assert_eq!((world.sends(), world.pending()), (1, 1));
    world.sandbox.clear_faults();
    let found = world.orders().submit(order("A-1")).await.unwrap();
    assert_eq!((found.how(), world.sends()), (Submission::Found, 1));
}

#[tokio::test]
async fn another_order_in_its_place_does_not_say_that_nothing_was_sent() {
    let world = World::new().await.window(WINDOW);
    let told = overtaken(&world, FaultKind::LoseResponse, Others::BeginAnother).await;
    let error = told.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
    assert_eq!((world.count(), world.sends()), (1, 1));
}

#[tokio::test]
async fn a_submit_that_is_out_of_time_leaves_an_abandoned_order_to_be_looked_up() {
    for (sending, sent) in [(FaultKind::LoseResponse, 1), (FaultKind::Reset, 2)] {
        let world = World::new().await.window(WINDOW);
        let late = Duration::from_secs(1000);
        let told = overtaken_after(late, &world, sending, Others::Abandon).await;
        match told {
            Ok(found) => assert_eq!((found.how(), sent), (Submission::Found, 1)),
            Err(error) => assert_eq!(error.outcome(), Outcome::Unknown, "{error}"),
        }
        let looks = world.looks();
        world.orders().submit(order("A-1")).await.unwrap();
        assert_eq!((world.count(), world.sends()), (1, sent));
        assert!(sent == 1 || world.looks() > looks);
    }
}
