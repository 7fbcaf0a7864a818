//! The control endpoint, for tests in other processes.

use std::time::Duration;

use retm_sandbox::{Fault, FaultKind, Sandbox};
use serde_json::{Value, json};

use crate::api::{Api, Got, example, http, send};

const CHARGES: &str = "/api/v2/charges/list";

fn url(sandbox: &Sandbox, path: &str) -> String {
    format!("http://{}/sandbox/{path}", sandbox.addr())
}

async fn get(sandbox: &Sandbox, path: &str) -> Got {
    send(http().get(url(sandbox, path))).await
}

async fn post(sandbox: &Sandbox, path: &str, body: impl Into<reqwest::Body>) -> Got {
    send(http().post(url(sandbox, path)).body(body)).await
}

#[tokio::test]
async fn faults_are_added_counted_and_removed() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let one = json!({"kind": "bad-gateway", "on": "list_charges", "times": 1});
    assert_eq!(post(&sandbox, "faults", one.to_string()).await.status, 200);
    let more = json!([
        "rate-limit=30s:on=list_charges,share=0.5",
        {"kind": "commit-late", "duration": 1.5, "business": "globex"}
    ]);
    post(&sandbox, "faults", more.to_string()).await;
    assert_eq!(api.get(CHARGES).await.status, 502);
    let listed = get(&sandbox, "faults").await;
    assert_eq!((listed.status, listed.request_id.as_str()), (200, ""));
    assert_eq!(
        listed.json(),
        json!({"faults": [
            {
                "fault": {"kind": "bad-gateway", "on": "list_charges", "times": 1},
                "text": "bad-gateway:on=list_charges,times=1",
                "fired": 1
            },
            {
                "fault": {"kind": "rate-limit", "duration": "30s", "on": "list_charges", "share": 0.5},
                "text": "rate-limit=30s:on=list_charges,share=0.5",
                "fired": 0
            },
            {
                "fault": {"kind": "commit-late", "duration": "1500ms", "business": "globex"},
                "text": "commit-late=1500ms:business=globex",
                "fired": 0
            }
        ]})
    );
    let late = FaultKind::CommitLate(Duration::from_millis(1500));
    assert_eq!(
        sandbox.faults()[2],
        (Fault::new(late).business("globex"), 0)
    );
    let removed = send(http().delete(url(&sandbox, "faults"))).await;
    assert_eq!(removed.json(), json!({"faults": []}));
    api.ok(CHARGES).await;
    // Control requests are not the API's.
    assert_eq!(sandbox.requests().len(), 3);
}

#[tokio::test]
async fn what_is_no_fault_is_refused_and_adds_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let refused = |body: &'static str| {
        let sandbox = sandbox.clone();
        async move {
            let got = post(&sandbox, "faults", body).await;
            (
                got.status,
                got.json()["message"].as_str().unwrap().to_owned(),
            )
        }
    };
    let (status, message) = refused("{\"kind\"").await;
    assert_eq!(status, 400);
    assert!(
        message.starts_with("The body is not valid JSON: "),
        "{message}"
    );
    let (status, message) = refused(r#"["reset", {"kind": "storm"}]"#).await;
    assert_eq!(status, 422);
    assert!(
        message.starts_with("there is no fault `storm`; there are lose-response, reset, "),
        "{message}"
    );
    let (status, message) = refused(r#"["reset", "reset:on=make_order"]"#).await;
    assert_eq!(status, 422);
    assert!(
        message.contains("has no operation `make_order`; there are "),
        "{message}"
    );
    assert_eq!(
        refused(r#"{"kind": "reset", "business": "initech"}"#).await,
        (422, "the fault `reset:business=initech` can never strike: the sandbox has no business `initech`".to_owned())
    );
    assert!(sandbox.faults().is_empty());
}

#[tokio::test]
async fn orders_are_shown_by_business() {
    let sandbox = Sandbox::start().await.unwrap();
    let order = example("create_order");
    Api::new(&sandbox, "globex")
        .await
        .post("/api/v2/orders/create", &order)
        .await;
    assert_eq!(
        get(&sandbox, "orders").await.json(),
        json!({"business": "acme", "orders": []})
    );
    let shown = get(&sandbox, "orders?business=GLOBEX").await.json();
    assert_eq!(
        shown,
        json!({"business": "globex", "orders": sandbox.orders("globex")})
    );
    assert_eq!(
        shown["orders"][0]["partner_reference"],
        order["partner_reference"]
    );
    let unknown = get(&sandbox, "orders?business=initech").await;
    assert_eq!(
        (unknown.status, unknown.json()),
        (
            404,
            json!({"message": "The business initech does not exist."})
        )
    );
}

#[tokio::test]
async fn the_clock_is_shown_and_advanced() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let time = |got: Got| got.json()["local_time"].as_str().unwrap().to_owned();
    assert_eq!(time(get(&sandbox, "clock").await), "2026-01-01 09:00:00");
    assert_eq!(
        time(post(&sandbox, "clock", r#"{"advance": 90}"#).await),
        "2026-01-01 09:01:30"
    );
    assert_eq!(
        time(post(&sandbox, "clock", r#"{"advance": "1h"}"#).await),
        "2026-01-01 10:01:30"
    );
    assert_eq!(api.get(CHARGES).await.status, 401);
    for body in [r#"{"advance": -1}"#, r#"{"advance": "soon"}"#, "{}", "[]"] {
        let got = post(&sandbox, "clock", body).await;
        assert_eq!(got.status, 422, "{body}");
        assert_eq!(
            got.json()["message"],
            "`advance` must be a number of seconds, or text such as \"90s\" or \"1h\""
        );
    }
}

#[tokio::test]
async fn it_says_what_there_is() {
    let sandbox = Sandbox::start().await.unwrap();
    let nowhere = get(&sandbox, "fault").await;
    assert_eq!(nowhere.status, 404);
    let message = &nowhere.json()["message"];
    assert_eq!(
        message,
        &Value::from(
            "The sandbox has no such endpoint; there are /sandbox/faults, /sandbox/orders and /sandbox/clock."
        )
    );
    let wrong = send(http().put(url(&sandbox, "orders"))).await;
    assert_eq!(wrong.status, 405);
    assert_eq!(
        wrong.json()["message"],
        "The PUT method is not supported for route sandbox/orders. Supported methods: GET."
    );
}
