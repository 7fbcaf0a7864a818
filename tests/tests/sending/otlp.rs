//! The example that sends its spans to a collector, as a program of its own.

use std::process::Stdio;

use retm_sandbox::Sandbox;
use retm_tests::server::{Server, answer};
use retm_tests::watch::{self, Hidden, Kind};

#[tokio::test]
async fn the_spans_of_the_example_reach_a_collector() {
    let sandbox = Sandbox::start().await.unwrap();
    let collector = Server::raw(|_| async { answer(200, "application/x-protobuf", "") });
    let collector = collector.await.unwrap();
    let mut example = std::process::Command::new(env!("CARGO_BIN_EXE_otlp-example"));
    example
        .args(["acme", &sandbox.base_url()])
        .env("RETM_CLIENT_ID", sandbox.client_id())
        .env("RETM_CLIENT_SECRET", sandbox.client_secret())
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.base_url())
        .stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || example.output());
    let output = output.await.unwrap().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    watch::written(
        "the example",
        &text,
        &String::from_utf8_lossy(&output.stderr),
    );

    let calls = collector.calls();
    assert!(!calls.is_empty());
    let mut sent = String::new();
    for call in &calls {
        assert_eq!(
            (call.method.as_str(), call.uri.path()),
            ("POST", "/v1/traces")
        );
        assert_eq!(call.headers["content-type"], "application/x-protobuf");
        sent += &String::from_utf8_lossy(&call.body);
    }
    for name in [
        "retm-example",
        "exchange_token",
        "POST /api/oAuth/token",
        "list_products",
        "GET /api/v2/products/list",
        "get_product",
        "GET /api/v2/products/{id}",
        "http.response.status_code",
    ] {
        assert!(sent.contains(name), "{name}");
    }
    watch::said(Kind::Span, "the example", &sent, Hidden::All);
    for secret in [sandbox.client_secret(), "no-such-product"] {
        assert!(!sent.contains(secret), "{secret}");
    }
}
