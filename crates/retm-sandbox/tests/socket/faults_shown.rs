//! Faults of what the sandbox shows and of its grants.

use std::time::{Duration, Instant};

use retm_sandbox::{Fault, FaultKind, Sandbox};
use serde_json::{Value, json};

use crate::api::{Api, example, grant};

const LIST: &str = "/api/v2/orders/list";
const CREATE: &str = "/api/v2/orders/create";

async fn create(api: &Api, reference: &str) {
    let mut order = example("create_order");
    order["partner_reference"] = json!(reference);
    let got = api.post(CREATE, &order).await;
    assert_eq!(got.status, 200, "{got:?}");
}

fn references(list: &Value) -> Vec<Value> {
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|order| order["partner_reference"].clone())
        .collect()
}

#[tokio::test]
async fn a_list_that_ignores_the_reference_shows_every_order() {
    let sandbox = Sandbox::builder().orders(0).start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    create(&api, "P-1").await;
    create(&api, "P-2").await;
    let filtered = format!("{LIST}?partner_reference=P-1");
    assert_eq!(references(&api.ok(&filtered).await), ["P-1"]);
    sandbox.add_fault(Fault::new(FaultKind::IgnoreReference));
    assert_eq!(references(&api.ok(&filtered).await), ["P-2", "P-1"]);
    // Without the filter there is nothing to ignore.
    api.ok(LIST).await;
    assert_eq!(sandbox.faults()[0].1, 1);
    let struck = sandbox.requests_for("list_orders");
    assert_eq!(struck[1].fault, Some(FaultKind::IgnoreReference));
    assert_eq!(struck[2].fault, None);
}

#[tokio::test]
async fn a_list_that_lags_shows_an_order_later() {
    let lag = FaultKind::LagList(Duration::from_millis(200));
    let sandbox = Sandbox::builder()
        .fault(Fault::new(lag).business("acme"))
        .start()
        .await
        .unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let started = Instant::now();
    create(&api, "P-1").await;
    let first = api.ok(LIST).await;
    if started.elapsed() < Duration::from_millis(200) {
        // The seeded ones are there from the start.
        assert_eq!(first["pagination"]["total"], 2);
    }
    let mut shown = first;
    while shown["pagination"]["total"] != 3 {
        shown = api.ok(LIST).await;
    }
    assert!(started.elapsed() >= Duration::from_millis(200));
    assert_eq!(references(&shown)[0], "P-1");
}

#[tokio::test]
async fn the_oldest_order_can_come_first() {
    let sandbox = Sandbox::builder()
        .orders(0)
        .oldest_first(true)
        .start()
        .await
        .unwrap();
    let api = Api::new(&sandbox, "acme").await;
    create(&api, "P-1").await;
    create(&api, "P-2").await;
    assert_eq!(references(&api.ok(LIST).await), ["P-1", "P-2"]);
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_its_grant_and_no_other() {
    let sandbox = Sandbox::builder()
        .fault(Fault::new(FaultKind::ReuseRevokes))
        .start()
        .await
        .unwrap();
    let other = Api::new(&sandbox, "acme").await;
    let code = json!({"grant_type": "authorization_code", "code": sandbox.code("acme")});
    let first = grant(&sandbox, "acme", code).await.json();
    let refresh = json!({"grant_type": "refresh_token", "refresh_token": first["refresh_token"]});
    let second = grant(&sandbox, "acme", refresh.clone()).await.json();
    let reused = grant(&sandbox, "acme", refresh).await;
    assert_eq!(
        (reused.status, &reused.json()["error"]),
        (400, &json!("invalid_grant"))
    );
    for token in [&first, &second] {
        let api = Api::with_token(&sandbox, "acme", token["access_token"].as_str().unwrap());
        assert_eq!(api.get(LIST).await.status, 401);
    }
    let last = json!({"grant_type": "refresh_token", "refresh_token": second["refresh_token"]});
    assert_eq!(
        grant(&sandbox, "acme", last).await.json()["error"],
        "invalid_grant"
    );
    other.ok(LIST).await;
    Api::new(&sandbox, "acme").await.ok(LIST).await;
    assert_eq!(sandbox.faults()[0].1, 1);
    assert_eq!(sandbox.requests()[3].fault, Some(FaultKind::ReuseRevokes));
}
