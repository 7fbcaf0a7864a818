//! A caller that knows JSON and nothing of our types.

use std::sync::OnceLock;

use retm_sandbox::Sandbox;
use serde_json::{Value, json};

/// What came back.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) request_id: String,
    pub(crate) text: String,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }
}

pub(crate) fn http() -> &'static reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        // Every test has a runtime of its own: a pooled connection must not outlive it.
        reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()
            .unwrap()
    })
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> Got {
    let response = request.send().await.unwrap();
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
    };
    Got {
        status: response.status().as_u16(),
        content_type: header("content-type"),
        request_id: header("x-request-id"),
        text: response.text().await.unwrap(),
    }
}

/// A caller with an access token for one business.
pub(crate) struct Api {
    url: String,
    token: String,
}

impl Api {
    pub(crate) async fn new(sandbox: &Sandbox, business: &str) -> Self {
        let answer = grant(
            sandbox,
            business,
            json!({"grant_type": "client_credentials"}),
        )
        .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        Self {
            url: sandbox.business_url(business),
            token: answer.json()["access_token"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) fn with_token(sandbox: &Sandbox, business: &str, token: &str) -> Self {
        Self {
            url: sandbox.business_url(business),
            token: token.to_owned(),
        }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) async fn get(&self, path: &str) -> Got {
        let url = format!("{}{path}", self.url);
        send(http().get(url).bearer_auth(&self.token)).await
    }

    pub(crate) async fn ok(&self, path: &str) -> Value {
        let got = self.get(path).await;
        assert_eq!(got.status, 200, "{path}: {got:?}");
        got.json()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Got {
        let url = format!("{}{path}", self.url);
        send(http().post(url).bearer_auth(&self.token).json(body)).await
    }
}

/// Calls the token endpoint with the right credentials and these members.
pub(crate) async fn grant(sandbox: &Sandbox, business: &str, members: Value) -> Got {
    let mut body = json!({
        "client_id": sandbox.client_id(),
        "client_secret": sandbox.client_secret(),
    });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    let url = format!("{}/api/oAuth/token", sandbox.business_url(business));
    send(http().post(url).json(&body)).await
}

/// A payload as the vendor's page, or the spec, shows it.
pub(crate) fn example(stem: &str) -> Value {
    retm_sandbox::Spec::embedded()
        .unwrap()
        .example(stem)
        .unwrap()
        .clone()
}
