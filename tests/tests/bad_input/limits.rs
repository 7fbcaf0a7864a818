//! Too many requests, and attempts that run out of time.

use std::time::Duration;

use retm::{Error, ErrorKind, Random};
use retm_sandbox::{Answer, Sandbox};
use retm_tests::{NoWait, client};
use serde_json::json;

use crate::check::{assert_message, check};

const SECOND: Duration = Duration::from_secs(1);

/// What listing products ends with when every answer is this one: the error and the waits.
async fn limited(answer: Answer, overall: Duration) -> (Error, Vec<Duration>) {
    limited_by(Loaded(0.5), answer, overall).await
}

/// Dice that always fall the same way.
struct Loaded(f64);

impl Random for Loaded {
    fn unit(&self) -> f64 {
        self.0
    }
}

async fn limited_by(random: Loaded, answer: Answer, overall: Duration) -> (Error, Vec<Duration>) {
    let sandbox = Sandbox::start().await.unwrap();
    for _ in 0..6 {
        sandbox.override_next("list_products", answer.clone());
    }
    let sleep = NoWait::default();
    let retm = client(&sandbox).sleep(sleep.clone()).random(random);
    let retm = retm.overall_timeout(overall).build().unwrap();
    let error = retm.business("acme").unwrap().products().list().await;
    let error = error.unwrap_err();
    let sent = sandbox.requests_for("list_products").len();
    assert_eq!(error.attempts() as usize, sent);
    (error, sleep.waits())
}

fn too_many() -> Answer {
    Answer::json(429, &json!({"message": "Too Many Attempts."}))
}

#[tokio::test]
async fn a_short_wait_is_waited_for() {
    let (error, waits) = limited(too_many().header("retry-after", "7"), 60 * SECOND).await;
    assert!(error.is_rate_limited());
    assert_eq!(waits, [7 * SECOND, 7 * SECOND]);
    assert_eq!(error.retry_after(), Some(7 * SECOND));
    assert_message!(error, @r#"list_products for acme: rate limited: "Too Many Attempts." (status 429, request sandbox-00000004, 3 attempts, retry after 7 s). Wait and send less often for this business."#);
    check(&error, br#"{"message":"Too Many Attempts."}"#);
}

#[tokio::test]
async fn a_long_wait_is_the_callers_to_decide_on() {
    let (error, waits) = limited(too_many().header("retry-after", "60"), 60 * SECOND).await;
    assert_eq!((error.kind(), waits.len()), (ErrorKind::RateLimited, 0));
    assert_message!(error, @r#"list_products for acme: rate limited: "Too Many Attempts." (status 429, request sandbox-00000002, retry after 60 s). Wait and send less often for this business."#);
    check(&error, br#"{"message":"Too Many Attempts."}"#);
}

#[tokio::test]
async fn a_wait_beyond_the_time_out_is_not_waited_for() {
    let (error, waits) = limited(too_many().header("retry-after", "7"), 5 * SECOND).await;
    assert_eq!((error.kind(), waits.len()), (ErrorKind::RateLimited, 0));
}

#[tokio::test]
async fn without_a_word_on_the_wait_the_client_backs_off() {
    let (error, waits) = limited(too_many(), 60 * SECOND).await;
    assert_eq!(error.attempts(), 3);
    let waits: Vec<u128> = waits.iter().map(Duration::as_millis).collect();
    assert_eq!(waits, [100, 200]);
    // Full jitter draws from nothing at all up to the whole wait.
    let (_, waits) = limited_by(Loaded(0.0), too_many(), 60 * SECOND).await;
    assert_eq!(waits, [Duration::ZERO; 2]);
}

#[tokio::test]
async fn a_date_to_wait_for_is_reckoned_from_the_answers_own() {
    let answer = too_many()
        .header("date", "Sun, 06 Nov 1994 08:49:37 GMT")
        .header("retry-after", "Sun, 06 Nov 1994 08:49:41 GMT");
    let (error, waits) = limited(answer, 60 * SECOND).await;
    assert_eq!(waits, [4 * SECOND, 4 * SECOND]);
    assert_eq!(error.retry_after(), Some(4 * SECOND));
}

#[tokio::test]
async fn html_from_a_gateway_that_limits() {
    let html = "<html>hush</html>";
    let answer = Answer::new(429, "text/html", html).header("retry-after", "30");
    let (error, _) = limited(answer, 60 * SECOND).await;
    assert!(error.is_rate_limited());
    assert_message!(error, @"list_products for acme: rate limited: the body is HTML, not JSON; a gateway answered in the API's place (status 429, request sandbox-00000002, retry after 30 s). Wait and send less often for this business.");
    check(&error, html.as_bytes());
    assert_eq!(error.headers()["retry-after"], "30");
}

#[tokio::test]
async fn a_time_out_without_end_is_no_trouble() {
    let sandbox = Sandbox::start().await.unwrap();
    let retm = client(&sandbox)
        .connect_timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX)
        .overall_timeout(Duration::MAX);
    let acme = retm.build().unwrap().business("acme").unwrap();
    acme.products().list().await.unwrap();
}

#[tokio::test]
async fn no_time_at_all_is_a_time_out() {
    let sandbox = Sandbox::start().await.unwrap();
    let retm = client(&sandbox).overall_timeout(Duration::ZERO);
    let acme = retm.build().unwrap().business("acme").unwrap();
    let error = acme.products().list().await.unwrap_err();
    assert!(error.is_timeout());
    assert_message!(error, @"list_products for acme: no answer in time: waiting for a token. Try again later or raise the time-out.");
    assert!(sandbox.requests_for("list_products").is_empty());
}
