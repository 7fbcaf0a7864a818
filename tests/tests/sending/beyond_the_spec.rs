//! The way around the spec: any path, further query parameters and further members of a body.

use retm::types::{CreateCharge, Order};
use retm::{ErrorKind, Method};
use retm_sandbox::Sandbox;
use retm_tests::server::{Server, answer, json};
use retm_tests::{acme, client, watch};
use serde_json::json;

async fn echo() -> Server {
    Server::start(|call| async move {
        let body: serde_json::Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let asked = call.uri.path_and_query().map(ToString::to_string);
        json(200, &json!({"asked": asked, "body": body}))
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn any_path_is_called_with_the_token_of_the_business() {
    let server = echo().await;
    let acme = server.client().build().unwrap().business("acme").unwrap();
    let request = acme.request(Method::GET, "/api/v3/shifts/01GZ/list");
    let answer = request
        .with_query("page", 2)
        .with_query("name", "a b&c")
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let answer: serde_json::Value = answer.decode().unwrap();
    assert_eq!(
        answer["asked"],
        "/api/v3/shifts/01GZ/list?page=2&name=a+b%26c"
    );
    let call = server.resource_calls().remove(0);
    assert_eq!(
        call.headers["authorization"],
        format!("Bearer {}", watch::TOKEN).as_str()
    );
    assert_eq!(call.headers["accept"], "application/json");

    let written: serde_json::Value = acme
        .request(Method::PATCH, "/api/v2/shifts")
        .json(&json!({"id": 1}))
        .decoded()
        .await
        .unwrap();
    assert_eq!(written["body"], json!({"id": 1}));
    let call = server.resource_calls().remove(1);
    assert_eq!(call.headers["content-type"], "application/json");
}

#[tokio::test]
async fn a_path_that_could_lead_to_another_host_is_not_called() {
    let server = echo().await;
    let acme = server.client().build().unwrap().business("acme").unwrap();
    for path in [
        "https://evil.example/x",
        "//evil.example/x",
        "api/v2/x",
        "@evil.example/x",
        "/api/../../x",
        "/api/%2e%2e/x",
        "/api\\..\\x",
        "/api/x?token=1",
        "/api/x#y",
        "",
    ] {
        let error = acme.request(Method::GET, path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{path}: {error}");
    }
    let error = acme.request(Method::TRACE, "/x").await.unwrap_err();
    insta::assert_snapshot!(error, @"request for acme: bad request: the method TRACE is not one that the API knows. Correct the argument; nothing was sent.");
    assert_eq!(server.calls().len(), 0);
}

#[tokio::test]
async fn only_a_get_is_sent_again() {
    let server = Server::start(|_| async { answer(503, "text/plain", "") })
        .await
        .unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    let error = acme.request(Method::GET, "/x").await.unwrap_err();
    assert_eq!((error.attempts(), error.kind()), (3, ErrorKind::Server));
    let error = acme.request(Method::DELETE, "/x").await.unwrap_err();
    insta::assert_snapshot!(error, @"request for acme: the server failed: the body is empty (status 503). Whether it took effect is unknown: look before sending it again.");
    assert_eq!(server.resource_calls().len(), 4);
}

#[tokio::test]
async fn a_body_of_another_shape_is_an_error_that_keeps_it() {
    let server = Server::start(|_| async { answer(200, "text/html", "<html>") })
        .await
        .unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    let answer = acme.request(Method::GET, "/x").await.unwrap();
    assert_eq!(answer.raw_body(), b"<html>");
    let error = answer.decode::<Vec<Order>>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.raw_body(), b"<html>");
}

#[tokio::test]
async fn a_list_and_a_read_take_further_query_parameters() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = acme(&sandbox).unwrap();
    acme.orders()
        .list()
        .with_query("include", "customer")
        .await
        .unwrap();
    acme.menu().get().with_query("branch", "b/1").await.unwrap();
    let query = |operation| sandbox.requests_for(operation).remove(0).query.clone();
    assert_eq!(query("list_orders"), "include=customer");
    assert_eq!(query("get_menu"), "branch=b%2F1");
}

#[tokio::test]
async fn a_write_takes_further_members() {
    let server = echo().await;
    let acme = server.client().build().unwrap().business("acme").unwrap();
    let charge: CreateCharge =
        retm_types::decode(br#"{"name": {"en": "Delivery"}, "value": 15.00}"#).unwrap();
    acme.charges()
        .create(charge.clone())
        .with_extra("branches", vec!["b1", "b2"])
        .await
        .unwrap();
    let sent = server.resource_calls().remove(0).body;
    insta::assert_snapshot!(String::from_utf8(sent.to_vec()).unwrap(), @r#"{"name":{"en":"Delivery"},"value":15.00,"branches":["b1","b2"]}"#);

    let error = acme.charges().create(charge).with_extra("value", 1).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    assert_eq!(server.resource_calls().len(), 1);
}

#[tokio::test]
async fn a_base_url_without_the_business_serves_one_business() {
    let sandbox = Sandbox::builder()
        .business("acme")
        .business("globex")
        .start()
        .await
        .unwrap();
    let retm = client(&sandbox)
        .base_url(sandbox.business_url("acme"))
        .build()
        .unwrap();
    let acme = retm.business("acme").unwrap();
    acme.menu().get().await.unwrap();
    let globex = retm.business("globex").unwrap();
    let error = globex.menu().get().await.unwrap_err();
    insta::assert_snapshot!(error, @"get_menu for globex: bad configuration: the base URL does not name the business, and neither does a token of the app's own credentials: this client already calls acme there. Put `{business_id}` into the base URL, authorize globex with a code of its own, or use another client for it. Correct the value; nothing was sent.");
    acme.menu().get().await.unwrap();
    assert_eq!(sandbox.requests_for("get_menu").len(), 2);
}

#[tokio::test]
async fn members_that_the_spec_lacks_are_reached_with_the_raw_json() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = acme(&sandbox).unwrap();
    let body = r#"{"id": "p1", "colour": "red", "variations": [{"id": "v1", "weight": 7}]}"#;
    sandbox.override_body("get_product", 200, "application/json", body);
    let product = acme.products().get("p1").with_raw().await.unwrap();
    assert_eq!(product.id.as_ref().unwrap().as_str(), "p1");
    assert_eq!(product.raw().get(), body);
    let extra: Vec<_> = product
        .extra()
        .iter()
        .map(|extra| format!("{} = {}", extra.pointer(), extra.value()))
        .collect();
    assert_eq!(extra, ["/colour = \"red\"", "/variations/0/weight = 7"]);
    assert!(!format!("{product:?}").contains("colour"));
}

#[tokio::test]
async fn each_element_of_a_list_is_reached_with_its_own_json() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = acme(&sandbox).unwrap();
    let elements = r#"[{"id": "1", "colour": "red"}, 7, {"id": "3", "size": 1.10}]"#;
    let list = format!(r#"{{"items": {elements}}}"#);
    sandbox.override_body("list_taxes", 200, "application/json", list);
    let page = acme.taxes().list().with_raw().await.unwrap();
    let extra: Vec<_> = page
        .items()
        .iter()
        .map(|tax| format!("{:?}", tax.extra()))
        .collect();
    let raw: Vec<_> = page.items().iter().map(|tax| tax.raw().get()).collect();
    assert_eq!(
        raw,
        [
            r#"{"id": "1", "colour": "red"}"#,
            r#"{"id": "3", "size": 1.10}"#
        ]
    );
    assert!(
        extra[0].contains("/colour") && extra[1].contains("/size"),
        "{extra:?}"
    );
    assert_eq!(page.broken().len(), 1);

    let category = format!(r#"{{"id": "c", "products": {{"items": {elements}}}}}"#);
    sandbox.override_body("get_category", 200, "application/json", category);
    let products = acme.categories().products("c").with_raw().await.unwrap();
    let raw: Vec<_> = products
        .items()
        .iter()
        .map(|product| product.raw().get())
        .collect();
    assert_eq!(
        raw,
        [
            r#"{"id": "1", "colour": "red"}"#,
            r#"{"id": "3", "size": 1.10}"#
        ]
    );
}

#[tokio::test]
async fn a_resume_token_holds_the_further_parameters() {
    let sandbox = Sandbox::builder().products(50).start().await.unwrap();
    let acme = acme(&sandbox).unwrap();
    let list = || acme.products().list().per_page(20);
    let page = list().with_query("include", "taxes").await.unwrap();
    let token = page.resume_token().unwrap();
    let error = list().resume(&token).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    let list = list()
        .with_query("include", "taxes")
        .resume(&token)
        .unwrap();
    assert_eq!(list.collect_all().await.unwrap().items.len(), 30);
}
