//! Lists over several pages: envelopes and ends, pages fetched ahead, resuming, sweeps.

#![allow(clippy::unwrap_used)]

mod pages;
mod prefetch;
mod resume;
mod sweep;

use retm::Business;
use retm::types::Product;
use retm_tests::server::{Server, json as answer};
use serde_json::{Value, json};

/// A server whose every list answers by the number of the page, and a business on it.
async fn lists(page: impl Fn(u64) -> Value + Send + Sync + 'static) -> (Server, Business) {
    let server = Server::start(move |call| {
        let page = page(call.page());
        async move { answer(200, &page) }
    });
    let server = server.await.unwrap();
    let acme = server.client().build().unwrap().business("acme").unwrap();
    (server, acme)
}

/// Two products of a page; the second page has other ones than the first.
fn two(page: u64) -> Value {
    json!([{"id": (2 * page - 1).to_string()}, {"id": (2 * page).to_string()}])
}

/// Two products of each of so many pages.
fn page_of(total: u64) -> impl Fn(u64) -> Value + Copy {
    move |page| json!({"items": two(page), "pagination": {"current_page": page, "total_pages": total}})
}

fn ids(products: &[Product]) -> Vec<&str> {
    let ids = products.iter().map(|product| product.id.as_ref().unwrap());
    ids.map(|id| id.as_str()).collect()
}

/// The pages that the server was asked for, in this order.
fn asked(server: &Server) -> Vec<u64> {
    server
        .resource_calls()
        .iter()
        .map(|call| call.page())
        .collect()
}
