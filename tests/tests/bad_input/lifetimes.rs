//! Answers of the token endpoint whose lifetime or token is odd: what is made of each, and that a
//! token that works is kept.

use std::time::{Duration, SystemTime};

use retm::Business;
use retm_sandbox::{Answer, Sandbox};
use retm_tests::{ManualClock, client};
use serde_json::{Value, json};

use crate::check::assert_message;

struct Setup {
    sandbox: Sandbox,
    clock: ManualClock,
    acme: Business,
}

impl Setup {
    async fn start() -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        let clock = ManualClock::default();
        let retm = client(&sandbox).clock(clock.clone()).build().unwrap();
        let acme = retm.business("acme").unwrap();
        Self {
            sandbox,
            clock,
            acme,
        }
    }

    /// The next token answer: the sandbox's own with that member in place of its `expires_in`.
    fn next(&self, body: &Value) {
        let answer = Answer::json(200, body);
        self.sandbox.override_next("exchange_token", answer);
    }

    /// How long the token that comes of that answer lives, or what is wrong with it.
    async fn made_of(&self, body: &Value) -> String {
        self.next(body);
        match self.acme.token().await {
            Ok(status) => {
                let left = status.expires_at.duration_since(SystemTime::UNIX_EPOCH);
                format!("a token for {} s", left.unwrap().as_secs())
            }
            Err(error) => error.to_string(),
        }
    }
}

async fn made_of(body: Value) -> String {
    Setup::start().await.made_of(&body).await
}

#[tokio::test]
async fn a_token_without_expires_in() {
    let made = made_of(json!({"access_token": "hush"})).await;
    assert_message!(made, @"a token for 3600 s");
}

#[tokio::test]
async fn a_token_whose_expires_in_is_a_string() {
    let made = made_of(json!({"access_token": "hush", "expires_in": "3600"})).await;
    assert_message!(made, @"a token for 3600 s");
}

#[tokio::test]
async fn a_token_whose_expires_in_is_0_is_used_once() {
    let setup = Setup::start().await;
    let made = setup
        .made_of(&json!({"access_token": "hush", "expires_in": 0}))
        .await;
    assert_message!(made, @"a token for 0 s");
    // It is asked for anew, and the next one lives.
    setup.acme.branches().list().await.unwrap();
    assert_eq!(setup.sandbox.requests_for("exchange_token").len(), 2);
    setup.acme.branches().list().await.unwrap();
    assert_eq!(setup.sandbox.requests_for("exchange_token").len(), 2);
}

#[tokio::test]
async fn a_token_whose_expires_in_is_huge() {
    let made = made_of(json!({"access_token": "hush", "expires_in": u64::MAX})).await;
    assert_message!(made, @"a token for 315360000 s");
}

#[tokio::test]
async fn an_access_token_that_is_empty() {
    let made = made_of(json!({"access_token": "", "expires_in": 3600})).await;
    assert_message!(made, @"exchange_token for acme: the answer does not fit the spec: `access_token` is empty. `raw_body()` has it; `retm payload check` compares a saved one with the spec.");
}

#[tokio::test]
async fn an_access_token_that_no_header_can_carry() {
    let made = made_of(json!({"access_token": "hush\nhush", "expires_in": 3600})).await;
    assert_message!(made, @"exchange_token for acme: the answer does not fit the spec: `access_token` holds characters that no header can carry. `raw_body()` has it; `retm payload check` compares a saved one with the spec.");
}

#[tokio::test]
async fn an_odd_answer_throws_no_working_token_away() {
    let setup = Setup::start().await;
    setup.acme.branches().list().await.unwrap();
    setup.clock.advance(Duration::from_secs(3580));
    for body in [
        json!({"access_token": ""}),
        json!({"access_token": "a\nb"}),
        json!({}),
    ] {
        setup.next(&body);
        setup.acme.branches().list().await.unwrap();
        setup.clock.advance(Duration::from_secs(5));
    }
    let lists = setup.sandbox.requests_for("list_branches");
    assert!(lists.iter().all(|list| list.status == 200));
    assert_eq!(setup.sandbox.requests_for("exchange_token").len(), 4);
}
