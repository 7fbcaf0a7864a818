//! Where the truth cannot be found nothing is sent again, and the error says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::http::{Method, Response};
use retm::store::MemoryStore;
use retm::{Error, Outcome, Submission};
use retm_tests::ManualClock;
use retm_tests::server::{Call, Server, json};
use serde_json::{Value, json};

use crate::world::{Turning, order, orders};

/// A server that takes every order without an answer and lists what the test says.
pub(crate) struct Blind {
    server: Server,
    clock: ManualClock,
    store: MemoryStore,
}

impl Blind {
    pub(crate) async fn new(
        list: impl Fn(&Call) -> Response<Body> + Send + Sync + 'static,
    ) -> Self {
        let server = Server::start(move |call| {
            let answer = match call.method {
                Method::POST => json(502, &json!({})),
                _ => list(&call),
            };
            async move { answer }
        });
        let clock = ManualClock::default();
        Self {
            server: server.await.unwrap(),
            store: MemoryStore::with_clock(clock.clone()),
            clock,
        }
    }

    fn orders(&self) -> retm::resources::Orders {
        let client = self.server.client().clock(self.clock.clone());
        let client = client.sleep(Turning::new(&self.clock));
        orders(client.order_journal(self.store.clone()))
    }

    fn sends(&self) -> usize {
        let calls = self.server.resource_calls();
        calls
            .iter()
            .filter(|call| call.method == Method::POST)
            .count()
    }

    /// The error of an order of which nobody can tell what became; the same again by `recover`.
    pub(crate) async fn doubt(&self) -> Error {
        let error = self.orders().submit(order("A-1")).await.unwrap_err();
        assert!(error.is_in_doubt(), "{error}");
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert_eq!(self.sends(), 1);
        let recovery = self.orders().recover().await.unwrap();
        assert_eq!(recovery.orders.len(), 1, "{recovery:?}");
        let recovered = &recovery.orders[0];
        assert_eq!(recovered.reference, "A-1");
        let again = recovered.result.as_ref().unwrap_err();
        assert_eq!(again.outcome(), Outcome::Unknown);
        assert_eq!(self.sends(), 1);
        error
    }
}

fn list(items: Value) -> Response<Body> {
    json(200, &json!({"items": items}))
}

fn other(n: u64) -> Value {
    json!({"id": n, "partner_reference": format!("B-{n}"), "created_at": "2026-01-01 09:00:00"})
}

pub(crate) async fn no_references() -> Error {
    let blind = Blind::new(|_| list(json!([{"id": "1"}, {"id": "2", "partner_reference": null}])));
    blind.await.doubt().await
}

pub(crate) async fn failing_look_up() -> Error {
    Blind::new(|_| json(500, &json!({}))).await.doubt().await
}

#[tokio::test]
async fn a_list_without_references() {
    no_references().await;
}

#[tokio::test]
async fn a_look_up_that_fails() {
    failing_look_up().await;
}

#[tokio::test]
async fn a_list_without_any_order_has_not_ours() {
    let blind = Blind::new(|_| list(json!([]))).await;
    let error = blind.orders().submit(order("A-1")).await.unwrap_err();
    assert!(error.is_in_doubt(), "{error}");
    // It was certain twice that nothing took effect.
    assert_eq!(blind.sends(), 3);
}

#[tokio::test]
async fn a_server_that_ignores_the_page() {
    let blind = Blind::new(|_| {
        let pagination = json!({"total": 3, "per_page": 1, "total_pages": 3});
        json(200, &json!({"items": [other(1)], "pagination": pagination}))
    });
    let error = blind.await.doubt().await.to_string();
    assert!(error.contains("page 2 repeats an earlier one"), "{error}");
}

#[tokio::test]
async fn a_server_that_sends_another_page() {
    let blind = Blind::new(|call| {
        let pagination = json!({"current_page": 1, "total_pages": 3});
        let items = json!([other(call.page())]);
        json(200, &json!({"items": items, "pagination": pagination}))
    });
    let error = blind.await.doubt().await.to_string();
    assert!(error.contains("page 1 came for page 2"), "{error}");
}

#[tokio::test]
async fn a_list_that_may_have_been_cut() {
    let blind = Blind::new(|_| list((0..100).map(other).collect()));
    let error = blind.await.doubt().await.to_string();
    assert!(
        error.contains("does not say whether page 1 is its last"),
        "{error}"
    );
}

#[tokio::test]
async fn a_list_that_does_not_say_where_it_ends() {
    for body in [
        json!({"items": [other(1)], "pagination": {"next_cursor": "x"}}),
        json!({"items": [other(1)], "pagination": {"has_more": true}}),
        json!({"items": [other(1)], "pagination": {"current_page": 1, "per_page": 15}}),
        json!({"items": [other(1)], "pagination": {"total": 9}}),
        json!({"items": [other(1)], "pagination": {"links": {"next": {"href": "https://x"}}}}),
        // It says both.
        json!({"items": [other(1)], "pagination": {"last_page": 1, "next_page_url": "https://x"}}),
        // Where one looks for no pagination.
        json!({"items": [other(1)], "has_more": true}),
        json!({"data": [other(1)], "meta": {"next_cursor": "x"}}),
    ] {
        let shown = body.clone();
        let blind = Blind::new(move |_| json(200, &shown)).await;
        let error = blind.doubt().await.to_string();
        assert!(
            error.contains("does not say whether page 1 is its last"),
            "{body}: {error}"
        );
    }
}

#[tokio::test]
async fn a_list_that_says_that_it_ends_has_not_ours() {
    for body in [
        json!({"items": [other(1)], "pagination": {"total_pages": 1}}),
        json!({"items": [other(1)], "pagination": {"next_page_url": null}}),
        json!({"items": [other(1)], "pagination": {"total": 1, "per_page": 15}}),
        json!({"items": [other(1)], "has_more": false, "message": "ok"}),
        json!({"data": [other(1)], "meta": {"next_cursor": null}}),
        json!([other(1)]),
    ] {
        let shown = body.clone();
        let blind = Blind::new(move |_| json(200, &shown)).await;
        let error = blind.orders().submit(order("A-1")).await.unwrap_err();
        assert!(error.is_in_doubt(), "{error}");
        assert_eq!(blind.sends(), 3, "{body}");
    }
}

#[tokio::test]
async fn a_list_that_shows_fewer_orders_than_it_says() {
    let blind = Blind::new(|_| {
        let pagination = json!({"total": 2, "total_pages": 1});
        json(200, &json!({"items": [other(1)], "pagination": pagination}))
    });
    let error = blind.await.doubt().await.to_string();
    assert!(error.contains("it shows 1 of 2 orders"), "{error}");
}

#[tokio::test]
async fn an_element_that_cannot_be_read() {
    let broken = json!({"id": 9, "total_price": {"amount": 1}});
    let blind = Blind::new(move |_| list(json!([other(1), broken])));
    let error = blind.await.doubt().await.to_string();
    assert!(
        error.contains("one order of the list cannot be read"),
        "{error}"
    );
}

#[tokio::test]
async fn a_broken_element_that_is_ours_or_anothers() {
    let show = Arc::new(AtomicBool::new(false));
    let shown = show.clone();
    let blind = Blind::new(move |_| {
        let reference = if shown.load(Ordering::Relaxed) {
            "A-1"
        } else {
            "B-2"
        };
        list(json!([{"partner_reference": reference, "total_price": {}}]))
    });
    let blind = blind.await;
    // Another's: absent, so it is sent again until that is enough.
    let error = blind.orders().submit(order("A-1")).await.unwrap_err();
    assert_eq!((error.outcome(), blind.sends()), (Outcome::Unknown, 3));
    show.store(true, Ordering::Relaxed);
    let submitted = blind.orders().submit(order("A-1")).await.unwrap();
    assert_eq!(submitted.how(), Submission::Found);
    let body = json!({"partner_reference": "A-1", "total_price": {}});
    assert_eq!(
        serde_json::from_slice::<Value>(submitted.raw_body()).unwrap(),
        body
    );
    assert_eq!(blind.sends(), 3);
}

#[tokio::test]
async fn one_order_in_doubt_keeps_no_other_from_being_recovered() {
    let shown = Arc::new(AtomicBool::new(false));
    let list_shown = shown.clone();
    let blind = Blind::new(move |_| match list_shown.load(Ordering::Relaxed) {
        // A-1 is there; of A-2 nobody can tell, for one order cannot be read.
        true => list(json!([{"partner_reference": "A-1"}, {"id": 9, "total_price": {}}])),
        false => json(500, &json!({})),
    })
    .await;
    for reference in ["A-2", "A-1"] {
        let error = blind.orders().submit(order(reference)).await.unwrap_err();
        assert!(error.is_in_doubt());
    }
    shown.store(true, Ordering::Relaxed);
    let mut recovery = blind.orders().recover().await.unwrap();
    recovery
        .orders
        .sort_by(|a, b| a.reference.cmp(&b.reference));
    assert_eq!(recovery.orders.len(), 2, "{recovery:?}");
    let (first, second) = (&recovery.orders[0], &recovery.orders[1]);
    assert_eq!(first.result.as_ref().unwrap().how(), Submission::Found);
    assert!(second.result.as_ref().unwrap_err().is_in_doubt());
    assert_eq!(blind.sends(), 2);
}

#[tokio::test]
async fn an_order_that_is_hidden_while_the_list_is_read_is_found() {
    // While it is read, the first order goes and another comes.
    let swapped = Arc::new(AtomicBool::new(false));
    let blind = Blind::new(move |call| {
        let page = call.page();
        swapped.fetch_or(page == 2, Ordering::Relaxed);
        let of = |n: u64, reference: &str| json!({"id": n, "partner_reference": reference, "created_at": format!("2026-01-0{n} 09:00:00")});
        let all = match swapped.load(Ordering::Relaxed) {
            false => [of(1, "B-1"), of(2, "B-2"), of(3, "A-1")],
            true => [of(2, "B-2"), of(3, "A-1"), of(4, "B-4")],
        };
        let items = if page == 1 { &all[..2] } else { &all[2..] };
        let pagination = json!({"total": 3, "per_page": 2, "total_pages": 2});
        json(200, &json!({"items": items, "pagination": pagination}))
    });
    let blind = blind.await;
    let submitted = blind.orders().submit(order("A-1")).await.unwrap();
    assert_eq!(submitted.how(), Submission::Found);
    assert_eq!(blind.sends(), 1);
}
