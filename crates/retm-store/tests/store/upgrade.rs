//! Stores of an earlier version.

use std::time::Duration;

use retm::store::{Begun, IntentState, OrderJournal};
use retm_store::Store;

use crate::place::{Place, key, on_both_databases, tamper};
use crate::samples::{MINUTE, SENT, order, order_key};

on_both_databases!(
    an_order_of_before_the_windows_goes_on_without_one,
    many_processes_may_bring_an_older_store_up_to_date_at_once,
);

/// Takes the second migration back.
async fn first_version(place: &Place) {
    tamper(
        place,
        "ALTER TABLE retm_orders DROP COLUMN settle_window; \
         ALTER TABLE retm_orders DROP COLUMN sent_window; \
         DELETE FROM retm_migrations WHERE version = 2",
    )
    .await;
}

async fn an_order_of_before_the_windows_goes_on_without_one(place: Place) {
    let sent = order_key("sent");
    let store = place.store().await;
    let begun = store.begin(&sent, &order("one"), "a", MINUTE).await;
    assert!(matches!(begun, Ok(Begun::Leased(_))));
    let advanced = store.advance(&sent, "a", &SENT, Duration::ZERO).await;
    assert!(advanced.unwrap());
    drop(store);
    first_version(&place).await;

    let store = place.store().await;
    let resumed = store.resume(&sent, "b", MINUTE).await.unwrap();
    let Some(Begun::Leased(record)) = resumed else {
        panic!("{resumed:?}");
    };
    // Whoever goes on with it has his own window.
    assert_eq!(record.settle_window(), Duration::ZERO);
    assert!(matches!(record.intent.state, IntentState::Sent { .. }));
    assert_eq!(record.intent.order.body, order("one").body);
    assert!(store.advance(&sent, "b", &SENT, MINUTE).await.unwrap());
    let record = OrderJournal::read(&store, &sent).await.unwrap().unwrap();
    assert!(record.intent.state == SENT);
}

async fn many_processes_may_bring_an_older_store_up_to_date_at_once(place: Place) {
    for _ in 0..3 {
        drop(place.store().await);
        first_version(&place).await;
        let url = place.url();
        let tasks: Vec<_> = (0..6)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move { Store::open(&url, key()).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
    }
    let key = order_key("1");
    let store = place.store().await;
    let begun = store.begin(&key, &order("one"), "a", MINUTE).await;
    assert!(matches!(begun, Ok(Begun::Leased(_))));
    let record = OrderJournal::read(&store, &key).await.unwrap().unwrap();
    assert_eq!(record.intent.order, order("one"));
}
