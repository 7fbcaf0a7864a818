//! How many more requests than calls there are.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use retm::{Budget, Retm};
use retm_tests::server::{Server, TOKEN, cut_off, json, token};
use serde_json::json;

/// Each business's failures: `sick` answers with a status, `cut` breaks off, all others are well.
async fn server(status: u16) -> Server {
    let server = Server::raw(move |call| async move {
        match call.uri.path() {
            path if path.ends_with(TOKEN) => json(200, &token()),
            path if path.starts_with("/b/sick") => json(status, &json!({"message": "no"})),
            path if path.starts_with("/b/cut") => cut_off(200, "{"),
            _ => json(200, &json!({"items": []})),
        }
    });
    server.await.unwrap()
}

fn client(server: &Server, budget: Budget) -> Retm {
    let base_url = format!("{}/b/{{business_id}}", server.base_url());
    let client = server.client().base_url(base_url).retry_budget(budget);
    client.build().unwrap()
}

/// How many attempts so many calls of a business make.
async fn attempts(retm: &Retm, business: &str, calls: u32) -> u32 {
    let business = retm.business(business).unwrap();
    let mut attempts = 0;
    for _ in 0..calls {
        attempts += match business.products().list().await {
            Ok(_) => 1,
            Err(error) => error.attempts(),
        };
    }
    attempts
}

#[tokio::test]
async fn where_everything_fails_there_are_few_more_requests_than_calls() {
    let server = server(503).await;
    let retm = client(&server, Budget::default());
    assert_eq!(attempts(&retm, "sick", 100).await, 120);
    let all = client(&server, Budget::unlimited());
    assert_eq!(attempts(&all, "sick", 20).await, 60);
}

#[tokio::test]
async fn a_host_that_fails_is_spared_by_all_its_businesses() {
    let server = server(503).await;
    let retm = client(&server, Budget::per_call(0.0).reserve(4));
    assert_eq!(attempts(&retm, "sick-1", 10).await, 14);
    assert_eq!(attempts(&retm, "sick-2", 10).await, 10);
}

#[tokio::test]
async fn a_429_is_charged_to_its_own_business_alone() {
    let server = server(429).await;
    let retm = client(&server, Budget::per_call(0.0).reserve(4));
    for business in ["sick-1", "sick-2", "cut-1", "cut-2"] {
        assert_eq!(attempts(&retm, business, 10).await, 14, "{business}");
    }
    assert_eq!(attempts(&retm, "well", 10).await, 10);
}

#[tokio::test]
async fn groups_have_accounts_of_their_own() {
    let server = server(429).await;
    let retm = client(&server, Budget::per_call(0.0).reserve(4));
    assert_eq!(attempts(&retm, "sick", 10).await, 14);
    let sick = retm.business("sick").unwrap();
    let error = sick.branches().list().await.unwrap_err();
    assert_eq!(error.attempts(), 3);
}

#[tokio::test]
async fn one_failure_in_ten_is_hardly_noticed() {
    let count = Arc::new(AtomicU32::new(0));
    let server = Server::start(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move {
            match number % 10 {
                3 => json(503, &json!({})),
                _ => json(200, &json!({"items": []})),
            }
        }
    });
    let server = server.await.unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    for _ in 0..300 {
        acme.products().list().await.unwrap();
    }
    let sent = server.resource_calls().len();
    assert!((330..=335).contains(&sent), "{sent}");
}
