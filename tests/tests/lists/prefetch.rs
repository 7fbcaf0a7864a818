//! The next page is fetched while the last one is worked on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::{FutureExt, Stream, StreamExt, TryStreamExt};
use retm::types::Product;
use retm::{Business, ErrorKind, ItemStream, Pages};
use retm_tests::server::{Server, json as answer};
use retm_tests::{Gate, until};
use serde_json::{Value, json};

use crate::{asked, ids, lists, page_of};

static_assertions::assert_impl_all!(Pages<Product>: Stream, Send, Unpin);
static_assertions::assert_impl_all!(ItemStream<Product>: Stream, Send, Unpin);

/// Sets its flag when it is dropped.
struct Flag(Arc<AtomicBool>);

impl Drop for Flag {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A server that holds every page but the first back until the gate opens, a business on it, and whether
/// a request that was held back has ended.
async fn gated(
    gate: &Gate,
    page: impl Fn(u64) -> Value + Send + Sync + 'static,
) -> (Server, Business, Arc<AtomicBool>) {
    let (gate, ended) = (gate.clone(), Arc::<AtomicBool>::default());
    let flag = ended.clone();
    let server = Server::start(move |call| {
        let (number, gate, flag) = (call.page(), gate.clone(), flag.clone());
        let body = page(number);
        async move {
            if number > 1 {
                let _flag = Flag(flag);
                gate.pass().await;
            }
            answer(200, &body)
        }
    });
    let server = server.await.unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    (server, acme, ended)
}

#[tokio::test]
async fn the_second_page_is_asked_for_before_the_consumer_asks() {
    let gate = Gate::default();
    let (server, acme, _) = gated(&gate, page_of(3)).await;
    let mut pages = acme.products().list().pages();
    let first = pages.try_next().await.unwrap().unwrap();
    assert_eq!(ids(first.items()), ["1", "2"]);
    until(|| asked(&server) == [1, 2]).await;
    gate.open();
    let rest: Vec<_> = pages.try_collect().await.unwrap();
    assert_eq!(rest.len(), 2);
    assert_eq!(
        asked(&server),
        [1, 2, 3],
        "each page once, none after the last"
    );
}

#[tokio::test]
async fn items_of_a_page_come_while_the_next_one_is_held_back() {
    let gate = Gate::default();
    let (server, acme, _) = gated(&gate, page_of(2)).await;
    let mut items = acme.products().list().stream();
    for id in ["1", "2"] {
        let item = items.try_next().await.unwrap().unwrap();
        assert_eq!(item.id.unwrap().as_str(), id);
    }
    until(|| asked(&server) == [1, 2]).await;
    assert!(
        items.next().now_or_never().is_none(),
        "the page is held back"
    );
    gate.open();
    let rest: Vec<Product> = items.try_collect().await.unwrap();
    assert_eq!(ids(&rest), ["3", "4"]);
}

#[tokio::test]
async fn one_page_is_fetched_ahead_and_not_two() {
    let (server, acme) = lists(page_of(9)).await;
    let mut pages = acme.products().list().pages();
    for number in 1..=3 {
        assert_eq!(pages.try_next().await.unwrap().unwrap().number(), number);
    }
    until(|| asked(&server).len() == 4).await;
    // Whatever else the client had sent would have come before this request, on the same server.
    acme.products().list().page(99).await.unwrap();
    assert_eq!(asked(&server), [1, 2, 3, 4, 99]);
}

#[tokio::test]
async fn without_prefetch_a_page_is_asked_for_when_it_is_wanted() {
    let (server, acme) = lists(page_of(3)).await;
    let mut pages = acme.products().list().prefetch(false).pages();
    pages.try_next().await.unwrap();
    acme.products().list().page(99).await.unwrap();
    assert_eq!(asked(&server), [1, 99]);
    pages.try_next().await.unwrap();
    assert_eq!(asked(&server), [1, 99, 2]);
}

#[tokio::test]
async fn dropping_the_stream_ends_the_request() {
    let gate = Gate::default();
    let (server, acme, ended) = gated(&gate, page_of(9)).await;
    let mut items = acme.products().list().stream();
    items.try_next().await.unwrap();
    until(|| asked(&server) == [1, 2]).await;
    assert!(!ended.load(Ordering::SeqCst));
    drop(items);
    // The server gives up a request when the client has closed its connection; the gate stays shut.
    until(|| ended.load(Ordering::SeqCst)).await;
    acme.products().list().await.unwrap();
    assert_eq!(asked(&server), [1, 2, 1], "nothing was asked for again");
}

#[tokio::test]
async fn the_error_of_a_page_comes_after_the_items_before_it() {
    let server = Server::start(|call| async move {
        match call.page() {
            2 => answer(403, &json!({"message": "Not now."})),
            page => answer(200, &page_of(3)(page)),
        }
    });
    let server = server.await.unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    let mut items = acme.products().list().stream();
    let first = items.try_next().await.unwrap().unwrap();
    assert_eq!(first.id.unwrap().as_str(), "1");
    // The error is there already, and the second item comes first.
    until(|| asked(&server) == [1, 2]).await;
    let second = items.try_next().await.unwrap().unwrap();
    assert_eq!(second.id.unwrap().as_str(), "2");
    let error = items.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert_eq!(error.operation(), Some("list_products"));
    assert!(items.next().await.is_none());
    assert_eq!(asked(&server), [1, 2]);
}

#[test]
fn a_page_whose_task_has_gone_is_fetched_again() {
    let client = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let servers = tokio::runtime::Builder::new_multi_thread();
    let servers = { servers }.worker_threads(1).enable_all().build().unwrap();
    let gate = Gate::default();
    let (server, acme, _) = servers.block_on(gated(&gate, page_of(2)));
    let mut pages = acme.products().list().pages();
    let first = client();
    first.block_on(async {
        pages.try_next().await.unwrap();
        until(|| asked(&server) == [1, 2]).await;
    });
    drop(first);
    gate.open();
    let second = client().block_on(pages.try_next()).unwrap().unwrap();
    assert_eq!(ids(second.items()), ["3", "4"]);
    assert_eq!(asked(&server), [1, 2, 2]);
}
