//! The handle: addresses, the log, queued answers and the end.

use std::net::TcpListener;

use retm_sandbox::{Answer, LoggedRequest, Sandbox, SandboxBuilder, SandboxClock, SandboxError};
use serde_json::json;

use crate::api::{Api, http, send};

static_assertions::assert_impl_all!(Sandbox: Clone, Send, Sync, std::fmt::Debug);
static_assertions::assert_impl_all!(SandboxBuilder: Clone, Send, Sync, std::fmt::Debug);
static_assertions::assert_impl_all!(SandboxClock: Clone, Send, Sync);
static_assertions::assert_impl_all!(SandboxError: Send, Sync, std::error::Error);
static_assertions::assert_impl_all!(LoggedRequest: Clone, Send, Sync);

#[tokio::test]
async fn dropping_the_last_handle_frees_the_port() {
    let sandbox = Sandbox::start().await.unwrap();
    let addr = sandbox.addr();
    // A kept connection must not hold it.
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(format!("http://{addr}/")).send().await.unwrap();
    let other = sandbox.clone();
    drop(sandbox);
    assert!(TcpListener::bind(addr).is_err());
    drop(other);
    TcpListener::bind(addr).unwrap();
    client
        .get(format!("http://{addr}/"))
        .send()
        .await
        .unwrap_err();
}

#[tokio::test]
async fn stopping_frees_the_port_and_keeps_the_log() {
    let sandbox = Sandbox::start().await.unwrap();
    let addr = sandbox.addr();
    Api::new(&sandbox, "acme").await;
    sandbox.stop().await;
    TcpListener::bind(addr).unwrap();
    sandbox.stop().await;
    assert_eq!(sandbox.requests().len(), 1);
}

#[test]
fn works_without_a_runtime() {
    let sandbox = Sandbox::builder().start_blocking().unwrap();
    let addr = sandbox.addr();
    std::net::TcpStream::connect(addr).unwrap();
    drop(sandbox);
    TcpListener::bind(addr).unwrap();
}

#[tokio::test]
async fn a_fixed_port_is_used_again_at_once() {
    let first = Sandbox::start().await.unwrap();
    let port = first.addr().port();
    Api::new(&first, "acme").await;
    drop(first);
    let second = Sandbox::builder().port(port).start().await.unwrap();
    assert_eq!(second.addr().port(), port);
    Api::new(&second, "acme").await;
}

#[tokio::test]
async fn says_what_it_is_and_listens_on_loopback_only() {
    let sandbox = Sandbox::start().await.unwrap();
    assert!(sandbox.addr().ip().is_loopback());
    let got = send(http().get(format!("http://{}/", sandbox.addr()))).await;
    assert_eq!(got.status, 200);
    assert!(got.text.starts_with("This is a RETM sandbox"), "{got:?}");
    assert_eq!(
        sandbox.base_url(),
        format!("http://{}/b/{{business_id}}", sandbox.addr())
    );
}

#[tokio::test]
async fn the_first_business_answers_without_a_prefix() {
    let sandbox = Sandbox::builder()
        .business("Initech")
        .business("acme")
        .start()
        .await
        .unwrap();
    assert_eq!(sandbox.businesses(), ["initech", "acme"]);
    let body = json!({
        "grant_type": "client_credentials",
        "client_id": sandbox.client_id(), "client_secret": sandbox.client_secret(),
    });
    let url = format!("http://{}/api/oAuth/token", sandbox.addr());
    let token = send(http().post(url).json(&body)).await.json();
    let api = Api::with_token(&sandbox, "INITECH", token["access_token"].as_str().unwrap());
    api.ok("/api/v2/menu").await;
    let log = sandbox.requests();
    assert_eq!(log[0].business.as_deref(), Some("initech"));
    assert_eq!(log[1].path, "/b/INITECH/api/v2/menu");
}

#[tokio::test]
async fn requests_are_logged_without_their_token() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let first = api.get("/api/v2/products/list?per_page=2&page=3").await;
    api.get("/api/v2/nowhere").await;
    let log = sandbox.requests();
    let seen: Vec<_> = log
        .iter()
        .map(|entry| (entry.n, entry.operation_id.as_deref(), entry.status))
        .collect();
    assert_eq!(
        seen,
        [
            (1, Some("exchange_token"), 200),
            (2, Some("list_products"), 200),
            (3, None, 404)
        ]
    );
    assert_eq!(first.request_id, "sandbox-00000002");
    let entry = &sandbox.requests_for("list_products")[0];
    assert_eq!(
        (entry.method.as_str(), entry.query.as_str()),
        ("GET", "per_page=2&page=3")
    );
    assert_eq!(entry.header("authorization"), Some("Bearer"));
    let token = entry.bearer().unwrap();
    assert_eq!(token.len(), 64);
    assert!(!format!("{log:?}").contains(token));
    assert!(!format!("{log:?}{sandbox:?}").contains(sandbox.client_secret()));
    assert_eq!(log[0].json().unwrap()["client_id"], sandbox.client_id());
    sandbox.clear_requests();
    assert!(sandbox.requests().is_empty());
    assert_eq!(api.get("/api/v2/menu").await.request_id, "sandbox-00000004");
}

#[tokio::test]
async fn the_log_is_bounded() {
    let sandbox = Sandbox::builder().log_limit(2).start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    for _ in 0..3 {
        api.ok("/api/v2/charges/list").await;
    }
    let kept: Vec<u64> = sandbox.requests().iter().map(|entry| entry.n).collect();
    assert_eq!(kept, [3, 4]);
}

#[tokio::test]
async fn queued_answers_come_once_and_in_order() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    sandbox.override_body("list_charges", 502, "text/html", "<html>Bad Gateway</html>");
    sandbox.override_body("list_charges", 200, "application/json", "");
    sandbox.override_next(
        "list_charges",
        Answer::new(
            429,
            "application/json",
            r#"{"message":"Too Many Attempts."}"#,
        )
        .header("retry-after", "30"),
    );
    let path = "/api/v2/charges/list";
    let first = api.get(path).await;
    assert_eq!(
        (first.status, first.content_type.as_str()),
        (502, "text/html")
    );
    assert_eq!(first.text, "<html>Bad Gateway</html>");
    api.ok("/api/v2/taxes/list").await;
    let second = api.get(path).await;
    assert_eq!((second.status, second.text.as_str()), (200, ""));
    let url = format!("{}{path}", sandbox.business_url("acme"));
    let third = http().get(url).send().await.unwrap();
    assert_eq!(third.status(), 429);
    assert_eq!(third.headers()["retry-after"], "30");
    api.ok(path).await;
    let statuses: Vec<u16> = sandbox
        .requests_for("list_charges")
        .iter()
        .map(|entry| entry.status)
        .collect();
    assert_eq!(statuses, [502, 200, 429, 200]);
}

#[tokio::test]
async fn an_operation_can_be_served_elsewhere() {
    let sandbox = Sandbox::builder()
        .path("list_orders", "/api/v3/orders")
        .start()
        .await
        .unwrap();
    let api = Api::new(&sandbox, "acme").await;
    api.ok("/api/v3/orders").await;
    assert_eq!(api.get("/api/v2/orders/list").await.status, 404);
    assert_eq!(sandbox.requests_for("list_orders").len(), 1);
}

#[tokio::test]
async fn real_time_starts_now() {
    let before = std::time::SystemTime::now();
    let sandbox = Sandbox::builder().real_time(true).start().await.unwrap();
    let now = sandbox.clock().now();
    assert!((before..before + std::time::Duration::from_secs(60)).contains(&now));
}

#[tokio::test]
async fn many_callers_at_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut tasks = Vec::new();
    for _ in 0..50 {
        let sandbox = sandbox.clone();
        tasks.push(tokio::spawn(async move {
            let api = Api::new(&sandbox, "acme").await;
            api.ok("/api/v2/charges/list").await;
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let numbers: std::collections::BTreeSet<u64> =
        sandbox.requests().iter().map(|entry| entry.n).collect();
    assert_eq!(numbers.len(), 100);
}
