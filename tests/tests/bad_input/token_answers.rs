//! Every shape in which the token endpoint may refuse, and what each means for the grant.

use std::time::Duration;

use retm::{Business, Error, ErrorKind};
use retm_sandbox::{Answer, Sandbox};
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
    assert_message!(error, @r#"exchange_token for acme: the client id or secret is wrong: "Unauthenticated." (status 401, request sandbox-00000001). Check RETM_CLIENT_ID and RETM_CLIENT_SECRET, and that they belong to this environment."#);
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
    assert_message!(error, @"exchange_token for acme: the answer does not fit the spec: access_token: expected a string, found an array (line 1, column 17) (status 200, request sandbox-00000002). `raw_body()` has it; `retm payload check` compares a saved one with the spec.");
    check(&error, body.to_string().as_bytes());
}

#[tokio::test]
async fn a_gateway_before_the_token_endpoint() {
    let html = "<html>Unauthorized</html>";
    let expired = Expired::start().await;
    let error = expired.refused(Answer::new(401, "text/html", html)).await;
    assert_message!(error, @"exchange_token for acme: unexpected status: the body is HTML, not JSON; a gateway answered in the API's place (status 401, request sandbox-00000002). See `raw_body()` for what the server said.");
    check(&error, html.as_bytes());
}
