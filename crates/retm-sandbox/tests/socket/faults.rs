//! Faults, as a client meets them.

use std::error::Error;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

use retm_sandbox::{Fault, FaultKind, Sandbox};
use serde_json::{Value, json};

use crate::api::{Api, example, grant, http};

const LIST: &str = "/api/v2/orders/list";
const CREATE: &str = "/api/v2/orders/create";

/// How a call that gets no answer fails.
async fn broken(sandbox: &Sandbox, api: &Api, reference: &str) -> reqwest::Error {
    let mut order = example("create_order");
    order["partner_reference"] = json!(reference);
    let url = format!("{}{CREATE}", sandbox.business_url("acme"));
    let request = http().post(url).bearer_auth(api.token()).json(&order);
    request.send().await.unwrap_err()
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

fn io_kind(error: &reqwest::Error) -> Option<ErrorKind> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        source = cause.source();
    }
    None
}

#[tokio::test]
async fn a_lost_response_leaves_the_order() {
    let sandbox = Sandbox::builder()
        .fault(
            Fault::new(FaultKind::LoseResponse)
                .on("create_order")
                .times(1),
        )
        .start()
        .await
        .unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let error = broken(&sandbox, &api, "P-1").await;
    assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
    assert_ne!(
        io_kind(&error),
        Some(ErrorKind::ConnectionReset),
        "{error:?}"
    );
    assert_eq!(sandbox.orders("acme")[0]["partner_reference"], "P-1");
    let logged = &sandbox.requests_for("create_order")[0];
    assert_eq!(
        (logged.status, &logged.fault),
        (0, &Some(FaultKind::LoseResponse))
    );
    api.ok(LIST).await;
    assert_eq!(api.post(CREATE, &example("create_order")).await.status, 200);
}

#[tokio::test]
async fn a_reset_leaves_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    sandbox.add_fault(Fault::new(FaultKind::Reset).business("acme"));
    let error = broken(&sandbox, &api, "P-1").await;
    assert_eq!(
        io_kind(&error),
        Some(ErrorKind::ConnectionReset),
        "{error:?}"
    );
    assert!(sandbox.orders("acme").is_empty());
    assert_eq!(
        sandbox.requests_for("create_order")[0].fault,
        Some(FaultKind::Reset)
    );
    Api::new(&sandbox, "globex").await.ok(LIST).await;
    sandbox.clear_faults();
    api.ok(LIST).await;
}

#[tokio::test]
async fn a_late_commit_comes_when_the_client_has_gone() {
    let late = FaultKind::CommitLate(Duration::from_millis(300));
    let sandbox = Sandbox::builder()
        .fault(Fault::new(late.clone()).on("create_order"))
        .start()
        .await
        .unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let url = format!("{}{CREATE}", sandbox.business_url("acme"));
    let request = http()
        .post(url)
        .bearer_auth(api.token())
        .json(&example("create_order"));
    let started = Instant::now();
    let error = request
        .timeout(Duration::from_millis(100))
        .send()
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    let orders = sandbox.orders("acme").len();
    // Unless the machine has slept for longer than the commit takes.
    assert!(orders == 0 || started.elapsed() >= Duration::from_millis(300));
    assert_eq!(sandbox.requests_for("create_order")[0].fault, Some(late));
    until(|| !sandbox.orders("acme").is_empty()).await;
    assert_eq!(sandbox.orders("acme").len(), 1);
}

#[tokio::test]
async fn a_late_answer_comes_after_what_it_says() {
    let late = FaultKind::AnswerLate(Duration::from_millis(100));
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    sandbox.add_fault(Fault::new(late.clone()).on("create_order"));
    let started = Instant::now();
    assert_eq!(api.post(CREATE, &example("create_order")).await.status, 200);
    assert!(started.elapsed() >= Duration::from_millis(100));
    let logged = &sandbox.requests_for("create_order")[0];
    assert_eq!((logged.status, &logged.fault), (200, &Some(late)));
}

#[tokio::test]
async fn what_is_answered_late_is_done_at_once_and_answered_when_the_sandbox_stops() {
    let late = FaultKind::AnswerLate(Duration::from_secs(600));
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    sandbox.add_fault(Fault::new(late).on("create_order"));
    let url = format!("{}{CREATE}", sandbox.business_url("acme"));
    let request = http().post(url).bearer_auth(api.token());
    let caller = tokio::spawn(request.json(&example("create_order")).send());
    until(|| {
        sandbox
            .requests_for("create_order")
            .iter()
            .any(|one| one.status == 200)
    })
    .await;
    assert_eq!(sandbox.orders("acme").len(), 1);
    assert!(!caller.is_finished());
    sandbox.stop().await;
    assert_eq!(caller.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_late_commit_ends_with_the_sandbox() {
    let sandbox = Sandbox::builder()
        .fault(Fault::new(FaultKind::CommitLate(Duration::from_secs(600))))
        .start()
        .await
        .unwrap();
    let url = format!("{}{LIST}", sandbox.business_url("acme"));
    let caller = tokio::spawn(async move { http().get(url).send().await });
    until(|| sandbox.requests().len() == 1).await;
    // The client is let go, so this need not wait for the grace period.
    sandbox.stop().await;
    caller.await.unwrap().unwrap_err();
    assert_eq!(sandbox.requests()[0].status, 0);
}

#[tokio::test]
async fn a_late_commit_that_is_refused_commits_nothing() {
    let late = FaultKind::CommitLate(Duration::ZERO);
    let sandbox = Sandbox::builder()
        .fault(Fault::new(late).on("create_order").times(1))
        .start()
        .await
        .unwrap();
    let stranger = Api::with_token(&sandbox, "acme", "nobody");
    let url = format!("{}{CREATE}", sandbox.business_url("acme"));
    let request = http()
        .post(url)
        .bearer_auth(stranger.token())
        .json(&example("create_order"));
    request
        .timeout(Duration::from_millis(100))
        .send()
        .await
        .unwrap_err();
    let api = Api::new(&sandbox, "acme").await;
    assert_eq!(api.post(CREATE, &example("create_order")).await.status, 200);
    assert_eq!(sandbox.orders("acme").len(), 1);
}

#[tokio::test]
async fn a_delayed_request_of_a_client_that_leaves_does_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let credentials = json!({"grant_type": "client_credentials"});
    let token = grant(&sandbox, "acme", credentials).await.json();
    let refresh = json!({"grant_type": "refresh_token", "refresh_token": token["refresh_token"]});
    sandbox.add_fault(Fault::new(FaultKind::Delay(Duration::from_secs(600))).times(1));
    let caller = tokio::spawn({
        let (sandbox, refresh) = (sandbox.clone(), refresh.clone());
        async move { grant(&sandbox, "acme", refresh).await }
    });
    until(|| sandbox.requests().len() == 2).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    // It would be refused if the one that was given up had spent it.
    assert_eq!(grant(&sandbox, "acme", refresh).await.status, 200);
    let log = sandbox.requests();
    assert_eq!(
        (log[1].status, &log[1].fault),
        (0, &Some(FaultKind::Delay(Duration::from_secs(600))))
    );
    assert_eq!((log[2].status, &log[2].fault), (200, &None));
}

#[tokio::test]
async fn a_delay_holds_nobody_else_up_and_combines() {
    let delay = FaultKind::Delay(Duration::from_millis(50));
    let sandbox = Sandbox::builder()
        .fault(Fault::new(delay.clone()).on("list_charges"))
        .fault(Fault::new(FaultKind::Delay(Duration::from_secs(600))).on("list_taxes"))
        .fault(
            Fault::new(FaultKind::BadGateway)
                .on("list_charges")
                .times(1),
        )
        .start()
        .await
        .unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let url = format!("{}/api/v2/taxes/list", sandbox.business_url("acme"));
    let waiting = tokio::spawn(async move { http().get(url).send().await });
    until(|| sandbox.requests_for("list_taxes").len() == 1).await;
    let started = Instant::now();
    assert_eq!(api.get("/api/v2/charges/list").await.status, 502);
    assert!(started.elapsed() >= Duration::from_millis(50));
    api.ok("/api/v2/charges/list").await;
    assert_eq!(sandbox.requests_for("list_taxes")[0].status, 0);
    let struck: Vec<_> = sandbox
        .requests_for("list_charges")
        .into_iter()
        .map(|request| request.fault)
        .collect();
    assert_eq!(struck, [Some(FaultKind::BadGateway), Some(delay)]);
    waiting.abort();
}

#[tokio::test]
async fn a_storm_says_how_long_to_wait() {
    let wait = Duration::from_secs(30);
    let limit = |as_date| FaultKind::RateLimit {
        retry_after: Some(wait),
        as_date,
    };
    let sandbox = Sandbox::builder()
        .fault(Fault::new(limit(false)).on("list_charges").times(1))
        .fault(Fault::new(limit(true)).on("list_charges").times(1))
        .start()
        .await
        .unwrap();
    let url = format!("{}/api/v2/charges/list", sandbox.business_url("acme"));
    let first = http().get(&url).send().await.unwrap();
    assert_eq!(
        (first.status().as_u16(), &first.headers()["retry-after"]),
        (429, &"30".parse().unwrap())
    );
    let second = http().get(&url).send().await.unwrap();
    let date = |name: &str| {
        let text = second.headers()[name].to_str().unwrap();
        chrono::DateTime::parse_from_rfc2822(text).unwrap()
    };
    assert_eq!(second.headers().get_all("date").iter().count(), 1);
    assert_eq!(
        date("retry-after") - date("date"),
        chrono::TimeDelta::seconds(30)
    );
    assert_eq!(
        second.json::<Value>().await.unwrap(),
        json!({"message": "Too Many Attempts."})
    );
    assert_eq!(http().get(&url).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_gateway_and_a_token_endpoint_that_are_down() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    sandbox.add_fault(Fault::new(FaultKind::TokenDown));
    sandbox.add_fault(
        Fault::new(FaultKind::BadGateway)
            .on("create_order")
            .times(1),
    );
    let down = grant(
        &sandbox,
        "acme",
        json!({"grant_type": "client_credentials"}),
    )
    .await;
    assert_eq!(
        (down.status, down.json()),
        (503, json!({"message": "Service Unavailable"}))
    );
    api.ok(LIST).await;
    let got = api.post(CREATE, &example("create_order")).await;
    assert_eq!((got.status, got.content_type.as_str()), (502, "text/html"));
    assert!(got.text.starts_with("<html>"), "{got:?}");
    assert!(sandbox.orders("acme").is_empty());
}

#[tokio::test]
async fn a_queued_answer_comes_before_the_faults() {
    let sandbox = Sandbox::builder()
        .fault(Fault::new(FaultKind::Reset).on("list_charges").times(1))
        .start()
        .await
        .unwrap();
    sandbox.override_body("list_charges", 503, "", "");
    let api = Api::with_token(&sandbox, "acme", "any");
    assert_eq!(api.get("/api/v2/charges/list").await.status, 503);
    assert_eq!(sandbox.faults()[0].1, 0);
}

#[tokio::test]
async fn a_fault_that_could_never_strike_is_refused() {
    let refused = |fault: Fault| async {
        let error = Sandbox::builder().fault(fault).start().await.unwrap_err();
        error.to_string()
    };
    let unknown = refused(Fault::new(FaultKind::Reset).on("make_order")).await;
    assert!(
        unknown.starts_with(
            "the fault `reset:on=make_order` can never strike: the spec has no operation `make_order`; there are "
        ),
        "{unknown}"
    );
    assert!(unknown.contains("create_order"), "{unknown}");
    assert_eq!(
        refused(Fault::new(FaultKind::TokenDown).on("list_orders")).await,
        "the fault `token-down:on=list_orders` can never strike: this kind strikes at `exchange_token` only"
    );
    assert_eq!(
        refused(Fault::new(FaultKind::Reset).business("Initech")).await,
        "the fault `reset:business=initech` can never strike: the sandbox has no business `initech`"
    );
}
