//! The sandbox's bytes beside the vendor's samples, by a caller that knows JSON and none of our types: a wrong name in
//! them cannot cancel itself out here.

use retm_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::spec::sample;

/// A caller without types.
pub(crate) struct Raw {
    pub(crate) sandbox: Sandbox,
    http: reqwest::Client,
}

impl Raw {
    pub(crate) async fn start() -> Self {
        retm_tests::watch::begin();
        Self {
            sandbox: Sandbox::start().await.unwrap(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// Asks for a token with these members besides the app's credentials.
    pub(crate) async fn grant(&self, members: Value) -> Value {
        let mut body = members;
        body["client_id"] = json!(self.sandbox.client_id());
        body["client_secret"] = json!(self.sandbox.client_secret());
        let url = format!("{}/api/oAuth/token", self.sandbox.business_url("acme"));
        json_of(self.http.post(url).json(&body)).await
    }

    /// Gets a path with a token of the app's own.
    async fn get(&self, path: &str) -> Value {
        let token = self
            .grant(json!({"grant_type": "client_credentials"}))
            .await;
        let url = format!("{}{path}", self.sandbox.business_url("acme"));
        let token = token["access_token"].as_str().unwrap();
        json_of(self.http.get(url).bearer_auth(token)).await
    }
}

async fn json_of(request: reqwest::RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn list_charges() {
    let answer = Raw::start().await.get("/api/v2/charges/list").await;
    assert_eq!(answer, sample("charges"));
}

#[tokio::test]
async fn list_invoices() {
    let answer = Raw::start().await.get("/api/v2/invoices/list").await;
    assert_eq!(answer, sample("invoices"));
}

#[tokio::test]
async fn get_product() {
    let path = "/api/v2/products/01GZK6C7J03PQP7KGRAQ3F197Y";
    assert_eq!(Raw::start().await.get(path).await, sample("product"));
}

/// A token is another one each time; all else is as in the sample.
#[tokio::test]
async fn exchange_token() {
    let raw = Raw::start().await;
    let code = raw.sandbox.code("acme");
    let mut answer = raw
        .grant(json!({"grant_type": "authorization_code", "code": code}))
        .await;
    let mut sample = sample("token");
    for name in ["access_token", "refresh_token"] {
        let (token, placeholder) = (answer[name].take(), sample[name].take());
        assert!(token.as_str().is_some_and(|token| token.len() >= 32));
        assert!(placeholder.is_string());
    }
    assert_eq!(answer, sample);
}
