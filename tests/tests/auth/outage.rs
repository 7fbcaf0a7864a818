//! A PostgreSQL server that goes away while a client has its grants there.

use std::time::Duration;

use futures::StreamExt;
use retm::GrantEventKind;
use retm::store::TokenStore;
use retm_store::{Store, StoreKey};
use retm_tests::server::{Server, json, token};
use retm_tests::soak::Place;
use retm_tests::{Gate, ManualClock, watch};
use serde_json::json;

#[path = "../../../crates/retm-store/tests/store/proxy.rs"]
mod proxy;

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);

fn key() -> StoreKey {
    StoreKey::from_bytes(*b"hush-key-of-a-store-of-32-bytes!")
}

/// A server whose token requests wait at the second gate, having opened the first.
async fn server(asked: &Gate, held: &Gate) -> Server {
    let (asked, held) = (asked.clone(), held.clone());
    let server = Server::raw(move |call| {
        let (asked, held) = (asked.clone(), held.clone());
        async move {
            if call.is_token() {
                asked.open();
                held.pass().await;
                return json(200, &token());
            }
            json(200, &json!({"items": []}))
        }
    });
    server.await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_goes_away_fails_no_call_and_costs_no_token_request() {
    let place = Place::postgres("outage").await.unwrap();
    let ci = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty());
    assert!(place.is_some() || !ci, "RETM_TEST_POSTGRES_URL is not set");
    let Some(place) = place else { return };
    let (mut proxy, url) = proxy::through_a_proxy(place.url()).await;
    let (asked, held) = (Gate::default(), Gate::default());
    let server = server(&asked, &held).await;
    let token_requests = || server.calls().iter().filter(|call| call.is_token()).count();
    let clock = ManualClock::default();
    let store = Store::open(&url, key()).await.unwrap();
    let retm = server.client().clock(clock.clone()).store(store.clone());
    let retm = retm.build().unwrap();
    let acme = retm.business("acme").unwrap();
    let mut events = retm.grant_events();

    // It goes away when the token is on its way, which serves all the same.
    let first = tokio::spawn(acme.branches().list().into_future());
    asked.pass().await;
    proxy.stop().await;
    held.open();
    first.await.unwrap().unwrap();
    for _ in 0..20 {
        acme.branches().list().await.unwrap();
    }
    assert_eq!(token_requests(), 1);
    let mut proxy = proxy.again().await;
    assert!(retm.flush(MINUTE).await);
    let stored = store.read(&acme.grant_key()).await.unwrap();
    assert_eq!(stored.version, 1);
    let stored = stored.grant.unwrap().token.unwrap();
    assert_eq!(stored.access_token.expose(), watch::TOKEN);

    // It goes away again when the token is to be renewed: nobody knows who else renews it.
    proxy.stop().await;
    clock.advance(HOUR - Duration::from_secs(100));
    for _ in 0..20 {
        acme.branches().list().await.unwrap();
    }
    loop {
        if let GrantEventKind::RefreshFailed(error) = events.next().await.unwrap().kind {
            assert!(error.is_store(), "{error}");
            break;
        }
    }
    // Even when the token has hardly any time left.
    clock.advance(Duration::from_secs(90));
    acme.branches().list().await.unwrap();
    assert_eq!(token_requests(), 1);
    // The last renewal has failed before the server is back.
    loop {
        if let GrantEventKind::RefreshFailed(_) = events.next().await.unwrap().kind {
            break;
        }
    }

    let mut proxy = proxy.again().await;
    clock.advance(Duration::from_secs(3));
    acme.branches().list().await.unwrap();
    assert!(retm.flush(MINUTE).await);
    assert_eq!(token_requests(), 2);
    assert_eq!(store.read(&acme.grant_key()).await.unwrap().version, 2);
    // A process that has just started is served by what was stored.
    let other = Store::open(place.url(), key()).await.unwrap();
    let other = server.client().clock(clock.clone()).store(other);
    let other = other.build().unwrap().business("acme").unwrap();
    other.branches().list().await.unwrap();
    assert_eq!(token_requests(), 2);

    drop((retm, acme, other, store));
    proxy.stop().await;
    place.remove().await.unwrap();
}
