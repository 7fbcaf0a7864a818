//! Credentials, codes and grants that RETM does not take.

use std::time::Duration;

use retm::{Credentials, Error, Retm};
use retm_sandbox::Sandbox;
use retm_tests::{ManualClock, client};

use crate::check::{assert_message, check};

const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn wrong_secret() -> Error {
    let sandbox = Sandbox::start().await.unwrap();
    let retm = client(&sandbox).credentials(Credentials::new(sandbox.client_id(), "hush-wrong"));
    let acme = retm.build().unwrap().business("acme").unwrap();
    let error = acme.products().list().await.unwrap_err();
    assert_eq!(sandbox.requests().len(), 1);
    error
}

#[tokio::test]
async fn a_wrong_secret() {
    let error = wrong_secret().await;
    assert!(error.is_auth() && error.is_credentials() && !error.is_revoked());
    assert_eq!(error.operation(), Some("exchange_token"));
    assert_message!(error, @r#"exchange_token for acme: the client id or secret is wrong: "Client authentication failed." (status 401, request sandbox-00000001). Check RETM_CLIENT_ID and RETM_CLIENT_SECRET, and that they belong to this environment."#);
    check(
        &error,
        br#"{"error":"invalid_client","error_description":"Client authentication failed."}"#,
    );
}

#[tokio::test]
async fn no_credentials_at_all() {
    let retm = Retm::builder().build().unwrap();
    let error = retm
        .business("acme")
        .unwrap()
        .products()
        .list()
        .await
        .unwrap_err();
    assert!(error.is_config());
    assert_message!(error, @"exchange_token for acme: bad configuration: no credentials: give the builder `credentials(…)` or `credentials_from_env()`. Correct the value; nothing was sent.");
    check(&error, b"");
}

pub(crate) async fn unknown_business() -> Error {
    let sandbox = Sandbox::start().await.unwrap();
    let nobody = client(&sandbox).build().unwrap().business("nobody");
    nobody.unwrap().invoices().list().await.unwrap_err()
}

#[tokio::test]
async fn an_unknown_business() {
    let error = unknown_business().await;
    assert!(error.is_unknown_business() && !error.is_not_found());
    assert_eq!(error.business().unwrap().as_str(), "nobody");
    assert_message!(error, @r#"exchange_token for nobody: unknown business: "The business nobody does not exist." (status 404, request sandbox-00000001). Check the business id and the environment; the merchant's id is the first label of its host name."#);
    check(
        &error,
        br#"{"message":"The business nobody does not exist."}"#,
    );
}

pub(crate) async fn expired_code() -> Error {
    let sandbox = Sandbox::start().await.unwrap();
    let code = sandbox.code("acme");
    sandbox.clock().advance(HOUR);
    let acme = client(&sandbox).build().unwrap().business("acme").unwrap();
    acme.authorize(code).await.unwrap_err()
}

#[tokio::test]
async fn an_expired_code() {
    let error = expired_code().await;
    assert!(error.is_auth() && error.is_code_rejected() && !error.is_revoked());
    assert_message!(error, @r#"exchange_token for acme: the authorization code was refused: "The authorization code has expired." (status 400, request sandbox-00000001). Codes are short-lived and may be single-use: have the merchant install the app again for a new one."#);
    check(
        &error,
        br#"{"error":"invalid_grant","error_description":"The authorization code has expired."}"#,
    );
}

#[tokio::test]
async fn a_code_that_is_refused_leaves_the_grant_there_is() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = client(&sandbox).build().unwrap().business("acme").unwrap();
    acme.authorize(sandbox.code("acme")).await.unwrap();
    let error = acme.authorize("hush-guessed").await.unwrap_err();
    assert!(error.is_code_rejected());
    assert_message!(error, @r#"exchange_token for acme: the authorization code was refused: "The authorization code is not valid." (status 400, request sandbox-00000002). Codes are short-lived and may be single-use: have the merchant install the app again for a new one."#);
    check(
        &error,
        br#"{"error":"invalid_grant","error_description":"The authorization code is not valid."}"#,
    );
    acme.products().list().await.unwrap();
    assert_eq!(sandbox.requests_for("exchange_token").len(), 2);
}

pub(crate) async fn revoked_refresh_token() -> Error {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::default();
    let retm = client(&sandbox).clock(clock.clone()).build().unwrap();
    let acme = retm.business("acme").unwrap();
    acme.authorize(sandbox.code("acme")).await.unwrap();
    sandbox.revoke("acme");
    clock.advance(HOUR);
    acme.orders().list().await.unwrap_err()
}

#[tokio::test]
async fn a_revoked_refresh_token() {
    let error = revoked_refresh_token().await;
    assert!(error.is_auth() && error.is_revoked());
    assert_message!(error, @r#"exchange_token for acme: the grant is revoked: "The refresh token is no longer valid." (status 400, request sandbox-00000002). Stop calling for this business and have the merchant authorize the app again."#);
    check(
        &error,
        br#"{"error":"invalid_grant","error_description":"The refresh token is no longer valid."}"#,
    );
}

#[tokio::test]
async fn an_app_that_the_merchant_has_removed() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.revoke("acme");
    let acme = client(&sandbox).build().unwrap().business("acme").unwrap();
    let error = acme.orders().list().await.unwrap_err();
    assert!(error.is_revoked() && !error.is_credentials());
    assert_message!(error, @r#"exchange_token for acme: the grant is revoked: "The merchant has removed the app." (status 400, request sandbox-00000001). Stop calling for this business and have the merchant authorize the app again."#);
    check(
        &error,
        br#"{"error":"invalid_grant","error_description":"The merchant has removed the app."}"#,
    );
}

#[tokio::test]
async fn a_grant_without_a_refresh_token_that_has_ended() {
    let sandbox = Sandbox::builder().refresh_tokens(false).start().await;
    let sandbox = sandbox.unwrap();
    let acme = client(&sandbox).build().unwrap().business("acme").unwrap();
    let status = acme.authorize(sandbox.code("acme")).await.unwrap();
    assert!(!status.renewable);
    sandbox.expire_tokens("acme");
    let error = acme.orders().list().await.unwrap_err();
    assert!(error.is_revoked());
    assert_message!(error, @"list_orders for acme: the grant is revoked: the token is no longer good and came without a refresh token. Stop calling for this business and have the merchant authorize the app again.");
    assert_eq!(sandbox.requests_for("exchange_token").len(), 1);
}
