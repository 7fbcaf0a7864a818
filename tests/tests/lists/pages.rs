//! Every envelope, servers that would go on for ever, broken elements.

use futures::{StreamExt, TryStreamExt};
use retm::Error;
use retm::types::{InvoiceStatus, Product};
use retm_sandbox::{Answer, Sandbox};
use retm_tests::acme;
use serde_json::{Value, json};

use crate::{ids, lists, two};

#[tokio::test]
async fn every_envelope_with_pages_is_read_to_its_end() {
    type Envelope = fn(u64, Value, bool) -> Value;
    let envelopes: [(&str, Envelope); 8] = [
        (
            "total_pages",
            |n, items, _| json!({"items": items, "pagination": {"current_page": n, "total_pages": 3}}),
        ),
        (
            "numbers as strings",
            |n, items, _| json!({"items": items, "pagination": {"current_page": n.to_string(), "total_pages": "3"}}),
        ),
        (
            "total and per_page",
            |_, items, _| json!({"items": items, "pagination": {"total": 6, "per_page": 2}}),
        ),
        (
            "data and pagination",
            |_, items, _| json!({"data": items, "pagination": {"last_page": 3}}),
        ),
        (
            "meta",
            |n, items, _| json!({"data": items, "meta": {"current_page": n, "last_page": 3}}),
        ),
        (
            "meta.pagination",
            |n, items, _| json!({"data": items, "meta": {"pagination": {"current_page": n, "total_pages": 3}}}),
        ),
        ("links beside meta", |n, items, last| {
            let next = (!last).then_some("https://acme.retm.sa/?page=n");
            json!({"data": items, "links": {"next": next}, "meta": {"current_page": n}})
        }),
        ("the flat paginator", |n, items, last| {
            let next = (!last).then_some("https://acme.retm.sa/?page=n");
            json!({"data": items, "current_page": n, "next_page_url": next})
        }),
    ];
    for (name, envelope) in envelopes {
        let (server, acme) = lists(move |n| envelope(n, two(n), n == 3)).await;
        let all = acme.products().list().collect_all().await.unwrap();
        assert_eq!(ids(&all.items), ["1", "2", "3", "4", "5", "6"], "{name}");
        assert_eq!((all.pages, server.resource_calls().len()), (3, 3), "{name}");
    }
}

#[tokio::test]
async fn an_envelope_without_pages_is_one_page() {
    let envelopes: [fn(Value) -> Value; 4] = [
        |items| items,
        |items| json!({"items": items}),
        |items| json!({"data": items}),
        |items| json!({"items": items, "pagination": []}),
    ];
    for envelope in envelopes {
        let (server, acme) = lists(move |n| envelope(two(n))).await;
        let all = acme.products().list().collect_all().await.unwrap();
        assert_eq!((ids(&all.items), all.pages), (vec!["1", "2"], 1));
        let page = acme.products().list().await.unwrap();
        assert_eq!((page.number(), page.len(), page.next()), (1, 2, None));
        assert_eq!(server.resource_calls().len(), 2);
    }
}

/// What a server that never comes to an end is asked, at most, and what is taken from it.
async fn endless(page: impl Fn(u64) -> Value + Send + Sync + 'static) -> (usize, Vec<String>) {
    let (server, acme) = lists(page).await;
    // A client that goes round would be stopped here, and seen by the number of its requests.
    let items = acme.products().list().stream().take(50);
    let items: Vec<Product> = items.try_collect().await.unwrap();
    let ids = ids(&items).into_iter().map(str::to_owned).collect();
    (server.resource_calls().len(), ids)
}

#[tokio::test]
async fn a_server_that_ignores_the_page_is_asked_twice() {
    let same = |_| json!({"items": two(1), "pagination": {"total_pages": 1000}});
    assert_eq!(endless(same).await, (2, vec!["1".into(), "2".into()]));
    let link = |_| json!({"data": two(1), "next_page_url": "https://acme.retm.sa/?page=2"});
    assert_eq!(endless(link).await, (2, vec!["1".into(), "2".into()]));
}

#[tokio::test]
async fn the_same_elements_in_another_envelope_are_the_same_page() {
    let counting = |n: u64| {
        let next = format!("https://acme.retm.sa/?page={}", n + 1);
        json!({"data": two(1), "current_page": n, "next_page_url": next})
    };
    assert_eq!(endless(counting).await, (2, vec!["1".into(), "2".into()]));
}

#[tokio::test]
async fn a_page_that_the_server_calls_an_earlier_one_is_not_taken_again() {
    // The price changes between the requests, so that no two answers are alike.
    let changing = |n: u64| {
        let items = json!([{"id": "1", "price": format!("{n}.000")}]);
        json!({"items": items, "pagination": {"current_page": 1, "total_pages": 9}})
    };
    assert_eq!(endless(changing).await, (2, vec!["1".into()]));
}

#[tokio::test]
async fn an_empty_page_is_the_last() {
    let running_dry = |n: u64| {
        let items = if n < 3 { two(n) } else { json!([]) };
        json!({"data": items, "next_page_url": "https://acme.retm.sa/?page=n"})
    };
    let (requests, ids) = endless(running_dry).await;
    assert_eq!((requests, ids.len()), (3, 4));
}

#[tokio::test]
async fn a_category_that_ignores_the_page_is_asked_twice() {
    let (server, acme) = lists(|n| {
        json!({"id": "c", "name": {"en": format!("{n}"), "ar": ""}, "products":
            {"items": two(1), "pagination": {"current_page": n, "total_pages": 1000}}})
    })
    .await;
    let products = acme.categories().products("c").collect_all().await.unwrap();
    assert_eq!(ids(&products.items), ["1", "2"]);
    assert_eq!(server.resource_calls().len(), 2);
}

fn with_broken(page: u64) -> Value {
    let items = json!([{"id": format!("{page}a")}, {"id": ["?"]}, {"id": format!("{page}b")}]);
    json!({"items": items, "pagination": {"current_page": page, "total_pages": 2}})
}

#[tokio::test]
async fn broken_elements_are_errors_and_the_stream_goes_on() {
    let (_server, acme) = lists(with_broken).await;
    let results: Vec<Result<Product, Error>> = acme.products().list().stream().collect().await;
    let (good, bad): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    let good: Vec<Product> = good.into_iter().map(Result::unwrap).collect();
    assert_eq!(ids(&good), ["1a", "1b", "2a", "2b"]);
    let bad: Vec<Error> = bad.into_iter().filter_map(Result::err).collect();
    assert_eq!(bad.len(), 2);
    assert!(
        bad.iter()
            .all(|error| error.raw_body() == br#"{"id":["?"]}"#)
    );
}

#[tokio::test]
async fn collecting_keeps_broken_elements_beside_the_good_ones() {
    let (_server, acme) = lists(with_broken).await;
    let all = acme.products().list().collect_all().await.unwrap();
    assert_eq!(ids(&all.items), ["1a", "1b", "2a", "2b"]);
    assert_eq!((all.broken.len(), all.pages), (2, 2));
    assert_eq!((all.broken[1].index(), all.broken[1].path()), (1, "id"));
}

#[tokio::test]
async fn filters_and_the_size_of_pages_hold_on_every_page() {
    let sandbox = Sandbox::builder().orders(5).start().await.unwrap();
    let list = acme(&sandbox).unwrap().orders().list().per_page(2);
    let all = list.to("2999-01-01 00:00:00").collect_all().await.unwrap();
    assert_eq!((all.items.len(), all.pages), (5, 3));
    let queries = sandbox.requests_for("list_orders");
    let queries: Vec<&str> = queries.iter().map(|call| call.query.as_str()).collect();
    let to = "to=2999-01-01+00%3A00%3A00";
    assert_eq!(
        queries,
        [
            format!("per_page=2&{to}"),
            format!("page=2&per_page=2&{to}"),
            format!("page=3&per_page=2&{to}"),
        ]
    );
    let pending = acme(&sandbox).unwrap().orders().list();
    let pending = pending.status(InvoiceStatus::Void).await.unwrap();
    assert!(pending.items().len() < 5);
}

#[tokio::test]
async fn after_an_error_the_stream_ends_and_can_be_taken_up_again() {
    let sandbox = Sandbox::builder().products(25).start().await.unwrap();
    let acme = acme(&sandbox).unwrap();
    let list = acme.products().list().per_page(10).prefetch(false);
    let mut pages = list.clone().pages();
    for _ in 0..2 {
        let page = pages.try_next().await.unwrap().unwrap();
        assert_eq!(page.len(), 10);
    }
    let refused = Answer::json(403, &json!({"message": "Not now."}));
    sandbox.override_next("list_products", refused);
    assert!(pages.try_next().await.is_err());
    assert!(pages.next().await.is_none());

    sandbox.clear_requests();
    let rest = list.resume(&pages.resume_token().unwrap()).unwrap();
    let rest = rest.collect_all().await.unwrap();
    assert_eq!((rest.items.len(), rest.pages), (5, 1));
    assert_eq!(sandbox.requests_for("list_products").len(), 1);
}

#[tokio::test]
async fn the_products_of_a_category_and_of_a_group_page_like_any_list() {
    let sandbox = Sandbox::builder().products(90).start().await.unwrap();
    let acme = acme(&sandbox).unwrap();
    let category = acme.categories().list().await.unwrap().into_items();
    let category = category[0].id.clone().unwrap();
    let first = acme.categories().get(&category).await.unwrap();
    let total = first.products.unwrap().pagination().unwrap().total();
    let list = acme.categories().products(&category).per_page(7);
    let all = list.clone().collect_all().await.unwrap();
    assert_eq!(Some(all.items.len() as u64), total);
    assert_eq!(all.pages, all.items.len().div_ceil(7));
    assert!(all.pages > 1);
    let second = list.page(2).await.unwrap();
    assert_eq!(second.number(), 2);
    assert_eq!(second.items(), &all.items[7..second.items().len() + 7]);

    let group = acme.groups().list().await.unwrap().into_items();
    let group = group[0].id.clone().unwrap();
    let list = acme.groups().products(group).per_page(3);
    let all: Vec<Product> = list.stream().try_collect().await.unwrap();
    assert!(all.len() > 3);
}
