//! 100,000 items from a server that takes 5 ms for a page, worked on for 5 ms a page, with and without prefetch.

use std::time::{Duration, Instant};

use futures::TryStreamExt;
use retm::{Business, Credentials, Retm};

use crate::answers::{CATALOGUE, LATENCY};
use crate::catalogue::{PAGES, PER_PAGE, PRODUCTS};
use crate::harness::{ROUNDS, Row, Target, median};
use crate::server::Server;
use crate::warm_call::block_on;

const SUBJECT: &str = "100,000 products, 5 ms a page";

/// A business with the catalogue.
pub(crate) fn catalogue(server: &Server) -> Business {
    let retm = Retm::builder()
        .base_url(server.of_business())
        .credentials(Credentials::new("app", "a-secret-of-the-bench"))
        .build()
        .unwrap();
    retm.business(CATALOGUE).unwrap()
}

pub(crate) fn rows() -> Vec<Row> {
    let server = Server::start();
    let business = catalogue(&server);
    block_on(async {
        let plain = reqwest::Client::builder().no_proxy().build().unwrap();
        let (mut ahead, mut one_by_one) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let with = read(&business, true).await;
            // Both at once take as long as the longer of them.
            let start = Instant::now();
            tokio::join!(serve(&plain, &server), consume());
            let longer = start.elapsed();
            let without = read(&business, false).await;
            ahead.push(with.as_secs_f64() / longer.as_secs_f64());
            one_by_one.push(without.as_secs_f64() / longer.as_secs_f64());
            eprintln!("{with:?} with, {without:?} without; the longer alone {longer:?}");
        }
        let row =
            |compared, figures, target| Row::ratio(SUBJECT, compared, median(figures), target);
        vec![
            row(
                "with prefetch : the longer of server and consumer",
                ahead,
                Target::AtMost(1.1),
            ),
            row(
                "without prefetch : the longer of server and consumer",
                one_by_one,
                Target::None,
            ),
        ]
    })
}

/// What a consumer does with a page: waits for something of its own, as a database.
async fn work() {
    tokio::time::sleep(LATENCY).await;
}

/// Reads and works on all of it.
async fn read(business: &Business, prefetch: bool) -> Duration {
    let start = Instant::now();
    let list = business.products().list().per_page(PER_PAGE as u64);
    let mut pages = list.prefetch(prefetch).pages();
    let mut count = 0;
    while let Some(page) = pages.try_next().await.unwrap() {
        count += page.items().len();
        work().await;
    }
    assert_eq!(count, PRODUCTS);
    start.elapsed()
}

/// The server's part alone: its pages fetched one after the other and not decoded.
async fn serve(client: &reqwest::Client, server: &Server) {
    for page in 1..=PAGES {
        let url = format!(
            "{}/b/{CATALOGUE}/api/v2/products/list?page={page}&per_page={PER_PAGE}",
            server.base_url
        );
        let answer = client.get(url).send().await.unwrap();
        assert!(!answer.bytes().await.unwrap().is_empty());
    }
}

/// The consumer's part alone.
async fn consume() {
    for _ in 0..PAGES {
        work().await;
    }
}
