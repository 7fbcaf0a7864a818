//! Options of one call.

use std::time::Duration;

use retm::{ErrorKind, Outcome};
use retm_tests::ManualClock;
use retm_tests::server::{Server, json, token};
use serde_json::json;

use crate::acme;

async fn server() -> Server {
    let server = Server::start(|_| async { json(503, &json!({"items": []})) });
    server.await.unwrap()
}

#[tokio::test]
async fn a_header_goes_with_every_attempt_and_not_with_the_token() {
    let server = server().await;
    let acme = acme(server.client());
    let list = acme.products().list().with_header("X-Trace", "hush-1");
    let list = list.with_header("accept", "application/vnd.retm+json");
    assert!(!format!("{list:?}").contains("hush-1"));
    let error = list.await.unwrap_err();
    assert!(!format!("{error:?}").contains("hush-1"));
    let calls = server.calls();
    assert_eq!(calls.len(), 4);
    for call in calls {
        let traced = call
            .headers
            .get("x-trace")
            .is_some_and(|value| value == "hush-1");
        assert_eq!(traced, !call.is_token());
        if !call.is_token() {
            let accepts: Vec<_> = call.headers.get_all("accept").iter().collect();
            assert_eq!(accepts, ["application/vnd.retm+json"]);
        }
    }
}

/// As for a process that was stopped meanwhile: the token is there, and so is the connection.
#[tokio::test]
async fn a_call_whose_time_is_over_when_its_token_comes_is_not_sent() {
    let clock = ManualClock::default();
    let late = clock.clone();
    let server = Server::raw(move |call| {
        let answer = match call.is_token() {
            true => {
                late.advance(Duration::from_secs(60));
                json(200, &token())
            }
            false => json(200, &json!({"items": []})),
        };
        async move { answer }
    });
    let server = server.await.unwrap();
    let acme = acme(server.client().clock(clock));
    let list = acme
        .products()
        .list()
        .with_deadline(Duration::from_secs(60));
    let error = list.await.unwrap_err();
    insta::assert_snapshot!(error, @"list_products for acme: no answer in time: before it was sent. Try again later or raise the time-out.");
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(server.resource_calls().is_empty());
}

#[tokio::test]
async fn a_header_that_the_client_sets_itself_is_refused_before_anything_is_sent() {
    let server = server().await;
    let acme = acme(server.client());
    for name in ["Authorization", "host", "content-length", "a b", ""] {
        let list = acme.products().list().with_header(name, "hush");
        let error = list.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{name}");
        assert!(!format!("{error:?} {error}").contains("hush"), "{error}");
    }
    let cancel = acme
        .orders()
        .cancel("01a")
        .with_header("x-note", "hu\r\nsh");
    let error = cancel.await.unwrap_err();
    insta::assert_snapshot!(error, @"cancel_order for acme: bad request: the value of the header x-note holds characters that no header can carry. Correct the argument; nothing was sent.");
    assert!(server.calls().is_empty());
}
