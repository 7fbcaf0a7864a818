//! Connections that fail, break off or lead elsewhere.

use std::time::Duration;

use axum::response::Response;
use retm::types::CreateOrder;
use retm::{Credentials, ErrorKind, Retm};
use retm_tests::server::{Server, answer, cut_off, json};
use retm_tests::{NoWait, watch};
use serde_json::json;

use crate::check::{assert_message, check};

fn order() -> CreateOrder {
    let order =
        json!({"branch": "b", "customer": {"phone": retm_tests::watch::PHONE}, "products": []});
    serde_json::from_value(order).unwrap()
}

/// An answer that leads to another place.
fn redirect(status: u16, body: &'static str, location: &str) -> Response {
    let mut redirect = answer(status, "text/plain", body);
    let location = location.parse().unwrap();
    redirect.headers_mut().insert("location", location);
    redirect
}

#[tokio::test]
async fn nobody_listens() {
    let base_url = {
        let gone = Server::raw(|_| async { json(200, &json!({})) });
        gone.await.unwrap().base_url()
    };
    let sleep = NoWait::default();
    let retm = Retm::builder()
        .base_url(base_url)
        .credentials(Credentials::new("app", watch::SECRET))
        .sleep(sleep.clone());
    let acme = retm.build().unwrap().business("acme").unwrap();
    let error = acme.products().list().await.unwrap_err();
    assert!(error.is_connect() && error.is_network() && !error.is_timeout());
    assert_message!(error, @"exchange_token for acme: cannot connect: Connection refused (os error N) (3 attempts). Check the business id, the base URL, the network and the proxy; nothing was sent.");
    check(&error, b"");
    assert_eq!((error.attempts(), sleep.waits().len()), (3, 2));
}

#[tokio::test]
async fn an_answer_that_breaks_off() {
    let server = Server::start(|_| async { cut_off(200, "{\"items\":[{\"name\":\"Sara") });
    let server = server.await.unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    let error = acme.products().list().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Network, 3));
    assert_eq!(error.status().unwrap(), 200);
    assert_message!(error, @"list_products for acme: the connection failed: the answer broke off after 23 bytes (status 200, 3 attempts). Try again later; check the network and the proxy.");
    check(&error, b"{\"items\":[{\"name\":\"Sara");
    assert_eq!(server.resource_calls().len(), 3);
}

#[tokio::test]
async fn an_order_whose_answer_breaks_off_is_not_sent_again() {
    let server = Server::start(|_| async { cut_off(200, "{\"id\":\"hush") });
    let server = server.await.unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    let error = acme.orders().create(order()).await.unwrap_err();
    assert_message!(error, @"create_order for acme: the connection failed: the answer broke off after 11 bytes (status 200). Whether it took effect is unknown: look before sending it again.");
    check(&error, b"{\"id\":\"hush");
    assert_eq!(server.resource_calls().len(), 1);
}

#[tokio::test]
async fn no_answer_in_time() {
    let server = Server::start(|_| std::future::pending()).await.unwrap();
    let client = server.client().attempt_timeout(Duration::from_millis(30));
    let acme = client.build().unwrap().business("acme").unwrap();
    let error = acme.products().list().await.unwrap_err();
    assert!(error.is_timeout() && !error.is_connect());
    assert_message!(error, @"list_products for acme: no answer in time (3 attempts). Try again later or raise the time-out.");
    check(&error, b"");

    let error = acme.orders().create(order()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert_message!(error, @"create_order for acme: no answer in time. Whether it took effect is unknown: look before sending it again.");
    let posts = server.resource_calls();
    let posts = posts.iter().filter(|call| call.method == "POST");
    assert_eq!(posts.count(), 1);
}

#[tokio::test]
async fn a_token_that_does_not_come_in_time() {
    let server = Server::raw(|_| std::future::pending()).await.unwrap();
    let client = server.client().overall_timeout(Duration::from_millis(30));
    let acme = client.build().unwrap().business("acme").unwrap();
    let error = acme.orders().create(order()).await.unwrap_err();
    assert!(error.is_timeout());
    // Whichever of the two time-outs comes first: the order was not sent.
    assert!(!error.to_string().contains("took effect"), "{error}");
    assert!(server.resource_calls().is_empty());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::raw(|_| async { json(200, &json!({"items": []})) });
    let elsewhere = elsewhere.await.unwrap();
    let location = format!("{}/api/v2/products/list", elsewhere.base_url());
    let server = Server::start(move |_| {
        let location = location.clone();
        async move { redirect(302, "moved", &location) }
    });
    let server = server.await.unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    let error = acme.products().list().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_message!(error, @"list_products for acme: unexpected status: a redirect, which is not followed; check the base URL (status 302). See `raw_body()` for what the server said.");
    check(&error, b"moved");
    assert!(error.headers().contains_key("location"));
    assert!(elsewhere.calls().is_empty());
    let [call] = &server.resource_calls()[..] else {
        panic!("one request was sent");
    };
    assert_eq!(call.headers["authorization"], "Bearer hush-token");
}

#[tokio::test]
async fn a_redirect_of_the_token_request_is_not_followed() {
    let elsewhere = Server::raw(|_| async { json(200, &json!({})) });
    let elsewhere = elsewhere.await.unwrap();
    let location = elsewhere.base_url();
    let server = Server::raw(move |_| {
        let location = location.clone();
        async move { redirect(307, "", &location) }
    });
    let server = server.await.unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    let error = acme.products().list().await.unwrap_err();
    assert_message!(error, @"exchange_token for acme: unexpected status: a redirect, which is not followed; check the base URL (status 307). See `raw_body()` for what the server said.");
    check(&error, b"");
    assert!(elsewhere.calls().is_empty());
}
