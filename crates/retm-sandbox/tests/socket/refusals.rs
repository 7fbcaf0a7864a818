//! What the sandbox says no to, and in which shape.

use retm_sandbox::{Sandbox, SandboxError};
use serde_json::json;

use crate::api::{Api, http, send};

#[tokio::test]
async fn unknown_businesses_routes_and_methods() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let nobody = Api::with_token(&sandbox, "nobody", "x")
        .get("/api/v2/menu")
        .await;
    assert_eq!(
        (nobody.status, nobody.json()),
        (
            404,
            json!({"message": "The business nobody does not exist."})
        )
    );
    assert_eq!(nobody.content_type, "application/json");
    let nowhere = api.get("/api/v9/nothing").await;
    assert_eq!(
        (nowhere.status, nowhere.json()),
        (
            404,
            json!({"message": "The route api/v9/nothing could not be found."})
        )
    );
    let method = api.post("/api/v2/menu", &json!({})).await;
    assert_eq!(method.status, 405);
    assert!(method.text.contains("Supported methods: GET"), "{method:?}");
}

#[tokio::test]
async fn unknown_ids() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    for (path, message) in [
        ("products/01GZK6C7J03PQP7KGRAQ3F197X", "Product not found."),
        ("categories/none", "Category not found."),
        ("groups/%D8%A7", "Group not found."),
    ] {
        let got = api.get(&format!("/api/v2/{path}")).await;
        assert_eq!(
            (got.status, got.json()),
            (404, json!({ "message": message }))
        );
    }
}

#[tokio::test]
async fn pages_must_be_positive_integers() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    for query in [
        "page=0",
        "page=-1",
        "page=x",
        "per_page=0",
        "per_page=1.5",
        "page=99999999999999999999",
    ] {
        let got = api.get(&format!("/api/v2/products/list?{query}")).await;
        let field = query.split('=').next().unwrap();
        assert_eq!(got.status, 422, "{query}");
        assert!(got.json()["errors"][field][0].is_string(), "{got:?}");
    }
    assert_eq!(api.get("/api/v2/orders/list?status=open").await.status, 422);
    api.ok("/api/v2/products/list?page=&per_page=9223372036854775807")
        .await;
}

#[tokio::test]
async fn bodies_must_be_json() {
    let sandbox = Sandbox::start().await.unwrap();
    let answer = crate::api::grant(
        &sandbox,
        "acme",
        json!({"grant_type": "client_credentials"}),
    )
    .await
    .json();
    let url = format!("{}/api/v2/orders/create", sandbox.business_url("acme"));
    let post = |body: &'static str| {
        http()
            .post(&url)
            .bearer_auth(answer["access_token"].as_str().unwrap())
            .body(body)
    };
    let got = send(post("{\"branch\": ")).await;
    assert_eq!(
        (got.status, got.json()),
        (
            400,
            json!({"message": "The body is not valid JSON (line 1, column 11)."})
        )
    );
    assert_eq!(send(post("")).await.status, 422);
    let got = send(post("[]")).await;
    assert_eq!(
        got.json()["errors"],
        json!({"body": ["The body must be an object."]})
    );
}

#[tokio::test]
async fn a_port_in_use_says_what_to_do() {
    let sandbox = Sandbox::start().await.unwrap();
    let port = sandbox.addr().port();
    let error = Sandbox::builder().port(port).start().await.unwrap_err();
    assert!(matches!(error, SandboxError::PortInUse { .. }));
    assert_eq!(
        error.to_string(),
        format!(
            "port {port} on 127.0.0.1 is in use: stop the program that holds it, or ask for port 0 to get any free one"
        )
    );
}

#[tokio::test]
async fn odd_settings_are_refused_at_the_start() {
    for id in ["evil.com/", "a.b", "", "-a", "مقهى"] {
        let error = Sandbox::builder().business(id).start().await.unwrap_err();
        assert!(error.to_string().contains("one DNS label"), "{error}");
    }
    let error = Sandbox::builder()
        .path("list_nothing", "/x")
        .start()
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("no operation `list_nothing`"),
        "{error}"
    );
}
