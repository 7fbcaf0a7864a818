//! Faults, as a client meets them.

use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;

use retm_sandbox::{Fault, FaultKind, Sandbox};
use serde_json::json;

use crate::api::{Api, example, http};

const LIST: &str = "/api/v2/orders/list";
const CREATE: &str = "/api/v2/orders/create";

/// What the operating system says of a call that fails.
async fn broken(sandbox: &Sandbox, api: &Api, reference: &str) -> reqwest::Error {
    let mut order = example("create_order");
    order["partner_reference"] = json!(reference);
    let url = format!("{}{CREATE}", sandbox.business_url("acme"));
    let request = http().post(url).bearer_auth(api.token()).json(&order);
    request.send().await.unwrap_err()
}

fn io_kind(error: &reqwest::Error) -> Option<ErrorKind> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        source = cause.source();
    }
    None
}

#[tokio::test]
async fn a_lost_response_leaves_the_order() {
    let sandbox = Sandbox::builder()
        .fault(
            Fault::new(FaultKind::LoseResponse)
                .on("create_order")
                .times(1),
        )
        .start()
        .await
        .unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let error = broken(&sandbox, &api, "P-1").await;
    assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
    assert_ne!(
        io_kind(&error),
        Some(ErrorKind::ConnectionReset),
        "{error:?}"
    );
    assert_eq!(sandbox.orders("acme")[0]["partner_reference"], "P-1");
    let logged = &sandbox.requests_for("create_order")[0];
    assert_eq!(
        (logged.status, &logged.fault),
        (0, &Some(FaultKind::LoseResponse))
    );
    api.ok(LIST).await;
    assert_eq!(api.post(CREATE, &example("create_order")).await.status, 200);
}

#[tokio::test]
async fn a_reset_leaves_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    sandbox.add_fault(Fault::new(FaultKind::Reset).business("acme"));
    let error = broken(&sandbox, &api, "P-1").await;
    assert_eq!(
        io_kind(&error),
        Some(ErrorKind::ConnectionReset),
        "{error:?}"
    );
    assert!(sandbox.orders("acme").is_empty());
    assert_eq!(
        sandbox.requests_for("create_order")[0].fault,
        Some(FaultKind::Reset)
    );
    Api::new(&sandbox, "globex").await.ok(LIST).await;
    sandbox.clear_faults();
    api.ok(LIST).await;
}

#[tokio::test]
async fn a_late_commit_comes_when_the_client_has_gone() {
    let late = FaultKind::CommitLate(Duration::from_millis(300));
    let sandbox = Sandbox::builder()
        .fault(Fault::new(late.clone()).on("create_order"))
        .start()
        .await
        .unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let url = format!("{}{CREATE}", sandbox.business_url("acme"));
    let request = http()
        .post(url)
        .bearer_auth(api.token())
        .json(&example("create_order"));
    let error = request
        .timeout(Duration::from_millis(100))
        .send()
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(sandbox.orders("acme").is_empty());
    assert_eq!(sandbox.requests_for("create_order")[0].fault, Some(late));
    while sandbox.orders("acme").is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(sandbox.orders("acme").len(), 1);
}
