//! The token request, by each of the three grants.

use retm_sandbox::{Answer, LoggedRequest, Sandbox};
use retm_tests::acme;
use serde_json::Value;

use crate::call::{Ran, retm};
use crate::requests::{assert_requests, shown};

const SECRETS: [&str; 3] = ["client_secret", "code", "refresh_token"];

async fn start() -> Sandbox {
    Sandbox::builder()
        .single_use_codes(true)
        .start()
        .await
        .unwrap()
}

/// The last token request, which the sandbox has granted.
fn granted(sandbox: &Sandbox, count: usize) -> LoggedRequest {
    let requests = sandbox.requests_for("exchange_token");
    assert_eq!(requests.len(), count);
    let last = requests.into_iter().last().unwrap();
    assert_eq!(last.status, 200);
    last
}

/// The request with the names of what only this sandbox knows in the place of it.
fn masked(request: &LoggedRequest) -> String {
    let body = request.json().unwrap();
    let mut text = shown(request);
    for name in SECRETS {
        if let Some(secret) = body[name].as_str() {
            text = text.replace(secret, &format!("[{name}]"));
        }
    }
    text
}

/// Client credentials, authorization code, refresh token, as the client sends them.
async fn shown_by_client() -> Vec<(LoggedRequest, String)> {
    let mut sent = Vec::new();

    let sandbox = start().await;
    acme(&sandbox).unwrap().token().await.unwrap();
    let request = granted(&sandbox, 1);
    sent.push((request.clone(), masked(&request)));

    let sandbox = start().await;
    let (acme, code) = (acme(&sandbox).unwrap(), sandbox.code("acme"));
    acme.authorize(code.as_str()).await.unwrap();
    let request = granted(&sandbox, 1);
    sent.push((request.clone(), masked(&request)));

    sandbox.expire_tokens("acme");
    acme.taxes().list().await.unwrap();
    let request = granted(&sandbox, 2);
    sent.push((request.clone(), masked(&request)));
    sent
}

/// The token requests of the client.
pub(crate) async fn by_client() -> Vec<LoggedRequest> {
    let sent = shown_by_client().await;
    sent.into_iter().map(|(request, _)| request).collect()
}

/// One run of the command line and the token request that came of it.
pub(crate) struct Typed {
    pub(crate) ran: Ran,
    pub(crate) request: LoggedRequest,
    pub(crate) shown: String,
    /// What must not be seen of it.
    pub(crate) secrets: Vec<String>,
}

impl Typed {
    fn new(sandbox: &Sandbox, ran: Ran, request: LoggedRequest) -> Self {
        let shown = masked(&request);
        let body = request.json().unwrap();
        let members = SECRETS.map(|name| body[name].as_str());
        let bearers = sandbox.requests();
        let bearers = bearers.iter().filter_map(LoggedRequest::bearer);
        let secrets = members.into_iter().flatten().chain(bearers);
        Self {
            secrets: secrets.map(str::to_owned).collect(),
            ran,
            request,
            shown,
        }
    }
}

/// The same by the command line. A run keeps its grant to itself, so a refresh comes of an answer that refuses the
/// first token.
pub(crate) async fn by_command_line() -> Vec<Typed> {
    let sandbox = start().await;
    let ran = retm(&sandbox, &["auth", "token"], &[], String::new()).await;
    let credentials = Typed::new(&sandbox, ran, granted(&sandbox, 1));

    let sandbox = start().await;
    let code = sandbox.code("acme");
    let env = [("RETM_CODE", code.clone())];
    let ran = retm(&sandbox, &["auth", "token"], &env, String::new()).await;
    let by_code = Typed::new(&sandbox, ran, granted(&sandbox, 1));

    let sandbox = start().await;
    let code = sandbox.code("acme");
    let refusal = Answer::new(401, "application/json", r#"{"message":"Unauthenticated."}"#);
    sandbox.override_next("list_taxes", refusal);
    let env = [("RETM_CODE", code.clone())];
    let ran = retm(&sandbox, &["taxes", "list"], &env, String::new()).await;
    let refreshed = Typed::new(&sandbox, ran, granted(&sandbox, 2));
    vec![credentials, by_code, refreshed]
}

#[tokio::test]
async fn the_token_request_of_every_grant() {
    let sent = shown_by_client().await;
    let texts: Vec<String> = sent.into_iter().map(|(_, text)| text).collect();
    assert_requests("exchange_token", &texts);
}

#[tokio::test]
async fn the_command_line_asks_for_the_same_grants() {
    let essence = |text: &str| {
        let lines = text.lines();
        let lines = lines.filter(|line| !line.starts_with("user-agent: "));
        lines.collect::<Vec<_>>().join("\n")
    };
    let (client, typed) = (shown_by_client().await, by_command_line().await);
    assert_eq!((client.len(), typed.len()), (3, 3));
    for ((_, client), typed) in client.iter().zip(&typed) {
        assert_eq!(typed.ran.exit, retm_cli::Exit::Ok, "{}", typed.ran.err);
        assert_eq!(essence(client), essence(&typed.shown));
    }
}

#[tokio::test]
async fn what_is_said_of_a_token() {
    let grants: Vec<Value> = by_command_line()
        .await
        .iter()
        .take(2)
        .map(|typed| serde_json::from_str(&typed.ran.out).unwrap())
        .collect();
    for (said, grant) in grants
        .iter()
        .zip(["client_credentials", "authorization_code"])
    {
        assert_eq!(said["business"], "acme");
        assert_eq!(said["grant_type"], grant);
        assert_eq!(said["renewable"], true);
        assert_eq!(said.as_object().unwrap().len(), 4, "{said}");
    }
}
