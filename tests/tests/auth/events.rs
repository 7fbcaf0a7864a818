//! What whoever watches grants is told.

use std::time::Duration;

use futures::StreamExt;
use retm::{GrantEvents, GrantType};
use retm_sandbox::{Answer, Sandbox};
use retm_tests::{ManualClock, client};

async fn next(events: &mut GrantEvents) -> (String, &'static str) {
    let event = events.next().await.unwrap();
    (event.business.to_string(), event.kind.as_str())
}

#[tokio::test]
async fn a_grant_is_watched_from_its_first_token_to_its_end() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::default();
    let retm = client(&sandbox).clock(clock.clone()).build().unwrap();
    let mut events = retm.grant_events();
    let acme = retm.business("acme").unwrap();
    let told = |kind| ("acme".to_owned(), kind);

    acme.authorize(sandbox.code("acme")).await.unwrap();
    match events.next().await.unwrap().kind {
        retm::GrantEventKind::Refreshed { grant_type, .. } => {
            assert_eq!(grant_type, GrantType::AuthorizationCode);
        }
        other => panic!("{other:?}"),
    }

    clock.advance(Duration::from_secs(3600));
    let down = Answer::new(503, "text/html", "<html>");
    sandbox.override_next("exchange_token", down);
    assert!(acme.branches().list().await.unwrap_err().is_server());
    assert_eq!(next(&mut events).await, told("refresh_failed"));
    assert_eq!(next(&mut events).await, told("stale"));

    clock.advance(Duration::from_secs(60));
    acme.branches().list().await.unwrap();
    assert_eq!(next(&mut events).await, told("refreshed"));

    sandbox.revoke("acme");
    assert!(acme.branches().list().await.unwrap_err().is_revoked());
    assert_eq!(next(&mut events).await, told("revoked"));

    drop((retm, acme));
    assert!(events.next().await.is_none());
}
