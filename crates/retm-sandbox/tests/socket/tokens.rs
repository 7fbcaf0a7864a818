//! The token endpoint and what its tokens open.

use std::time::Duration;

use retm_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::api::{Api, grant, http, send};

const ORDERS: &str = "/api/v2/orders/list";

fn refused(got: &crate::api::Got, status: u16, error: &str) {
    assert_eq!(
        (got.status, &got.json()["error"]),
        (status, &json!(error)),
        "{got:?}"
    );
    assert!(got.json()["error_description"].is_string());
}

#[tokio::test]
async fn three_grants_answer_in_the_shape_of_the_sample() {
    let sandbox = Sandbox::start().await.unwrap();
    let code = sandbox.code("acme");
    let first = grant(
        &sandbox,
        "acme",
        json!({"grant_type": "authorization_code", "code": code}),
    )
    .await;
    let refresh = first.json()["refresh_token"].clone();
    let second = grant(
        &sandbox,
        "acme",
        json!({"grant_type": "refresh_token", "refresh_token": refresh}),
    )
    .await;
    let third = grant(
        &sandbox,
        "acme",
        json!({"grant_type": "client_credentials"}),
    )
    .await;
    let sample = crate::api::example("token");
    for got in [first, second, third] {
        assert_eq!(got.status, 200);
        let token = got.json();
        let names = |value: &Value| {
            value
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        let (mut left, mut right) = (names(&token), names(&sample));
        left.sort();
        right.sort();
        assert_eq!(left, right);
        assert_eq!(
            (&token["token_type"], &token["expires_in"]),
            (&sample["token_type"], &sample["expires_in"])
        );
        let api = Api::with_token(&sandbox, "acme", token["access_token"].as_str().unwrap());
        api.ok(ORDERS).await;
    }
}

#[tokio::test]
async fn tokens_expire_by_the_sandbox_clock() {
    let sandbox = Sandbox::builder()
        .token_lifetime(Duration::from_secs(120))
        .start()
        .await
        .unwrap();
    let api = Api::new(&sandbox, "acme").await;
    sandbox.clock().advance(Duration::from_secs(119));
    api.ok(ORDERS).await;
    sandbox.clock().advance(Duration::from_secs(1));
    let got = api.get(ORDERS).await;
    assert_eq!(
        (got.status, got.json()),
        (401, json!({"message": "Unauthenticated."}))
    );
}

#[tokio::test]
async fn a_refresh_token_is_good_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let first = grant(
        &sandbox,
        "acme",
        json!({"grant_type": "client_credentials"}),
    )
    .await
    .json();
    let refresh = json!({"grant_type": "refresh_token", "refresh_token": first["refresh_token"]});
    let second = grant(&sandbox, "acme", refresh.clone()).await;
    assert_eq!(second.status, 200);
    assert_ne!(second.json()["refresh_token"], first["refresh_token"]);
    refused(
        &grant(&sandbox, "acme", refresh).await,
        400,
        "invalid_grant",
    );
}

#[tokio::test]
async fn codes_can_be_reused_unless_told_otherwise() {
    for single_use in [false, true] {
        let sandbox = Sandbox::builder()
            .single_use_codes(single_use)
            .start()
            .await
            .unwrap();
        let body = json!({"grant_type": "authorization_code", "code": sandbox.code("acme")});
        assert_eq!(grant(&sandbox, "acme", body.clone()).await.status, 200);
        let again = grant(&sandbox, "acme", body).await;
        if single_use {
            refused(&again, 400, "invalid_grant");
        } else {
            assert_eq!(again.status, 200);
        }
    }
}

#[tokio::test]
async fn a_code_expires_and_belongs_to_its_business() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = json!({"grant_type": "authorization_code", "code": sandbox.code("acme")});
    refused(
        &grant(&sandbox, "globex", body.clone()).await,
        400,
        "invalid_grant",
    );
    sandbox.clock().advance(Duration::from_secs(599));
    assert_eq!(grant(&sandbox, "acme", body.clone()).await.status, 200);
    sandbox.clock().advance(Duration::from_secs(1));
    let got = grant(&sandbox, "acme", body).await;
    refused(&got, 400, "invalid_grant");
    assert!(got.text.contains("expired"), "{got:?}");
    let unknown = json!({"grant_type": "authorization_code", "code": "made-up"});
    refused(
        &grant(&sandbox, "acme", unknown).await,
        400,
        "invalid_grant",
    );
}

#[tokio::test]
async fn wrong_clients_and_grants_are_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let wrong = json!({"grant_type": "client_credentials", "client_secret": "wrong"});
    refused(&grant(&sandbox, "acme", wrong).await, 401, "invalid_client");
    let odd = json!({"grant_type": "password"});
    refused(
        &grant(&sandbox, "acme", odd).await,
        400,
        "unsupported_grant_type",
    );
    let got = grant(
        &sandbox,
        "acme",
        json!({"grant_type": "authorization_code"}),
    )
    .await;
    assert_eq!(got.status, 422);
    assert_eq!(
        got.json()["errors"],
        json!({"code": ["The code field is required."]})
    );
    let url = format!("{}/api/oAuth/token", sandbox.business_url("acme"));
    let got = send(http().post(url).json(&json!({}))).await;
    assert_eq!(got.status, 422);
    let fields = got.json()["errors"].clone();
    for field in ["grant_type", "client_id", "client_secret"] {
        assert_eq!(
            fields[field],
            json!([format!("The {field} field is required.")])
        );
    }
}

#[tokio::test]
async fn a_token_opens_its_own_business_only() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = grant(
        &sandbox,
        "acme",
        json!({"grant_type": "client_credentials"}),
    )
    .await
    .json();
    let token = acme["access_token"].as_str().unwrap();
    assert_eq!(
        Api::with_token(&sandbox, "globex", token)
            .get(ORDERS)
            .await
            .status,
        401
    );
    assert_eq!(
        Api::with_token(&sandbox, "acme", "made-up")
            .get(ORDERS)
            .await
            .status,
        401
    );
    let refresh = json!({"grant_type": "refresh_token", "refresh_token": acme["refresh_token"]});
    refused(
        &grant(&sandbox, "globex", refresh).await,
        400,
        "invalid_grant",
    );
    let bare = send(http().get(format!("{}{ORDERS}", sandbox.business_url("acme")))).await;
    assert_eq!(bare.status, 401);
}

#[tokio::test]
async fn expired_tokens_can_be_refreshed_and_revoked_grants_cannot() {
    let sandbox = Sandbox::start().await.unwrap();
    let token = grant(
        &sandbox,
        "acme",
        json!({"grant_type": "client_credentials"}),
    )
    .await
    .json();
    let other = Api::new(&sandbox, "globex").await;
    let api = Api::with_token(&sandbox, "acme", token["access_token"].as_str().unwrap());
    sandbox.expire_tokens("acme");
    assert_eq!(api.get(ORDERS).await.status, 401);
    let refresh = json!({"grant_type": "refresh_token", "refresh_token": token["refresh_token"]});
    let token = grant(&sandbox, "acme", refresh).await.json();
    let code = sandbox.code("acme");
    sandbox.revoke("ACME");
    let api = Api::with_token(&sandbox, "acme", token["access_token"].as_str().unwrap());
    assert_eq!(api.get(ORDERS).await.status, 401);
    for members in [
        json!({"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}),
        json!({"grant_type": "authorization_code", "code": code}),
        json!({"grant_type": "client_credentials"}),
    ] {
        refused(
            &grant(&sandbox, "acme", members).await,
            400,
            "invalid_grant",
        );
    }
    other.ok(ORDERS).await;
    let again = json!({"grant_type": "authorization_code", "code": sandbox.code("acme")});
    assert_eq!(grant(&sandbox, "acme", again).await.status, 200);
}

#[tokio::test]
async fn refresh_tokens_can_be_left_out() {
    let sandbox = Sandbox::builder()
        .refresh_tokens(false)
        .start()
        .await
        .unwrap();
    let token = grant(
        &sandbox,
        "acme",
        json!({"grant_type": "client_credentials"}),
    )
    .await
    .json();
    assert!(token.get("refresh_token").is_none());
}
