//! Many callers at once.

use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{self, StreamExt};
use retm::types::Branch;
use retm::{Error, Page};
use retm_sandbox::Sandbox;
use retm_tests::{ManualClock, acme, client};

use crate::{grant_types, statuses};

type Call = BoxFuture<'static, Result<Page<Branch>, Error>>;

/// Polls every call once, so that all are under way, and then drives them with few sockets.
async fn all(mut calls: Vec<Call>) {
    for call in &mut calls {
        assert!(futures::poll!(call).is_pending());
    }
    let mut answers = stream::iter(calls).buffer_unordered(32);
    while let Some(answer) = answers.next().await {
        assert!(!answer.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_thousand_first_calls_make_one_token_request() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = acme(&sandbox).unwrap();
    all((0..1000)
        .map(|_| acme.branches().list().into_future())
        .collect())
    .await;
    assert_eq!(grant_types(&sandbox), ["client_credentials"]);
    let lists = sandbox.requests_for("list_branches");
    assert_eq!(lists.len(), 1000);
    assert!(lists.iter().all(|request| request.status == 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_callers_on_many_threads_share_one_token() {
    let sandbox = Sandbox::start().await.unwrap();
    let retm = client(&sandbox).build().unwrap();
    let callers: Vec<_> = (0..1000)
        .map(|n| {
            // Another handle each, in either case of the id: it is one business all the same.
            let acme = retm.business(if n % 2 == 0 { "acme" } else { "ACME" });
            tokio::spawn(acme.unwrap().token())
        })
        .collect();
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(grant_types(&sandbox), ["client_credentials"]);
}

#[tokio::test]
async fn a_crowd_whose_token_has_expired_refreshes_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = ManualClock::default();
    let retm = client(&sandbox).clock(clock.clone()).build().unwrap();
    let acme = retm.business("acme").unwrap();
    acme.token().await.unwrap();
    clock.advance(Duration::from_secs(3600));
    all((0..200)
        .map(|_| acme.branches().list().into_future())
        .collect())
    .await;
    assert_eq!(
        grant_types(&sandbox),
        ["client_credentials", "refresh_token"]
    );
    assert_eq!(statuses(&sandbox, "list_branches"), [200; 200]);
}

#[tokio::test]
async fn a_crowd_that_is_refused_refreshes_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = acme(&sandbox).unwrap();
    acme.token().await.unwrap();
    sandbox.expire_tokens("acme");
    all((0..200)
        .map(|_| acme.branches().list().into_future())
        .collect())
    .await;
    assert_eq!(
        grant_types(&sandbox),
        ["client_credentials", "refresh_token"]
    );
    let good = statuses(&sandbox, "list_branches");
    assert_eq!(good.iter().filter(|status| **status == 200).count(), 200);
}
