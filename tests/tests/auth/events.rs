//! What whoever watches grants is told.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::StreamExt;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use retm::store::MemoryStore;
use retm::{GrantEvents, GrantType};
use retm_sandbox::{Answer, Sandbox};
use retm_tests::watch::Recording;
use retm_tests::{ManualClock, client};

use crate::stores::{Setup, setup};

async fn next(events: &mut GrantEvents) -> (String, &'static str) {
    let event = events.next().await.unwrap();
    (event.business.to_string(), event.kind.as_str())
}

#[tokio::test]
async fn a_grant_is_watched_from_its_first_token_to_its_end() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::default();
    let retm = client(&sandbox).clock(clock.clone()).build().unwrap();
    let mut events = retm.grant_events();
    let acme = retm.business("acme").unwrap();
    let told = |kind| ("acme".to_owned(), kind);

    acme.authorize(sandbox.code("acme")).await.unwrap();
    match events.next().await.unwrap().kind {
        retm::GrantEventKind::Refreshed { grant_type, .. } => {
            assert_eq!(grant_type, GrantType::AuthorizationCode);
        }
        other => panic!("{other:?}"),
    }

    clock.advance(Duration::from_secs(3600));
    let down = Answer::new(503, "text/html", "<html>");
    sandbox.override_next("exchange_token", down);
    assert!(acme.branches().list().await.unwrap_err().is_server());
    assert_eq!(next(&mut events).await, told("refresh_failed"));
    assert_eq!(next(&mut events).await, told("stale"));

    clock.advance(Duration::from_secs(60));
    acme.branches().list().await.unwrap();
    assert_eq!(next(&mut events).await, told("refreshed"));

    sandbox.revoke("acme");
    assert!(acme.branches().list().await.unwrap_err().is_revoked());
    assert_eq!(next(&mut events).await, told("revoked"));

    drop((retm, acme));
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn an_end_is_told_again_after_another_process_had_a_new_grant() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::default();
    let store = MemoryStore::with_clock(clock.clone());
    let process = || {
        let retm = client(&sandbox).clock(clock.clone()).store(store.clone());
        retm.build().unwrap()
    };
    let (worker, web) = (process(), process());
    let mut events = worker.grant_events();
    let acme = worker.business("acme").unwrap();
    acme.authorize(sandbox.code("acme")).await.unwrap();
    assert_eq!(next(&mut events).await.1, "refreshed");
    for _ in 0..2 {
        sandbox.revoke("acme");
        assert!(acme.branches().list().await.unwrap_err().is_revoked());
        assert_eq!(next(&mut events).await.1, "revoked");
        let installed = web.business("acme").unwrap();
        let installed = installed.authorize(sandbox.code("acme"));
        installed.await.unwrap();
        acme.branches().list().await.unwrap();
    }
}

/// A grant with which everything happens that can; what is told of it.
async fn eventful() -> Vec<&'static str> {
    let Setup {
        sandbox,
        clock,
        faulty,
        retm,
        acme,
    } = setup().await;
    let mut events = retm.grant_events();
    let mut told = Vec::new();
    acme.authorize(sandbox.code("acme")).await.unwrap();

    faulty.writes_fail.store(true, Ordering::SeqCst);
    clock.advance(Duration::from_secs(3600));
    acme.branches().list().await.unwrap();
    while told.last() != Some(&"not_persisted") {
        told.push(next(&mut events).await.1);
    }
    faulty.writes_fail.store(false, Ordering::SeqCst);

    clock.advance(Duration::from_secs(3600));
    let down = Answer::new(503, "text/html", "<html>");
    sandbox.override_next("exchange_token", down);
    assert!(acme.branches().list().await.unwrap_err().is_server());
    sandbox.revoke("acme");
    clock.advance(Duration::from_secs(60));
    assert!(acme.branches().list().await.unwrap_err().is_revoked());
    while told.last() != Some(&"revoked") {
        told.push(next(&mut events).await.1);
    }
    told
}

#[test]
fn every_kind_of_event_is_counted() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let told = metrics::with_local_recorder(&Recording(recorder), || runtime.block_on(eventful()));
    insta::assert_snapshot!(told.join(" "), @"refreshed refreshed not_persisted refresh_failed stale revoked");
    let mut counted = Vec::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let key = key.key();
        if let ("retm_grant_events_total", DebugValue::Counter(count)) = (key.name(), value) {
            let labels: Vec<_> = key.labels().collect();
            let [event] = labels.as_slice() else {
                panic!("{labels:?}");
            };
            counted.push(format!("{} {} {count}", event.key(), event.value()));
        }
    }
    counted.sort();
    insta::assert_snapshot!(counted.join("\n"), @r"
    event not_persisted 1
    event refresh_failed 1
    event refreshed 2
    event revoked 1
    event stale 1
    ");
}
