//! A short run of each soak: `cargo xtask soak` does the long ones.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use retm_tests::soak::{Place, drops, fleet, lost, orders, tokens};
use retm_tests::watch::{self, Kind};

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_soak"))
}

/// The PostgreSQL server of the environment; its absence fails in CI alone.
async fn postgres(name: &str) -> Option<Place> {
    let place = Place::postgres(name).await.unwrap();
    let ci = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty());
    assert!(
        place.is_some() || !ci,
        "RETM_TEST_POSTGRES_URL is not set; `cargo xtask postgres cargo test` sets it"
    );
    place
}

/// What the run has left in the store shows nobody anything, and the watch has heard the workers.
async fn silent(place: &Place) {
    let dump = watch::store(place.url()).await.unwrap();
    assert!(dump.contains("retm_grants"), "there is no store");
    // Clients are in the workers, which are watched by themselves.
    for kind in [Kind::Arguments, Kind::Output, Kind::Store] {
        assert!(watch::heard(kind) > 0, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_makes_one_token_request() {
    tokens::crowd().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_that_go_away_revoke_nothing() {
    drops::drops(1000).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_on_one_file_refresh_once() {
    let (place, other) = (Place::sqlite().unwrap(), Place::sqlite().unwrap());
    // At once, since both wait most of the time.
    let (fleet, lost) = tokio::join!(
        fleet::fleet(program(), place.url(), 2),
        lost::lost(program(), other.url(), 1)
    );
    fleet.unwrap();
    lost.unwrap();
    silent(&place).await;
    silent(&other).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_on_one_server_refresh_once() {
    let Some(place) = postgres("tokens").await else {
        return;
    };
    let other = postgres("lost").await.unwrap();
    let (fleet, lost) = tokio::join!(
        fleet::fleet(program(), place.url(), 2),
        lost::lost(program(), other.url(), 1)
    );
    if fleet.is_ok() && lost.is_ok() {
        silent(&place).await;
        silent(&other).await;
    }
    place.remove().await.unwrap();
    other.remove().await.unwrap();
    fleet.unwrap();
    lost.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_on_one_file_are_sent_once() {
    let place = Place::sqlite().unwrap();
    let run = orders::orders(program(), place.url(), 60, 2).await;
    run.unwrap();
    silent(&place).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_on_one_server_are_sent_once() {
    let Some(place) = postgres("orders").await else {
        return;
    };
    let run = orders::orders(program(), place.url(), 60, 2).await;
    if run.is_ok() {
        silent(&place).await;
    }
    place.remove().await.unwrap();
    run.unwrap();
}
