//! Heap that a long list takes. A program of its own: the allocator that counts costs time.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

#[path = "../ratios/answers.rs"]
mod answers;
#[path = "../ratios/catalogue.rs"]
mod catalogue;
#[path = "../ratios/harness.rs"]
#[allow(dead_code)]
mod harness;
#[path = "../ratios/prefetch.rs"]
#[allow(dead_code)]
mod prefetch;
#[path = "../ratios/server.rs"]
#[allow(dead_code)]
mod server;
#[path = "../ratios/warm_call.rs"]
#[allow(dead_code)]
mod warm_call;

use catalogue::{PER_PAGE, PRODUCTS};
use futures::{StreamExt, TryStreamExt};
use harness::{ROUNDS, Row, Target, median};
use peak_alloc::PeakAlloc;
use retm::Business;
use server::Server;
use warm_call::block_on;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

fn main() {
    if server::asked_to_serve() {
        return server::serve();
    }
    harness::report(&[("prefetch", rows)]);
}

fn rows() -> Vec<Row> {
    let server = Server::start();
    let business = prefetch::catalogue(&server);
    let pages = block_on(async {
        // Until the token is there and the connection's buffers have grown as far as they will.
        let list = business.products().list().per_page(PER_PAGE as u64);
        list.pages().take(20).try_collect::<Vec<_>>().await.unwrap();
        let page = page(&business).await;
        let mut figures = Vec::new();
        for _ in 0..ROUNDS {
            figures.push(stream(&business).await as f64 / page as f64);
        }
        eprintln!("a page, decoded and raw, is {page} bytes, the peaks are {figures:.2?} pages");
        median(figures)
    });
    vec![Row::count(
        "100,000 products, 5 ms a page",
        "peak heap with prefetch, each page (decoded and raw) held until the next is there",
        pages,
        " pages",
        Target::AtMost(3.0),
    )]
}

/// What a page takes, decoded and with its raw body and headers, in bytes.
async fn page(business: &Business) -> usize {
    let before = HEAP.current_usage();
    let page = business.products().list().per_page(PER_PAGE as u64).page(2);
    let page = page.response().await.unwrap();
    let held = HEAP.current_usage() - before;
    assert_eq!(page.len(), PER_PAGE);
    held
}

/// By how many bytes the heap grows at most while all pages are read.
async fn stream(business: &Business) -> usize {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let mut pages = business.products().list().per_page(PER_PAGE as u64).pages();
    let (mut held, mut count) = (None, 0);
    while let Some(page) = pages.try_next().await.unwrap() {
        count += page.len();
        held = Some(page);
    }
    drop(held);
    assert_eq!(count, PRODUCTS);
    HEAP.peak_usage() - before
}
