//! The numbers that a client counts.

use std::collections::BTreeMap;
use std::time::Duration;

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use retm::{Budget, Quota};
use retm_tests::server::{Server, json};
use retm_tests::watch::Recording;
use retm_tests::{Gate, ManualClock};
use serde_json::json;

use crate::acme;

/// Calls that succeed, fail, are tried again, wait, run out of budget or are dropped.
async fn calls() {
    let server = Server::start(|call| async move {
        match call.uri.path() {
            "/api/v2/products/hush-id" => json(404, &json!({"message": "hush"})),
            "/api/v2/branches/list" => json(503, &json!({})),
            _ => json(200, &json!({"items": []})),
        }
    });
    let server = server.await.unwrap();
    let clock = ManualClock::default();
    let client = server.client().clock(clock.clone());
    let client = client.retry_budget(Budget::per_call(0.0).reserve(3));
    let acme = acme(client.rate_limit_for("Orders", Quota::per_second(1)));
    for _ in 0..2 {
        acme.orders().list().await.unwrap();
        acme.branches().list().await.unwrap_err();
    }
    assert!(acme.products().get_opt("hush-id").await.unwrap().is_none());
    {
        let (gate, entered) = (Gate::default(), Gate::default());
        let (held, seen) = (gate.clone(), entered.clone());
        let silent = Server::start(move |_| {
            let (held, seen) = (held.clone(), seen.clone());
            async move {
                seen.open();
                held.pass().await;
                json(200, &json!({}))
            }
        });
        let silent = silent.await.unwrap();
        let acme = crate::acme(silent.client());
        let call = tokio::spawn(acme.menu().get().into_future());
        entered.pass().await;
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
    }
}

#[test]
fn every_number_is_bounded_and_described() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    metrics::with_local_recorder(&Recording(recorder), || runtime.block_on(calls()));
    let mut numbers = BTreeMap::new();
    for (key, unit, description, value) in snapshotter.snapshot().into_vec() {
        let mut labels: Vec<_> = key.key().labels().collect();
        labels.sort();
        let labels: Vec<String> = labels
            .iter()
            .map(|label| format!("{}={}", label.key(), label.value()))
            .collect();
        let name = format!("{}{{{}}}", key.key().name(), labels.join(","));
        assert!(!name.contains("hush") && !name.contains("acme"), "{name}");
        assert!(unit.is_some() && description.is_some(), "{name}");
        let value = match value {
            DebugValue::Counter(count) => count.to_string(),
            DebugValue::Gauge(value) => value.to_string(),
            DebugValue::Histogram(values) => {
                assert!(values.iter().all(|value| **value < 60.0));
                format!("{} values", values.len())
            }
        };
        numbers.insert(name, value);
    }
    let lines: Vec<String> = numbers
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_duration_is_in_seconds() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let call = async {
        let clock = ManualClock::default();
        let turned = clock.clone();
        let server = Server::start(move |_| {
            turned.advance(Duration::from_millis(2500));
            async { json(200, &json!({"items": []})) }
        });
        let server = server.await.unwrap();
        let acme = acme(server.client().clock(clock));
        acme.products().list().await.unwrap();
    };
    metrics::with_local_recorder(&Recording(recorder), || runtime.block_on(call));
    let taken = snapshotter
        .snapshot()
        .into_vec()
        .into_iter()
        .find_map(|(key, _, _, value)| {
            let product = key
                .key()
                .labels()
                .any(|label| label.value() == "list_products");
            match value {
                DebugValue::Histogram(values) if product => Some(values),
                _ => None,
            }
        });
    assert_eq!(
        taken
            .unwrap()
            .iter()
            .map(|value| **value)
            .collect::<Vec<_>>(),
        [2.5]
    );
}
