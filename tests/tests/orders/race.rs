//! Several who send one order at once.

use std::sync::Arc;

use futures::future::join_all;
use retm::{Outcome, Submission};
use retm_sandbox::{Fault, FaultKind};
use retm_tests::{Gate, ManualClock, until};

use crate::steps::{At, Steps, What};
use crate::world::{World, order, orders};

/// A client of its own in real time: the others wait for as long as one request takes.
fn clients(world: &World, store: &retm::store::MemoryStore) -> retm::resources::Orders {
    orders(
        retm_tests::client(&world.sandbox)
            .sleep(retm::SystemTimer::default())
            .order_journal(store.clone()),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_make_one_request() {
    let world = World::new().await;
    let store = retm::store::MemoryStore::default();
    let submits = (0..12).map(|_| {
        let orders = clients(&world, &store);
        tokio::spawn(orders.submit(order("A-1")).into_future())
    });
    let ends: Vec<Submission> = join_all(submits)
        .await
        .into_iter()
        .map(|end| end.unwrap().unwrap().how())
        .collect();
    assert_eq!((world.count(), world.sends()), (1, 1));
    let sent = ends.iter().filter(|how| **how == Submission::Sent).count();
    assert_eq!(sent, 1);
    assert!(ends.iter().all(|how| *how != Submission::Found));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_orders_by_two_clients_at_once_with_lost_answers() {
    let world = World::new().await;
    let lost = Fault::new(FaultKind::LoseResponse).on("create_order");
    world.sandbox.add_fault(lost.share(0.4));
    let store = retm::store::MemoryStore::default();
    let both = [clients(&world, &store), clients(&world, &store)];
    let submits = (0..40).flat_map(|n| {
        both.iter()
            .map(move |orders| tokio::spawn(orders.submit(order(&format!("A-{n}"))).into_future()))
    });
    for end in join_all(submits).await {
        end.unwrap().unwrap();
    }
    assert_eq!((world.count(), world.sends()), (40, 40));
}

#[tokio::test]
async fn whoever_waits_too_long_is_told_that_somebody_else_is_sending_it() {
    let world = World::new().await;
    // The journal's own time stands still, so the lease of whoever was held up does not end.
    let store = retm::store::MemoryStore::with_clock(ManualClock::default());
    let gate = Gate::default();
    let slow = Steps::new(store.clone(), 1, At::Before, What::Stop(gate.clone()));
    let first = tokio::spawn(
        world
            .through(slow.clone())
            .submit(order("A-1"))
            .into_future(),
    );
    until(|| slow.is_reached()).await;
    let second = world.through(store.clone());
    let error = second.submit(order("A-1")).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.outcome(), Outcome::Unknown);
    insta::assert_snapshot!(error, @r#"create_order for acme: no answer in time: somebody else is sending the order of reference "A-1". Submit the same order again or call `orders().recover()` later: neither sends it again before it is known."#);
    let recovery = second.recover().await.unwrap();
    assert_eq!(
        (recovery.orders.len(), recovery.held),
        (0, vec!["A-1".to_owned()])
    );
    gate.open();
    first.await.unwrap().unwrap_err();
    assert_eq!(world.sends(), 0);
}

#[tokio::test]
async fn recovering_twice_at_once_sends_each_order_once() {
    let world = World::new().await;
    for n in 0..5 {
        // Written down, and then the process is gone.
        let dying = Steps::new(
            world.store.clone(),
            0,
            At::After,
            What::Stop(Gate::default()),
        );
        let submit = world
            .through(dying.clone())
            .submit(order(&format!("A-{n}")));
        let task = tokio::spawn(submit.into_future());
        until(|| dying.is_reached()).await;
        task.abort();
    }
    world.clock.advance(std::time::Duration::from_secs(120));
    let (one, two) = (world.orders(), world.orders());
    let (one, two) = tokio::join!(one.recover().into_future(), two.recover().into_future());
    let (one, two) = (one.unwrap(), two.unwrap());
    let all = Arc::new([one, two]);
    for recovered in all.iter().flat_map(|recovery| &recovery.orders) {
        recovered.result.as_ref().unwrap();
    }
    assert_eq!((world.count(), world.sends()), (5, 5));
}
