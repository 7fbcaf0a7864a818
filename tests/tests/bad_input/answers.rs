//! Answers that are refusals, or not what the spec says.

use retm::types::InvoiceStatus;
use retm::{Business, Error, ErrorKind};
use retm_sandbox::{Answer, Sandbox};
use retm_tests::acme;
use serde_json::{Value, json};

use crate::check::{assert_message, check};

/// What listing products ends with when the sandbox answers so, every time.
async fn listing(answer: Answer) -> (Error, Sandbox) {
    let sandbox = Sandbox::start().await.unwrap();
    for _ in 0..6 {
        sandbox.override_next("list_products", answer.clone());
    }
    let error = acme(&sandbox).unwrap().products().list().await;
    (error.unwrap_err(), sandbox)
}

async fn a_business() -> (Business, Sandbox) {
    let sandbox = Sandbox::start().await.unwrap();
    (acme(&sandbox).unwrap(), sandbox)
}

pub(crate) async fn missing_product() -> Error {
    let (acme, _sandbox) = a_business().await;
    acme.products().get("no-such").await.unwrap_err()
}

#[tokio::test]
async fn a_missing_product() {
    let error = missing_product().await;
    assert!(error.is_not_found());
    assert_eq!(error.status().unwrap(), 404);
    assert_message!(error, @r#"get_product for acme: not found: "Product not found." (status 404, request sandbox-00000002). Check the id; `get_opt` returns None instead of this error."#);
    check(&error, br#"{"message":"Product not found."}"#);
    let (acme, _sandbox) = a_business().await;
    assert_eq!(acme.products().get_opt("no-such").await.unwrap(), None);
    assert_eq!(acme.categories().get_opt("no-such").await.unwrap(), None);
    assert_eq!(acme.groups().get_opt("no-such").await.unwrap(), None);
}

const BAD_GATEWAY: &str = "<html><h1>502 Bad Gateway</h1></html>";

pub(crate) async fn html_502() -> Error {
    let (error, sandbox) = listing(Answer::new(502, "text/html", BAD_GATEWAY)).await;
    assert_eq!(sandbox.requests_for("list_products").len(), 3);
    error
}

#[tokio::test]
async fn html_from_a_gateway() {
    let error = html_502().await;
    assert!(error.is_server() && !error.is_decode());
    assert_eq!(error.attempts(), 3);
    assert_message!(error, @"list_products for acme: the server failed: the body is HTML, not JSON; a gateway answered in the API's place (status 502, request sandbox-00000004, 3 attempts). Try again later; the request id helps the vendor find the cause.");
    check(&error, BAD_GATEWAY.as_bytes());
    assert_eq!(error.headers()["content-type"], "text/html");
}

pub(crate) async fn empty_body() -> Error {
    let (error, sandbox) = listing(Answer::new(200, "application/json", "")).await;
    assert_eq!(sandbox.requests_for("list_products").len(), 1);
    error
}

#[tokio::test]
async fn an_empty_body() {
    let error = empty_body().await;
    assert!(error.is_decode());
    assert_message!(error, @"list_products for acme: the answer does not fit the spec: the body is empty (status 200, request sandbox-00000002). `raw_body()` has it; `retm payload check` compares a saved one with the spec.");
    check(&error, b"");
}

const TRUNCATED: &str = r#"{"items":[{"id":"01GZ","name":{"en":"Sara's"#;

pub(crate) async fn truncated_json() -> Error {
    listing(Answer::new(200, "application/json", TRUNCATED))
        .await
        .0
}

#[tokio::test]
async fn json_that_is_cut_short() {
    let error = truncated_json().await;
    assert!(error.is_decode());
    assert_message!(error, @"list_products for acme: the answer does not fit the spec: the JSON body is cut short (status 200, request sandbox-00000002). `raw_body()` has it; `retm payload check` compares a saved one with the spec.");
    check(&error, TRUNCATED.as_bytes());
}

#[tokio::test]
async fn html_with_status_200() {
    let (error, _) = listing(Answer::new(200, "text/html", "<html>hush</html>")).await;
    assert!(error.is_decode());
    assert_message!(error, @"list_products for acme: the answer does not fit the spec: the body is HTML, not JSON; a gateway answered in the API's place (status 200, request sandbox-00000002). `raw_body()` has it; `retm payload check` compares a saved one with the spec.");
    check(&error, b"<html>hush</html>");
}

#[tokio::test]
async fn json_of_another_shape() {
    let body = json!({"status": "ok", "result": {"phone": retm_tests::watch::PHONE}});
    let (error, _) = listing(Answer::json(200, &body)).await;
    assert!(error.is_decode());
    assert_message!(error, @"list_products for acme: the answer does not fit the spec: expected a list, found an object without items or data (status 200, request sandbox-00000002). `raw_body()` has it; `retm payload check` compares a saved one with the spec.");
    check(&error, body.to_string().as_bytes());
}

/// Three products, the second of which has a price that is no price.
fn page_with_a_broken_element() -> Value {
    json!({"items": [
        {"id": "1", "price": "7.000"},
        {"id": "2", "price": "hush 0551234567"},
        {"id": "3", "price": "9.000"},
    ]})
}

pub(crate) async fn broken_element() -> Error {
    use futures::StreamExt;
    let (acme, sandbox) = a_business().await;
    let body = page_with_a_broken_element();
    sandbox.override_next("list_products", Answer::json(200, &body));
    let items: Vec<_> = acme.products().list().stream().collect().await;
    assert_eq!(items.iter().filter(|item| item.is_ok()).count(), 2);
    items.into_iter().find_map(Result::err).unwrap()
}

#[tokio::test]
async fn a_page_with_one_broken_element() {
    let error = broken_element().await;
    assert!(error.is_decode());
    assert_eq!(error.operation(), Some("list_products"));
    assert_message!(error, @"list_products for acme: one element of the list does not fit the spec: element 1: price: not a plain decimal number: digits with at most one point, no exponent, no separators (line 1, column 36). `raw_body()` has its JSON; the other elements were delivered.");
    check(&error, br#"{"id":"2","price":"hush 0551234567"}"#);

    let (acme, sandbox) = a_business().await;
    let body = page_with_a_broken_element();
    sandbox.override_next("list_products", Answer::json(200, &body));
    let page = acme.products().list().await.unwrap();
    let ids: Vec<_> = page.items().iter().map(|product| &product.id).collect();
    assert_eq!(ids, [&Some("1".into()), &Some("3".into())]);
    let [broken] = page.broken() else {
        panic!("one element is broken: {page:?}");
    };
    assert_eq!((broken.index(), broken.path()), (1, "price"));
    assert_eq!(broken.raw().get(), body["items"][1].to_string());
    assert!(!format!("{page:?}").contains("hush"));
}

#[tokio::test]
async fn an_unknown_code_is_kept_and_named() {
    let (acme, sandbox) = a_business().await;
    let body = json!({"items": [{"invoice_id": 1, "status": 99}]});
    sandbox.override_next("list_invoices", Answer::json(200, &body));
    let answer = acme.invoices().list().response().await.unwrap();
    assert_eq!(answer.raw_body(), body.to_string().as_bytes());
    let [invoice] = answer.items() else {
        panic!("the invoice decodes: {answer:?}");
    };
    let status = invoice.status.unwrap();
    assert_eq!((status.code(), status.name()), (99, None));
    insta::assert_snapshot!(format!("{status} {status:?}"), @"unknown(99) Unknown(99)");
    let error = "colsed".parse::<InvoiceStatus>().unwrap_err();
    insta::assert_snapshot!(error, @"expected closed, pending, active, refunded, void or an integer code");
}

#[tokio::test]
async fn a_code_that_is_no_number_breaks_one_element() {
    let (acme, sandbox) = a_business().await;
    let body = json!({"items": [{"invoice_id": 1, "status": "hush"}, {"invoice_id": 2}]});
    sandbox.override_next("list_invoices", Answer::json(200, &body));
    let page = acme.invoices().list().await.unwrap();
    assert_eq!(page.items().len(), 1);
    insta::assert_snapshot!(page.broken()[0], @"element 0: status: expected an integer code (InvoiceStatus), found a string");
}

#[tokio::test]
async fn a_token_that_the_api_refuses_though_it_is_fresh() {
    let body = json!({"message": "Unauthenticated."});
    let (error, sandbox) = listing(Answer::json(401, &body)).await;
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(error.is_auth() && !error.is_revoked());
    assert_message!(error, @r#"list_products for acme: not authorized: "Unauthenticated." (status 401, request sandbox-00000004, 2 attempts). The API refused a fresh token: check that the app is installed for this business."#);
    check(&error, body.to_string().as_bytes());
    assert_eq!(sandbox.requests_for("list_products").len(), 2);
    assert_eq!(sandbox.requests_for("exchange_token").len(), 2);
}

#[tokio::test]
async fn access_that_the_merchant_has_not_given() {
    let body = json!({"message": "This action is unauthorized for sara@example.com."});
    let (error, _) = listing(Answer::json(403, &body)).await;
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert_message!(error, @r#"list_products for acme: forbidden: "This action is unauthorized for [masked]" (status 403, request sandbox-00000002). Check the access that the merchant gave the app."#);
    check(&error, body.to_string().as_bytes());
}

#[tokio::test]
async fn a_refusal_of_another_shape_keeps_its_message() {
    let body = json!({"error": {"code": 7}, "message": "Not today\u{1b}[31m\nreally"});
    let (error, _) = listing(Answer::json(400, &body)).await;
    assert_eq!(error.kind(), ErrorKind::Validation);
    assert_message!(error, @r#"list_products for acme: the API refused the request: "Not today\u{1b}[31m\nreally" (status 400, request sandbox-00000002). Correct what the message says; `raw_body()` has the whole answer."#);
    check(&error, body.to_string().as_bytes());
}

#[tokio::test]
async fn a_refusal_that_says_nothing() {
    let (error, _) = listing(Answer::json(500, &json!({"trace": []}))).await;
    assert_message!(error, @"list_products for acme: the server failed: the JSON body has another shape (status 500, request sandbox-00000004, 3 attempts). Try again later; the request id helps the vendor find the cause.");
    check(&error, br#"{"trace":[]}"#);
}
