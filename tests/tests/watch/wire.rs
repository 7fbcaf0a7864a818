//! The secrets that are looked for are in use: they went over the wire, and were not heard.

use retm::types::CreateOrder;
use retm_sandbox::{LoggedRequest, Sandbox};
use retm_tests::server::{Server, json};
use retm_tests::watch::{self, Kind};
use serde_json::json;

/// Of every kind that a client says something in by itself, something was heard.
fn was_heard() {
    for kind in [
        Kind::Span,
        Kind::Record,
        Kind::Event,
        Kind::Log,
        Kind::Metric,
    ] {
        assert!(watch::heard(kind) > 0, "{kind:?}");
    }
}

fn order() -> CreateOrder {
    serde_json::from_value(json!({
        "branch": "01h1he9gv7jck3xrhg7dz9hzh5",
        "customer": {"phone": watch::PHONE},
        "products": [{"id": "01GZK6C7J03PQP7KGRAQ3F197Y", "quantity": 1, "total": 7}],
        "partner_reference": "W-1",
    }))
    .unwrap()
}

#[tokio::test]
async fn the_sandbox_gets_what_it_has_made_and_an_order_its_phone() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = retm_tests::acme(&sandbox).unwrap();
    let code = sandbox.code("acme");
    acme.authorize(code.as_str()).await.unwrap();
    acme.orders().submit(order()).await.unwrap();
    sandbox.expire_tokens("acme");
    let customers = acme.customers().list().response().await.unwrap();

    let bodies = |operation: &str| {
        let requests = sandbox.requests_for(operation);
        let bodies = requests
            .iter()
            .map(|request| String::from_utf8_lossy(&request.body).into_owned());
        bodies.collect::<String>()
    };
    let tokens = bodies("exchange_token");
    for begins in ["sandbox-secret-", "sandbox-code-", "sandbox-refresh-"] {
        assert!(
            tokens.contains(&format!("\"{begins}")),
            "{begins} was not sent"
        );
    }
    assert!(tokens.contains(sandbox.client_secret()) && tokens.contains(&code));
    let requests = sandbox.requests();
    let bearers: Vec<&str> = requests.iter().filter_map(LoggedRequest::bearer).collect();
    assert!(!bearers.is_empty());
    assert!(
        bearers
            .iter()
            .all(|bearer| bearer.starts_with("sandbox-access-"))
    );
    assert!(bodies("create_order").contains(watch::PHONE));
    let came = String::from_utf8_lossy(customers.raw_body()).into_owned();
    for person in ["\"0550000", "@example.com\""] {
        assert!(came.contains(person), "{person} did not come");
    }
    was_heard();
}

#[tokio::test]
async fn a_server_of_a_test_gets_what_tests_plant() {
    let server = Server::start(|_| async { json(200, &json!({"items": []})) });
    let server = server.await.unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    acme.products().list().await.unwrap();
    let calls = server.calls();
    assert!(String::from_utf8_lossy(&calls[0].body).contains(watch::SECRET));
    let bearer = format!("Bearer {}", watch::TOKEN);
    assert_eq!(calls[1].headers["authorization"], bearer);
    was_heard();
}
