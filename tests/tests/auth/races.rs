//! Token requests that overlap: with each other, with callers that go away, with a runtime that ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use retm::Business;
use retm_sandbox::Sandbox;
use retm_tests::server::{Call, Server, json as answer};
use retm_tests::{Gate, ManualClock, acme, until};
use serde_json::{Value, json};

const HOUR: Duration = Duration::from_secs(3600);

/// An answer to a token request and the gate that holds it back.
struct Held {
    gate: Gate,
    status: u16,
    body: Value,
}

/// An answer with that access token, and a refresh token after it, not held back.
fn grants(token: &str) -> Held {
    let held = holds(token);
    held.gate.open();
    held
}

fn holds(token: &str) -> Held {
    let refresh = format!("hush-refresh-{token}");
    Held {
        gate: Gate::default(),
        status: 200,
        body: json!({"access_token": token, "refresh_token": refresh, "expires_in": 3600}),
    }
}

fn refuses() -> Held {
    Held {
        gate: Gate::default(),
        status: 400,
        body: json!({"error": "invalid_grant"}),
    }
}

struct Setup {
    server: Server,
    acme: Business,
    clock: ManualClock,
}

impl Setup {
    /// A server that gives these answers to the token requests, in order, and empty lists.
    async fn start(held: Vec<Held>) -> Self {
        let held = Arc::new(held);
        let asked = Arc::new(AtomicUsize::new(0));
        let server = Server::raw(move |call: Call| {
            let (held, asked) = (held.clone(), asked.clone());
            async move {
                if !call.is_token() {
                    return answer(200, &json!({"items": []}));
                }
                let n = asked.fetch_add(1, Ordering::SeqCst);
                let Some(held) = held.get(n) else {
                    return answer(500, &json!({"message": "one token request too many"}));
                };
                held.gate.pass().await;
                answer(held.status, &held.body)
            }
        });
        let server = server.await.unwrap();
        let clock = ManualClock::default();
        let retm = server.client().clock(clock.clone()).build().unwrap();
        let acme = retm.business("acme").unwrap();
        Self {
            server,
            acme,
            clock,
        }
    }

    fn token_requests(&self) -> Vec<Value> {
        let mut calls = self.server.calls();
        calls.retain(Call::is_token);
        let body = |call: &Call| serde_json::from_slice(&call.body).unwrap();
        calls.iter().map(body).collect()
    }

    /// The tokens that the lists were asked for with, in order.
    fn bearers(&self) -> Vec<String> {
        let calls = self.server.resource_calls();
        let bearer = |call: &Call| call.headers["authorization"].to_str().unwrap().to_owned();
        calls.iter().map(bearer).collect()
    }
}

#[tokio::test]
async fn a_refresh_survives_all_its_callers() {
    let held = holds("one");
    let gate = held.gate.clone();
    let setup = Setup::start(vec![held]).await;
    let callers: Vec<_> = (0..3)
        .map(|_| tokio::spawn(setup.acme.branches().list().into_future()))
        .collect();
    until(|| !setup.token_requests().is_empty()).await;
    for caller in callers {
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
    }
    gate.open();
    setup.acme.branches().list().await.unwrap();
    assert_eq!(setup.token_requests().len(), 1);
    assert_eq!(setup.bearers(), ["Bearer one"]);
}

#[tokio::test]
async fn a_refusal_that_takes_the_time_of_the_lease_leaves_time_for_the_apps_own_credentials() {
    let (first, slow, last) = (holds("one"), refuses(), holds("two"));
    first.gate.open();
    last.gate.open();
    let refusal = slow.gate.clone();
    let setup = Setup::start(vec![first, slow, last]).await;
    setup.acme.token().await.unwrap();
    setup.clock.advance(Duration::from_secs(3600));
    let list = tokio::spawn(setup.acme.branches().list().into_future());
    until(|| setup.token_requests().len() == 2).await;
    // All that the request may take.
    setup.clock.advance(Duration::from_secs(15));
    refusal.open();
    list.await.unwrap().unwrap();
    assert_eq!(setup.bearers(), ["Bearer two"]);
    let types: Vec<Value> = setup
        .token_requests()
        .iter()
        .map(|request| request["grant_type"].clone())
        .collect();
    assert_eq!(
        types,
        ["client_credentials", "refresh_token", "client_credentials"]
    );
}

#[tokio::test]
async fn an_authorization_survives_its_caller() {
    let held = holds("one");
    let gate = held.gate.clone();
    let setup = Setup::start(vec![held]).await;
    let caller = tokio::spawn(setup.acme.authorize("code"));
    until(|| !setup.token_requests().is_empty()).await;
    caller.abort();
    gate.open();
    // A caller who comes while the code is on its way waits for its grant.
    setup.acme.branches().list().await.unwrap();
    assert_eq!(setup.token_requests().len(), 1);
    assert_eq!(setup.bearers(), ["Bearer one"]);
}

/// A refresh of the first grant is on its way when a code brings another: whatever becomes of the
/// refresh, the grant of the code stays.
async fn overtaken(refresh: Held) {
    let gate = refresh.gate.clone();
    let setup = Setup::start(vec![grants("first"), refresh, grants("second")]).await;
    setup.acme.authorize("code-1").await.unwrap();
    setup.clock.advance(HOUR);
    let waiting = tokio::spawn(setup.acme.branches().list().into_future());
    until(|| setup.token_requests().len() == 2).await;
    setup.acme.authorize("code-2").await.unwrap();
    gate.open();
    waiting.await.unwrap().unwrap();
    for _ in 0..2 {
        setup.acme.branches().list().await.unwrap();
    }
    assert_eq!(setup.token_requests().len(), 3);
    assert_eq!(setup.bearers()[1..], ["Bearer second", "Bearer second"]);
}

#[tokio::test]
async fn a_late_refresh_does_not_take_the_place_of_a_new_grant() {
    overtaken(holds("late")).await;
}

#[tokio::test]
async fn a_late_refusal_does_not_end_a_new_grant() {
    overtaken(refuses()).await;
}

#[tokio::test]
async fn a_refused_code_fails_nobody_elses_call() {
    let refused = refuses();
    let gate = refused.gate.clone();
    let setup = Setup::start(vec![grants("one"), refused, grants("two")]).await;
    setup.acme.authorize("code").await.unwrap();
    setup.clock.advance(HOUR);
    let bad = tokio::spawn(setup.acme.authorize("bad"));
    until(|| setup.token_requests().len() == 2).await;
    let waiting = tokio::spawn(setup.acme.branches().list().into_future());
    gate.open();
    assert!(bad.await.unwrap().unwrap_err().is_code_rejected());
    waiting.await.unwrap().unwrap();
    let last = &setup.token_requests()[2];
    assert_eq!(last["refresh_token"], "hush-refresh-one");
    assert_eq!(setup.bearers(), ["Bearer two"]);
}

#[tokio::test]
async fn a_late_401_does_not_spend_the_token_that_has_come_since() {
    let gate = Gate::default();
    let held = gate.clone();
    let given = Arc::new(AtomicUsize::new(0));
    let server = Server::raw(move |call: Call| {
        let (held, given) = (held.clone(), given.clone());
        async move {
            if call.is_token() {
                let n = given.fetch_add(1, Ordering::SeqCst) + 1;
                return answer(200, &json!({"access_token": n.to_string()}));
            }
            if call.headers["authorization"] != "Bearer 1" {
                return answer(200, &json!({"items": []}));
            }
            if call.uri.path().contains("branches") {
                held.pass().await;
            }
            answer(StatusCode::UNAUTHORIZED.as_u16(), &json!({}))
        }
    });
    let server = server.await.unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    acme.token().await.unwrap();
    let slow = tokio::spawn(acme.branches().list().into_future());
    until(|| !server.resource_calls().is_empty()).await;
    // Another call meets the dead token first and has it replaced.
    acme.devices().list().await.unwrap();
    gate.open();
    slow.await.unwrap().unwrap();
    acme.taxes().list().await.unwrap();
    let tokens = server.calls().iter().filter(|call| call.is_token()).count();
    assert_eq!(tokens, 2);
}

#[test]
fn a_runtime_that_ends_takes_no_grant_with_it() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let sandbox = runtime().block_on(Sandbox::start()).unwrap();
    let acme = acme(&sandbox).unwrap();
    // The refresh is started, and never run.
    runtime().block_on(async {
        let mut call = acme.branches().list().into_future();
        assert!(futures::poll!(&mut call).is_pending());
    });
    runtime().block_on(async {
        let calls = [acme.branches().list(), acme.branches().list()];
        let calls = calls.map(|call| call.into_future());
        for answer in futures::future::join_all(calls).await {
            answer.unwrap();
        }
    });
    assert_eq!(sandbox.requests_for("exchange_token").len(), 1);
}

/// What the API has refused took no effect, whatever becomes of sending it once more.
#[tokio::test]
async fn a_write_that_was_refused_for_its_token_is_not_in_doubt() {
    let given = Arc::new(AtomicUsize::new(0));
    let server = Server::raw(move |call: Call| {
        let given = given.clone();
        async move {
            if !call.is_token() {
                return answer(401, &json!({"message": "Unauthenticated."}));
            }
            if given.fetch_add(1, Ordering::SeqCst) > 0 {
                std::future::pending::<()>().await;
            }
            answer(200, &json!({"access_token": "hush-one"}))
        }
    });
    let server = server.await.unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    acme.token().await.unwrap();
    let cancel = acme.orders().cancel("01a");
    let cancel = cancel.with_deadline(Duration::from_millis(300));
    let error = cancel.await.unwrap_err();
    insta::assert_snapshot!(error, @"cancel_order for acme: no answer in time: waiting for a token. Try again later or raise the time-out.");
    assert_eq!(error.outcome(), retm::Outcome::Rejected);
    assert_eq!(server.resource_calls().len(), 1);
}
