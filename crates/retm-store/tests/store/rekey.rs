//! Another key, and old records.

use std::time::Duration;

use retm::store::{IntentState, OrderJournal, StoreErrorKind, TokenStore};
use retm_store::{Progress, Store, StoreKey};

use crate::place::{Place, key, on_both_databases};
use crate::samples::{MINUTE, grant, grant_key, order, order_key};

fn other_key() -> StoreKey {
    StoreKey::from_bytes([43; 32])
}

on_both_databases!(
    everything_gets_the_new_key,
    a_key_that_is_not_the_stores_changes_nothing,
    a_change_that_is_broken_off_changes_nothing,
    writes_meanwhile_are_neither_lost_nor_unreadable,
    old_records_are_pruned_and_unsettled_ones_stay,
    many_processes_may_open_a_new_store_at_once,
);

async fn fill(store: &Store, rows: usize) {
    for number in 0..rows {
        let key = grant_key(&format!("business-{number}"));
        let _ = store.swap(&key, 0, Some(&grant("token"))).await.unwrap();
    }
    for (reference, state) in [
        ("prepared", IntentState::Prepared),
        (
            "done",
            IntentState::Done {
                reply: "the reply".into(),
                found: false,
            },
        ),
    ] {
        let key = order_key(reference);
        let _ = store
            .begin(&key, &order("body"), "a", MINUTE)
            .await
            .unwrap();
        assert!(store.advance(&key, "a", &state, MINUTE).await.unwrap());
    }
}

async fn everything_gets_the_new_key(place: Place) {
    let store = place.store().await;
    let bystander = place.store().await;
    // More than are in memory at once.
    fill(&store, 203).await;
    let mut seen = Vec::new();
    let rekeyed = store
        .rekey_with(other_key(), |progress| seen.push(progress))
        .await
        .unwrap();
    assert_eq!((rekeyed.rewritten, rekeyed.unreadable), (205, 0));
    assert!(rekeyed.wiped);
    let at = |done| Progress { done, total: 205 };
    assert_eq!(seen, [at(200), at(203), at(205)]);

    // The handle goes on, another process is told, and so is whoever opens it with the old key.
    let read = TokenStore::read(&store, &grant_key("business-1")).await;
    assert_eq!(read.unwrap().grant, Some(grant("token")));
    let kinds = [
        TokenStore::read(&bystander, &grant_key("business-1"))
            .await
            .unwrap_err()
            .kind(),
        bystander
            .swap(&grant_key("x"), 0, None)
            .await
            .unwrap_err()
            .kind(),
        bystander
            .begin(&order_key("x"), &order("x"), "b", MINUTE)
            .await
            .unwrap_err()
            .kind(),
        bystander.grants().await.unwrap_err().kind(),
        Store::open(&place.url(), key()).await.unwrap_err().kind(),
    ];
    assert_eq!(kinds, [StoreErrorKind::WrongKey; 5]);

    let store = Store::open(&place.url(), other_key()).await.unwrap();
    assert!(
        store
            .grants()
            .await
            .unwrap()
            .iter()
            .all(|(_, one)| one.is_ok())
    );
    let record = OrderJournal::read(&store, &order_key("done")).await;
    let record = record.unwrap().unwrap();
    assert_eq!(record.intent.order, order("body"));
    assert!(matches!(record.intent.state, IntentState::Done { reply, .. } if reply == "the reply"));
}

async fn a_key_that_is_not_the_stores_changes_nothing(place: Place) {
    let store = place.store().await;
    fill(&store, 1).await;
    let late = place.store().await;
    let _ = store.rekey(other_key()).await.unwrap();
    let error = late
        .rekey(StoreKey::from_bytes([44; 32]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::WrongKey);
    let read = TokenStore::read(&store, &grant_key("business-0")).await;
    assert_eq!(read.unwrap().grant, Some(grant("token")));
}

/// The new key holds; that the old one still opens something is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_holds_the_log_of_a_file_does_not_undo_a_change() {
    use sqlx::{Connection as _, SqliteConnection};

    let place = Place::sqlite();
    let store = place.store().await;
    fill(&store, 1).await;
    let mut reader = SqliteConnection::connect(&place.url()).await.unwrap();
    let read = "BEGIN; SELECT count(*) FROM retm_grants";
    sqlx::raw_sql(read).execute(&mut reader).await.unwrap();
    let rekeyed = store.rekey(other_key()).await.unwrap();
    assert_eq!((rekeyed.rewritten, rekeyed.wiped), (3, false));
    sqlx::raw_sql("COMMIT").execute(&mut reader).await.unwrap();
    assert!(Store::open(&place.url(), other_key()).await.is_ok());
    let rekeyed = store.rekey(other_key()).await.unwrap();
    assert!(rekeyed.wiped);
}

async fn a_change_that_is_broken_off_changes_nothing(place: Place) {
    let store = place.store().await;
    fill(&store, 3).await;
    // Ends as a crash would end it: when the rows have been written, before they last.
    let doomed = store.clone();
    let task = tokio::spawn(async move {
        doomed
            .rekey_with(other_key(), |progress| {
                assert!(progress.done < progress.total, "broken off");
            })
            .await
    });
    assert!(task.await.unwrap_err().is_panic());
    drop(store);
    let store = place.store().await;
    assert_eq!(store.grants().await.unwrap().len(), 3);
    assert!(
        store
            .grants()
            .await
            .unwrap()
            .iter()
            .all(|(_, one)| one.is_ok())
    );
    let error = Store::open(&place.url(), other_key()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::WrongKey);
}

async fn writes_meanwhile_are_neither_lost_nor_unreadable(place: Place) {
    let store = place.store().await;
    fill(&store, 20).await;
    let writers: Vec<_> = (0..4)
        .map(|number| {
            let writer = store.clone();
            tokio::spawn(async move {
                let key = grant_key(&format!("writer-{number}"));
                for version in 0..10 {
                    let grant = grant(&version.to_string());
                    let _ = writer.swap(&key, version, Some(&grant)).await.unwrap();
                }
            })
        })
        .collect();
    for number in 50..54 {
        let key = StoreKey::from_bytes([number; 32]);
        let _ = store.rekey(key).await.unwrap();
    }
    for writer in writers {
        writer.await.unwrap();
    }
    for number in 0..4 {
        let key = grant_key(&format!("writer-{number}"));
        let read = TokenStore::read(&store, &key).await.unwrap();
        assert_eq!((read.version, read.grant), (10, Some(grant("9"))));
    }
}

async fn old_records_are_pruned_and_unsettled_ones_stay(place: Place) {
    let store = place.store().await;
    fill(&store, 1).await;
    assert_eq!(store.prune(MINUTE).await.unwrap(), 0);
    // The record's own lease still runs: it is somebody's.
    assert_eq!(store.prune(Duration::ZERO).await.unwrap(), 0);
    store.release_order("done").await;
    assert_eq!(store.prune(Duration::ZERO).await.unwrap(), 1);
    let read = async |reference| OrderJournal::read(&store, &order_key(reference)).await;
    assert!(read("done").await.unwrap().is_none());
    assert!(read("prepared").await.unwrap().is_some());
}

/// `release` is a function of both traits.
trait ReleaseOrder {
    async fn release_order(&self, reference: &str);
}

impl ReleaseOrder for Store {
    async fn release_order(&self, reference: &str) {
        OrderJournal::release(self, &order_key(reference), "a")
            .await
            .unwrap();
    }
}

async fn many_processes_may_open_a_new_store_at_once(place: Place) {
    let url = place.url();
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { Store::open(&url, key()).await })
        })
        .collect();
    for (number, task) in tasks.into_iter().enumerate() {
        let store = task.await.unwrap().unwrap();
        let key = grant_key(&format!("business-{number}"));
        let _ = store.swap(&key, 0, Some(&grant("token"))).await.unwrap();
    }
    assert_eq!(place.store().await.grants().await.unwrap().len(), 6);
}
