//! A PostgreSQL server that goes away and comes back: a proxy between it and the store is stopped, which
//! resets all connections, and started again.

use insta::assert_snapshot;
use retm::store::{StoreErrorKind, Swapped, TokenStore};
use retm_store::{Store, StoreKey};
use sqlx::{Connection as _, Executor as _, PgConnection, Row as _};
use tokio::net::TcpListener;

use crate::place::{Place, key, on_postgres, tamper, told};
use crate::proxy::through_a_proxy;
use crate::samples::{MINUTE, grant, grant_key};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_goes_away_mid_call() {
    on_postgres(async |place: Place| {
        let (mut proxy, url) = through_a_proxy(&place.url()).await;
        let store = Store::open(&url, key()).await.unwrap();
        let key = grant_key("acme");
        let swapped = store.swap(&key, 0, Some(&grant("one"))).await.unwrap();
        assert_eq!(swapped, Swapped::Written(1));

        // The call is on its way: it waits in the server for a lock that we have.
        let mut holder = PgConnection::connect(&place.url()).await.unwrap();
        let lock = "BEGIN; SELECT 1 FROM retm_grants FOR UPDATE";
        holder.execute(sqlx::raw_sql(lock)).await.unwrap();
        let call = tokio::spawn({
            let (store, key) = (store.clone(), key.clone());
            async move { store.swap(&key, 1, Some(&grant("two"))).await }
        });
        let mut watcher = PgConnection::connect(&place.url()).await.unwrap();
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                       AND wait_event_type = 'Lock'";
        loop {
            let row = sqlx::query(waiting).fetch_one(&mut watcher).await.unwrap();
            if row.get::<i64, _>(0) > 0 {
                break;
            }
        }
        proxy.stop().await;
        let error = call.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        let shown = error
            .to_string()
            .replace(&proxy.address.to_string(), "HOST:PORT");
        assert_snapshot!(shown, @"the store on HOST:PORT cannot be reached; whether a change was made is not known: read again once it can");

        // While it is away, calls fail in time.
        let error = TokenStore::read(&store, &key).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        let shown = error
            .to_string()
            .replace(&proxy.address.to_string(), "HOST:PORT");
        assert_snapshot!(shown, @"the store on HOST:PORT gave no connection in time: it is down, or too busy; try again later");

        // Once it is back, the same handle works, and whatever became of the call, it is whole.
        holder.close().await.unwrap();
        let mut proxy = proxy.again().await;
        let read = TokenStore::read(&store, &key).await.unwrap();
        let whole = [(1, Some(grant("one"))), (2, Some(grant("two")))];
        assert!(whole.contains(&(read.version, read.grant)));
        let _ = store.lease(&key, "a", MINUTE).await.unwrap();
        drop(store);
        proxy.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    // A port that was free a moment ago.
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let url = format!("postgres://me:hunter2@127.0.0.1:{port}/retm");
    let error = Store::open(&url, key()).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    let told = told(&Place::Postgres(url), Err::<(), _>(error));
    assert_snapshot!(told, @"Unavailable: the store on HOST:PORT gave no connection in time: it is down, or too busy; try again later");
}

#[tokio::test]
async fn a_wrong_key_and_a_newer_store_on_a_server() {
    on_postgres(async |place: Place| {
        drop(place.store().await);
        let other = StoreKey::from_bytes([43; 32]);
        let opened = Store::open(&place.url(), other).await;
        assert_snapshot!(told(&place, opened), @"WrongKey: the store on HOST:PORT is encrypted with another key; give the key that it was made or last re-encrypted with");
        let newer = "INSERT INTO retm_migrations \
                     (version, description, success, checksum, execution_time) \
                     VALUES (99, 'of the future', TRUE, '\\x00', 0)";
        tamper(&place, newer).await;
        let opened = Store::open(&place.url(), key()).await;
        assert_snapshot!(told(&place, opened), @"Newer: the store was written by a newer version of retm-store; update this program, or use another store");
    })
    .await;
}

#[tokio::test]
async fn a_database_that_is_missing() {
    on_postgres(async |place: Place| {
        let url = place.url().replace("retm_test_", "retm_missing_");
        let opened = Store::open(&url, key()).await;
        assert_snapshot!(told(&place, opened), @"Config: the store on HOST:PORT is not there; create the database first");
    })
    .await;
}
