//! Every shape in which the token endpoint may refuse, and what each means for the grant.

use std::time::Duration;

use retm::{Business, Error, ErrorKind};
use retm_sandbox::{Answer, Sandbox};
use retm_tests::server::{self, Server};
use retm_tests::{ManualClock, client};
use serde_json::{Value, json};

use crate::check::{assert_message, check};

/// A business with a grant by code whose token has just expired.
struct Expired {
    sandbox: Sandbox,
    acme: Business,
}

impl Expired {
    async fn start() -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        let clock = ManualClock::default();
        let retm = client(&sandbox).clock(clock.clone()).build().unwrap();
        let acme = retm.business("acme").unwrap();
        acme.authorize(sandbox.code("acme")).await.unwrap();
        clock.advance(Duration::from_secs(3600));
        Self { sandbox, acme }
    }

    /// What a refresh ends with when the token endpoint answers so.
    async fn refused(&self, answer: Answer) -> Error {
        self.sandbox.override_next("exchange_token", answer);
        self.acme.products().list().await.unwrap_err()
    }

    /// Whether the client still tries to refresh, and succeeds.
    async fn goes_on(&self) -> bool {
        self.acme.products().list().await.is_ok()
    }
}

fn refusal(status: u16, body: &Value) -> Answer {
    Answer::json(status, body)
}

#[tokio::test]
async fn words_about_the_grant_end_it() {
    for (status, body) in [
        (400, json!({"error": "invalid_grant"})),
        (
            401,
            json!({"error": "invalid_grant", "error_description": "gone"}),
        ),
        (401, json!({"message": "The refresh token is invalid."})),
        (
            400,
            json!({"message": "The given data was invalid.", "errors": {"refresh_token": ["gone"]}}),
        ),
        (400, json!({"error": true, "message": "Token revoked"})),
        (
            400,
            json!({"error": {"code": "invalid_grant", "message": "Gone"}}),
        ),
        // Seen: asked for again at every call.
        (200, json!({"error": "invalid_grant"})),
        (
            200,
            json!({"success": false, "message": "The refresh token is invalid."}),
        ),
    ] {
        let expired = Expired::start().await;
        let error = expired.refused(refusal(status, &body)).await;
        assert_eq!(error.kind(), ErrorKind::Revoked, "{body}");
        assert!(!expired.goes_on().await, "{body}");
    }
}

#[tokio::test]
async fn trouble_never_ends_a_grant() {
    let html = "<html>Unauthorized</html>";
    for (answer, kind) in [
        (Answer::new(502, "text/html", html), ErrorKind::Server),
        (
            refusal(500, &json!({"error": "invalid_grant"})),
            ErrorKind::Server,
        ),
        (
            refusal(400, &json!({"error": "temporarily_unavailable"})),
            ErrorKind::Server,
        ),
        (
            refusal(429, &json!({"message": "Too Many Attempts."})),
            ErrorKind::RateLimited,
        ),
        // The secret was rotated, and the process has the old one.
        (
            refusal(401, &json!({"message": "Client authentication failed"})),
            ErrorKind::Credentials,
        ),
        (
            refusal(
                400,
                &json!({"message": "Invalid data.", "errors": {"client_secret": ["no"]}}),
            ),
            ErrorKind::Credentials,
        ),
        (
            refusal(400, &json!({"message": "Try again."})),
            ErrorKind::Validation,
        ),
        (
            refusal(401, &json!({"message": "Unauthorized"})),
            ErrorKind::Status,
        ),
        (
            refusal(
                200,
                &json!({"success": false, "message": "Service temporarily suspended"}),
            ),
            ErrorKind::Refused,
        ),
        (
            refusal(404, &json!({"message": "Not Found"})),
            ErrorKind::Status,
        ),
        (Answer::new(401, "text/html", html), ErrorKind::Status),
        (Answer::new(401, "", ""), ErrorKind::Status),
        (
            refusal(400, &json!({"error": "unsupported_grant_type"})),
            ErrorKind::Validation,
        ),
        (
            refusal(422, &json!({"message": "The client_id field is required."})),
            ErrorKind::Validation,
        ),
        (Answer::new(200, "text/html", html), ErrorKind::Decode),
        (refusal(200, &json!({"expires_in": 1})), ErrorKind::Decode),
        (
            refusal(200, &json!({"access_token": ""})),
            ErrorKind::Decode,
        ),
    ] {
        let expired = Expired::start().await;
        let shown = format!("{answer:?}");
        let error = expired.refused(answer).await;
        assert_eq!(error.kind(), kind, "{shown}");
        assert!(expired.goes_on().await, "{shown}");
    }
}

#[tokio::test]
async fn a_refresh_refused_in_the_laravel_shape() {
    let body = json!({"message": "The refresh token of 0551234567 is invalid."});
    let error = Expired::start().await.refused(refusal(401, &body)).await;
    assert_message!(error, @r#"exchange_token for acme: the grant is revoked: "The refresh token of [masked] is invalid." (status 401, request sandbox-00000002). Stop calling for this business and have the merchant authorize the app again."#);
    check(&error, body.to_string().as_bytes());
    assert_eq!(error.message(), body["message"].as_str());
}

#[tokio::test]
async fn credentials_refused_in_the_laravel_shape() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = json!({"message": "Unauthenticated."});
    sandbox.override_next("exchange_token", refusal(401, &body));
    let error = retm_tests::acme(&sandbox).unwrap().token().await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_message!(error, @r#"exchange_token for acme: the client id or secret was not accepted: "Unauthenticated." (status 401, request sandbox-00000001). Check RETM_CLIENT_ID and RETM_CLIENT_SECRET, that they belong to this environment, and the base URL."#);
    check(&error, body.to_string().as_bytes());
}

#[tokio::test]
async fn a_code_refused_in_the_laravel_shape() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = json!({"message": "The given data was invalid.", "errors": {"code": ["Expired."]}});
    sandbox.override_next("exchange_token", refusal(400, &body));
    let acme = retm_tests::acme(&sandbox).unwrap();
    let error = acme.authorize("hush-code").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CodeRejected);
    assert_message!(error, @r#"exchange_token for acme: the authorization code was refused: "The given data was invalid."; fields: code (status 400, request sandbox-00000001). Codes are short-lived and may be single-use: have the merchant install the app again for a new one."#);
    check(&error, body.to_string().as_bytes());
}

#[tokio::test]
async fn a_token_answer_that_does_not_fit() {
    let body = json!({"access_token": ["hush-token"]});
    let error = Expired::start().await.refused(refusal(200, &body)).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_message!(error, @"exchange_token for acme: the answer does not fit the spec: access_token: expected a string, found an array (line 1, column 17) (status 200, request sandbox-00000002). Check the base URL; a mock must answer the token request with `access_token`. `raw_body()` has the answer.");
    check(&error, body.to_string().as_bytes());
}

#[tokio::test]
async fn a_gateway_before_the_token_endpoint() {
    let html = "<html>Unauthorized</html>";
    let expired = Expired::start().await;
    let error = expired.refused(Answer::new(401, "text/html", html)).await;
    assert_message!(error, @"exchange_token for acme: unexpected status: the body is HTML, not JSON; a gateway or another site answered in the API's place (status 401, request sandbox-00000002). Check the base URL, RETM_CLIENT_ID and RETM_CLIENT_SECRET; if they are right, try again later.");
    check(&error, html.as_bytes());
}

/// A server that takes the newest refresh token alone, and answers each grant with the next of these.
async fn rotating(answers: Vec<Value>) -> (Server, ManualClock, Business) {
    let given = std::sync::Mutex::new(answers.into_iter());
    let server = Server::raw(move |call| {
        let answer = match call.is_token() {
            true => given.lock().unwrap().next().unwrap(),
            false => json!({"items": []}),
        };
        async move { server::json(200, &answer) }
    });
    let server = server.await.unwrap();
    let clock = ManualClock::default();
    let retm = server.client().clock(clock.clone()).build().unwrap();
    let acme = retm.business("acme").unwrap();
    acme.authorize("hush-code").await.unwrap();
    (server, clock, acme)
}

/// The refresh tokens that were presented.
fn presented(server: &Server) -> Vec<String> {
    let bodies = server.calls().into_iter().filter(server::Call::is_token);
    let bodies = bodies.map(|call| serde_json::from_slice::<Value>(&call.body).unwrap());
    bodies
        .filter_map(|body| Some(body["refresh_token"].as_str()?.to_owned()))
        .collect()
}

/// Seen: the new pair was lost with its `expires_in`, and the next refresh presented a token that was spent.
#[tokio::test]
async fn a_rotated_pair_survives_whatever_else_is_odd() {
    let odd = [
        json!({"expires_in": "soon"}),
        json!({"expires_in": {}}),
        json!({"token_type": 7, "scope": ["a"]}),
        json!({"data": false, "error": null}),
    ];
    for odd in odd {
        let mut second = json!({"access_token": "hush-2", "refresh_token": "hush-r2"});
        second
            .as_object_mut()
            .unwrap()
            .extend(odd.as_object().unwrap().clone());
        let (server, clock, acme) = rotating(vec![
            json!({"access_token": "hush-1", "refresh_token": "hush-r1", "expires_in": 3600}),
            second,
            json!({"data": {"access_token": "hush-3", "refresh_token": "hush-r3"}}),
        ])
        .await;
        for _ in 0..2 {
            clock.advance(Duration::from_secs(3600));
            acme.products().list().await.unwrap();
        }
        assert_eq!(presented(&server), ["hush-r1", "hush-r2"], "{odd}");
    }
}

/// Seen: `refresh_token: false` lost the access token that came with it.
#[tokio::test]
async fn a_refresh_token_that_is_none_leaves_the_last_one_good() {
    for none in [json!(false), json!(""), json!(null), json!({})] {
        let (server, clock, acme) = rotating(vec![
            json!({"access_token": "hush-1", "refresh_token": "hush-r1", "expires_in": 3600}),
            json!({"access_token": "hush-2", "refresh_token": none, "expires_in": 3600}),
            json!({"access_token": "hush-3", "expires_in": 3600}),
        ])
        .await;
        for _ in 0..2 {
            clock.advance(Duration::from_secs(3600));
            acme.products().list().await.unwrap();
        }
        assert_eq!(presented(&server), ["hush-r1", "hush-r1"], "{none}");
    }
}

#[tokio::test]
async fn one_503_of_the_token_endpoint_fails_no_call_with_the_apps_own_credentials() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = retm_tests::acme(&sandbox).unwrap();
    sandbox.override_next("exchange_token", Answer::new(503, "", ""));
    acme.products().list().await.unwrap();
    assert_eq!(sandbox.requests_for("exchange_token").len(), 2);
}

#[tokio::test]
async fn what_the_server_may_have_spent_is_sent_once() {
    let expired = Expired::start().await;
    let error = expired.refused(Answer::new(503, "", "")).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Server, 1));
    assert_eq!(expired.sandbox.requests_for("exchange_token").len(), 2);

    let sandbox = Sandbox::start().await.unwrap();
    let acme = retm_tests::acme(&sandbox).unwrap();
    sandbox.override_next("exchange_token", Answer::new(503, "", ""));
    let error = acme.authorize(sandbox.code("acme")).await.unwrap_err();
    assert!(error.is_server());
    assert_eq!(sandbox.requests_for("exchange_token").len(), 1);
}

/// Seen: "unknown business", though the base URL or a mock without a token route is as likely.
#[tokio::test]
async fn a_token_endpoint_that_is_not_there() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.override_next("exchange_token", Answer::new(404, "text/html", "<html>"));
    let acme = retm_tests::acme(&sandbox).unwrap();
    let error = acme.token().await.unwrap_err();
    assert!(!error.is_unknown_business() && !error.is_not_found());
    assert_message!(error, @"exchange_token for acme: unexpected status: the body is HTML, not JSON; a gateway or another site answered in the API's place (status 404, request sandbox-00000001). Check the base URL and the business id, the first label of the host name: the token endpoint was not found there. A mock needs a token route; `Builder::path_override` corrects the path.");
    check(&error, b"<html>");
}
