//! Lists that lost items in silence, each as it was seen, and errors with status 200.

use futures::{StreamExt, TryStreamExt};
use retm::types::Product;
use retm::{Business, Error, ErrorKind, Interrupted, SweepCheckpoint};
use retm_tests::server::{Call, Server, json as answer};
use serde_json::{Value, json};

use crate::{asked, lists};

/// The products of a page of a list with so many.
fn products(total: u64, size: u64, page: u64) -> Value {
    let first = page.saturating_sub(1) * size;
    (first..total.min(first + size))
        .map(|id| json!({"id": id.to_string()}))
        .collect()
}

async fn collected(page: impl Fn(u64) -> Value + Send + Sync + 'static) -> (usize, Option<String>) {
    let (_server, acme) = lists(page).await;
    match acme.products().list().per_page(100).collect_all().await {
        Ok(all) => (all.items.len(), None),
        Err(Interrupted {
            collected, error, ..
        }) => {
            assert_eq!(error.kind(), ErrorKind::Incomplete);
            (collected.items.len(), Some(error.to_string()))
        }
    }
}

/// Seen: 50 of 589.
#[tokio::test]
async fn a_server_that_cuts_the_page_size_and_says_total_and_count() {
    let page = |n| {
        let items = products(589, 50, n);
        let count = items.as_array().unwrap().len();
        json!({"items": items, "pagination": {"total": 589, "count": count}})
    };
    assert_eq!(collected(page).await, (589, None));
}

/// Seen: 25 of 589.
#[tokio::test]
async fn a_pagination_of_from_to_per_total_current_and_path() {
    let page = |n: u64| {
        let said = json!({"from": n * 25 - 24, "to": n * 25, "per": 25, "total": 589, "current": n, "path": "/x"});
        json!({"items": products(589, 25, n), "pagination": said})
    };
    assert_eq!(collected(page).await, (589, None));
}

/// Seen: 20 of 95.
#[tokio::test]
async fn a_server_that_ignores_the_page_and_tells_a_total() {
    let page =
        |_| json!({"items": products(95, 20, 1), "pagination": {"total": 95, "per_page": 20}});
    let (came, error) = collected(page).await;
    assert_eq!(came, 20);
    let told = "page 2 brings nothing new; 20 of 95 elements came";
    assert!(error.as_ref().unwrap().contains(told), "{error:?}");
}

/// Seen: 100 of 589.
#[tokio::test]
async fn a_pagination_of_has_more_and_current_page() {
    let page = |n| json!({"items": products(589, 100, n), "pagination": {"has_more": n < 6, "current_page": n}});
    assert_eq!(collected(page).await, (589, None));
}

/// A server with cursors, which ignores `page`.
async fn by_cursor(parameter: &'static str) -> (Server, Business) {
    let server = Server::start(move |call: Call| {
        let n: u64 = call
            .query(parameter)
            .map_or(1, |cursor| cursor[2..].parse().unwrap());
        let next = (n < 6).then(|| format!("c/{}", n + 1));
        let said = json!({"has_more": n < 6, "current_page": 1});
        let body = json!({"items": products(589, 100, n), "pagination": said, "next_cursor": next});
        async move { answer(200, &body) }
    });
    let server = server.await.unwrap();
    let builder = server.client().parameter_name("cursor", parameter);
    let acme = builder.build().unwrap().business("acme").unwrap();
    (server, acme)
}

/// Seen: 100 of 589.
#[tokio::test]
async fn a_cursor_beside_the_items() {
    let (server, acme) = by_cursor("cursor").await;
    let all = acme
        .products()
        .list()
        .per_page(100)
        .collect_all()
        .await
        .unwrap();
    assert_eq!((all.items.len(), all.pages), (589, 6));
    let queries: Vec<_> = server
        .resource_calls()
        .iter()
        .map(|call| call.uri.query().unwrap().to_owned())
        .collect();
    assert_eq!(queries[..2], ["per_page=100", "per_page=100&cursor=c%2F2"]);
}

#[tokio::test]
async fn a_resume_token_carries_the_cursor() {
    let (_server, acme) = by_cursor("after").await;
    let list = acme.products().list().per_page(100);
    let mut items = list.clone().stream();
    let head: Vec<Product> = items.by_ref().take(250).try_collect().await.unwrap();
    let token = items.resume_token().unwrap().to_string();
    let rest = list.resume(&token.parse().unwrap()).unwrap().stream();
    let rest: Vec<Product> = rest.try_collect().await.unwrap();
    assert_eq!((head.len(), rest.len()), (250, 339));
    assert_eq!(rest[0].id.as_ref().unwrap().as_str(), "250");
}

/// Seen: 582 of 589.
#[tokio::test]
async fn a_page_that_is_seven_short_of_the_total() {
    let page = |n| {
        let mut items = products(589, 100, n);
        if n == 2 {
            items.as_array_mut().unwrap().truncate(93);
        }
        json!({"items": items, "pagination": {"total": 589, "per_page": 100, "total_pages": 6}})
    };
    let (came, error) = collected(page).await;
    assert_eq!(came, 582);
    assert!(
        error.as_ref().unwrap().contains("582 of 589 elements came"),
        "{error:?}"
    );
    let (_server, acme) = lists(page).await;
    let all = acme
        .products()
        .list()
        .accept_incomplete()
        .collect_all()
        .await;
    assert_eq!(all.unwrap().items.len(), 582);
}

/// Seen: 3 of 6.
#[tokio::test]
async fn an_empty_page_in_the_middle() {
    let page = |n| {
        let items = match n {
            2 => json!([]),
            n => products(6, 3, n.min(2)),
        };
        json!({"items": items, "pagination": {"total_pages": 3}})
    };
    assert_eq!(collected(page).await, (6, None));
}

/// Seen: 3 of 9.
#[tokio::test]
async fn pages_that_are_counted_from_zero() {
    let server = Server::start(|call: Call| {
        let n: u64 = call.query("page").map_or(0, |page| page.parse().unwrap());
        let said = json!({"current_page": n, "total_pages": 3});
        let body = json!({"items": products(9, 3, n + 1), "pagination": said});
        async move { answer(200, &body) }
    });
    let server = server.await.unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    let all = acme.products().list().collect_all().await.unwrap();
    assert_eq!((all.items.len(), all.pages), (9, 3));
    let first = acme.products().list().await.unwrap();
    assert_eq!(
        (first.number(), first.next(), first.page_count()),
        (0, Some(1), Some(3))
    );
}

/// Seen: "Check the id".
#[tokio::test]
async fn a_404_in_the_middle_of_a_walk() {
    let server = Server::start(|call: Call| {
        let n = call.page();
        let body = json!({"items": products(9, 3, n), "pagination": {"total_pages": 3}});
        async move { answer(if n == 2 { 404 } else { 200 }, &body) }
    });
    let server = server.await.unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    let interrupted = acme.products().list().collect_all().await.unwrap_err();
    assert_eq!(interrupted.collected.items.len(), 3);
    assert_eq!(interrupted.resume_token().unwrap().page(), 2);
    let error = Error::from(interrupted);
    insta::assert_snapshot!(error, @"list_products for acme: the list is incomplete: the server said that there is a page 2, and does not find it. Go on from `resume_token()` or read the list again; `accept_incomplete()` is for a server whose total is wrong.");
    // A page that the caller names is no id either.
    let error = acme.products().list().page(2).await.unwrap_err();
    assert!(
        error.is_not_found() && !error.to_string().contains("Check the id"),
        "{error}"
    );
}

/// The errors with status 200 that were seen as empty lists.
fn refusals() -> [(Value, Option<&'static str>); 3] {
    let suspended = "Service temporarily suspended";
    [
        (
            json!({"success": false, "message": suspended, "data": null}),
            Some(suspended),
        ),
        (
            json!({"message": "Unauthenticated.", "items": null}),
            Some("Unauthenticated."),
        ),
        (json!({"data": [], "success": false}), None),
    ]
}

#[tokio::test]
async fn an_error_with_status_200_is_the_servers_error() {
    for (body, said) in refusals() {
        let (_server, acme) = lists(move |_| body.clone()).await;
        let errors = [
            acme.orders().list().await.unwrap_err(),
            acme.orders().list().collect_all().await.unwrap_err().into(),
            acme.orders()
                .list()
                .stream()
                .next()
                .await
                .unwrap()
                .unwrap_err(),
            acme.categories().products("c").await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!(
                (error.kind(), error.message()),
                (ErrorKind::Refused, said),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn an_error_with_status_200_moves_no_checkpoint() {
    for (body, _) in refusals() {
        let page = move |n| match n {
            1 => {
                json!({"items": [{"id": "1", "created_at": "2025-12-17 10:00:00"}], "pagination": {"total_pages": 2}})
            }
            _ => body.clone(),
        };
        let (server, acme) = lists(page).await;
        let mut sweep = acme.orders().list().sweep(SweepCheckpoint::new()).unwrap();
        assert!(sweep.next().await.unwrap().is_ok());
        let error = sweep.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(sweep.next().await.is_none());
        assert_eq!(sweep.checkpoint().newest(), None);
        assert_eq!(asked(&server), [1, 2]);
    }
}

#[tokio::test]
async fn the_parameters_go_by_other_names() {
    let (server, acme) =
        lists(|n| json!({"items": [{"id": "1"}], "pagination": {"total_pages": n}})).await;
    let builder = server
        .client()
        .parameter_name("page", "p")
        .parameter_name("per_page", "per");
    let renamed = builder.build().unwrap().business("acme").unwrap();
    renamed.products().list().page(2).per_page(5).await.unwrap();
    acme.products().list().page(2).per_page(5).await.unwrap();
    let calls = server.resource_calls();
    let queries: Vec<_> = calls.iter().map(|call| call.uri.query().unwrap()).collect();
    assert_eq!(queries, ["p=2&per=5", "page=2&per_page=5"]);
    let refused = server
        .client()
        .parameter_name("status", "s")
        .build()
        .unwrap_err();
    assert!(refused.is_config());
}
