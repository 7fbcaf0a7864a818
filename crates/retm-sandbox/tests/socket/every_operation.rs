//! Every operation of the spec is served, and answers with what the spec promises.

use retm_sandbox::{Sandbox, Spec};
use serde_json::{Value, json};

use crate::api::{Api, Got, example, http, send};

async fn call(sandbox: &Sandbox, api: &Api, operation: &retm_sandbox::Operation) -> Got {
    let spec = Spec::embedded().unwrap();
    if !operation.is_secured() {
        return crate::api::grant(sandbox, "acme", json!({"grant_type": "client_credentials"}))
            .await;
    }
    let id = match operation.id() {
        "get_product" => example("product")["id"].clone(),
        "get_category" => example("categories")["items"][0]["id"].clone(),
        "get_group" => example("groups")["items"][0]["id"].clone(),
        _ => Value::Null,
    };
    let path = operation
        .path()
        .replace("{id}", id.as_str().unwrap_or("none"));
    if operation.method() == "GET" {
        return api.get(&path).await;
    }
    let schema = operation.request_schema().unwrap();
    let body = spec.example(operation.id()).unwrap();
    assert!(spec.violations(schema, body).unwrap().is_empty());
    api.post(&path, body).await
}

#[tokio::test]
async fn every_answer_fits_its_schema() {
    let sandbox = Sandbox::builder().invoices(120).start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let spec = Spec::embedded().unwrap();
    assert!(spec.operations().len() >= 26);
    for operation in spec.operations() {
        let got = call(&sandbox, &api, operation).await;
        let id = operation.id();
        assert_eq!(
            (got.status, got.content_type.as_str()),
            (200, "application/json"),
            "{id}: {got:?}"
        );
        let schema = operation.answer_schema().unwrap();
        let found = spec.violations(schema, &got.json()).unwrap();
        assert!(found.is_empty(), "{id}: {found:?}");
        assert_ne!(got.json(), json!({}), "{id}");
        assert_eq!(sandbox.requests_for(id).last().unwrap().status, 200);
    }
}

#[tokio::test]
async fn every_secured_operation_wants_a_token_and_refuses_in_the_error_shape() {
    let sandbox = Sandbox::start().await.unwrap();
    let spec = Spec::embedded().unwrap();
    for operation in spec
        .operations()
        .iter()
        .filter(|operation| operation.is_secured())
    {
        let url = format!(
            "{}{}",
            sandbox.business_url("acme"),
            operation.path().replace("{id}", "x")
        );
        let method = operation.method().parse().unwrap();
        let got = send(http().request(method, url)).await;
        assert_eq!(
            (got.status, got.json()),
            (401, json!({"message": "Unauthenticated."})),
            "{}",
            operation.id()
        );
        assert!(spec.violations("ApiError", &got.json()).unwrap().is_empty());
    }
}
