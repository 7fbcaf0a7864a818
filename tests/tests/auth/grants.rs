//! Which grant a business has.

use std::time::Duration;

use retm::GrantType;
use retm_sandbox::{Answer, Sandbox};
use retm_tests::{ManualClock, acme, client};
use serde_json::json;

use crate::{grant_types, statuses};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn the_apps_own_credentials_serve_by_default() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = acme(&sandbox).unwrap();
    acme.branches().list().await.unwrap();
    let [request] = &sandbox.requests_for("exchange_token")[..] else {
        panic!("one token request");
    };
    assert_eq!(request.path, "/b/acme/api/oAuth/token");
    assert_eq!(request.header("authorization"), None);
    assert_eq!(
        request.json().unwrap(),
        json!({
            "grant_type": "client_credentials",
            "client_id": sandbox.client_id(),
            "client_secret": sandbox.client_secret(),
        })
    );
}

#[tokio::test]
async fn a_code_takes_the_place_of_the_apps_own_credentials() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = acme(&sandbox).unwrap();
    acme.branches().list().await.unwrap();
    let code = sandbox.code("acme");
    let status = acme.authorize(code.clone()).await.unwrap();
    assert_eq!(status.grant_type, GrantType::AuthorizationCode);
    acme.branches().list().await.unwrap();
    let requests = sandbox.requests_for("exchange_token");
    assert_eq!(
        requests[1].json().unwrap(),
        json!({
            "code": code,
            "grant_type": "authorization_code",
            "client_id": sandbox.client_id(),
            "client_secret": sandbox.client_secret(),
        })
    );
    let lists = sandbox.requests_for("list_branches");
    assert_ne!(lists[0].bearer(), lists[1].bearer());
}

#[tokio::test]
async fn two_businesses_keep_their_tokens_apart() {
    let sandbox = Sandbox::start().await.unwrap();
    let retm = client(&sandbox).build().unwrap();
    let (acme, globex) = (
        retm.business("acme").unwrap(),
        retm.business("globex").unwrap(),
    );
    acme.authorize(sandbox.code("acme")).await.unwrap();
    globex.authorize(sandbox.code("globex")).await.unwrap();
    for business in [&acme, &globex, &acme, &globex] {
        business.branches().list().await.unwrap();
    }
    let lists = sandbox.requests_for("list_branches");
    let bearer = |business: &str| -> Vec<_> {
        let of = |list: &&retm_sandbox::LoggedRequest| list.business.as_deref() == Some(business);
        lists
            .iter()
            .filter(of)
            .map(|list| list.bearer().unwrap())
            .collect()
    };
    let (of_acme, of_globex) = (bearer("acme"), bearer("globex"));
    assert_eq!(of_acme[0], of_acme[1]);
    assert_eq!(of_globex[0], of_globex[1]);
    assert_ne!(of_acme[0], of_globex[0]);

    sandbox.revoke("acme");
    assert!(acme.branches().list().await.unwrap_err().is_revoked());
    globex.branches().list().await.unwrap();
    assert_eq!(statuses(&sandbox, "exchange_token"), [200, 200, 400]);
}

#[tokio::test]
async fn nothing_is_sent_for_a_revoked_grant_until_there_is_another() {
    let sandbox = Sandbox::start().await.unwrap();
    let retm = client(&sandbox).build().unwrap();
    let acme = retm.business("acme").unwrap();
    acme.authorize(sandbox.code("acme")).await.unwrap();
    sandbox.revoke("acme");
    let first = acme.orders().list().await.unwrap_err();
    assert!(first.is_revoked());
    let sent = sandbox.requests().len();
    for _ in 0..3 {
        let again = acme.orders().list().await.unwrap_err();
        assert_eq!(again.to_string(), first.to_string());
        let other_handle = retm.business("acme").unwrap();
        assert!(other_handle.token().await.unwrap_err().is_revoked());
    }
    assert_eq!(sandbox.requests().len(), sent);

    acme.authorize(sandbox.code("acme")).await.unwrap();
    acme.orders().list().await.unwrap();
}

#[tokio::test]
async fn a_grant_that_is_forgotten_starts_over() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = acme(&sandbox).unwrap();
    acme.branches().list().await.unwrap();
    sandbox.revoke("acme");
    assert!(acme.branches().list().await.unwrap_err().is_revoked());
    // The merchant installs the app again: the client cannot know.
    let _code = sandbox.code("acme");
    assert!(acme.branches().list().await.unwrap_err().is_revoked());
    acme.forget_grant().await.unwrap();
    acme.branches().list().await.unwrap();
    assert_eq!(
        grant_types(&sandbox).last().map(String::as_str),
        Some("client_credentials")
    );
}

#[tokio::test]
async fn the_apps_own_credentials_outlive_a_refresh_token() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::default();
    let retm = client(&sandbox).clock(clock.clone()).build().unwrap();
    let acme = retm.business("acme").unwrap();
    acme.token().await.unwrap();
    clock.advance(HOUR);
    let dead = json!({"error": "invalid_grant"});
    sandbox.override_next("exchange_token", Answer::json(400, &dead));
    acme.branches().list().await.unwrap();
    assert_eq!(
        grant_types(&sandbox),
        ["client_credentials", "refresh_token", "client_credentials"]
    );
}

#[tokio::test]
async fn without_refresh_tokens_the_apps_own_credentials_are_shown_again() {
    let sandbox = Sandbox::builder().refresh_tokens(false).start().await;
    let sandbox = sandbox.unwrap();
    let acme = acme(&sandbox).unwrap();
    assert!(acme.token().await.unwrap().renewable);
    sandbox.expire_tokens("acme");
    acme.branches().list().await.unwrap();
    assert_eq!(
        grant_types(&sandbox),
        ["client_credentials", "client_credentials"]
    );
}

#[tokio::test]
async fn a_refresh_without_a_new_refresh_token_keeps_the_last() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::default();
    let retm = client(&sandbox).clock(clock.clone()).build().unwrap();
    let acme = retm.business("acme").unwrap();
    acme.authorize(sandbox.code("acme")).await.unwrap();
    clock.advance(HOUR);
    let refreshed = json!({"access_token": retm_tests::watch::TOKEN, "expires_in": "3600"});
    sandbox.override_next("exchange_token", Answer::json(200, &refreshed));
    assert!(acme.token().await.unwrap().renewable);
    clock.advance(HOUR);
    acme.branches().list().await.unwrap();
    assert_eq!(statuses(&sandbox, "exchange_token"), [200, 200, 200]);
}

#[tokio::test]
async fn no_handle_shows_a_secret() {
    let sandbox = Sandbox::start().await.unwrap();
    let builder = client(&sandbox);
    let retm = builder.clone().build().unwrap();
    let acme = retm.business("acme").unwrap();
    let code = sandbox.code("acme");
    let status = acme.authorize(code.clone()).await.unwrap();
    acme.branches().list().await.unwrap();
    let token = sandbox.requests_for("list_branches")[0]
        .bearer()
        .unwrap()
        .to_owned();
    let list = acme.orders().list().partner_reference("p");
    let shown = format!("{builder:?} {retm:?} {acme:?} {status:?} {list:?}");
    for secret in [sandbox.client_secret(), &code, &token] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
