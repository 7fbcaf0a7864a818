//! A stream of a long list holds no more memory than that of a short one. A page is what it holds decoded, with its raw body
//! and headers.
//!
//! The watch over what the suite says does not listen here: its texts would be counted with the heap.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use futures::{StreamExt, TryStreamExt};
use peak_alloc::PeakAlloc;
use retm::{Business, Credentials, Retm};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// A sandbox in another process, so that only the client's heap is counted.
struct Server {
    process: Child,
    acme: Business,
}

impl Server {
    fn start(products: usize) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_sandbox-server"))
            .arg(products.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let next = |lines: &mut Lines<BufReader<ChildStdout>>| lines.next().unwrap().unwrap();
        let base_url = next(&mut lines);
        let credentials = Credentials::new(next(&mut lines), next(&mut lines));
        let retm = Retm::builder()
            .base_url(base_url)
            .credentials(credentials)
            .build()
            .unwrap();
        let acme = retm.business("acme").unwrap();
        Self { process, acme }
    }

    /// What one page holds, decoded and raw, in bytes.
    async fn page(&self) -> usize {
        let before = HEAP.current_usage();
        let page = self.acme.products().list().per_page(500).page(2);
        let page = page.response().await.unwrap();
        let held = HEAP.current_usage() - before;
        assert_eq!(page.len(), 500);
        held
    }

    /// Holds every page until the next one is there; by how many bytes the heap grew at most.
    async fn hold(&self) -> usize {
        let before = HEAP.current_usage();
        HEAP.reset_peak_usage();
        let mut pages = self.acme.products().list().per_page(500).pages();
        let mut held = pages.try_next().await.unwrap();
        while held.is_some() {
            let next = pages.try_next().await.unwrap();
            held = next;
        }
        HEAP.peak_usage() - before
    }

    /// Streams all products; how many there were, and by how many bytes the heap grew at most.
    async fn stream(&self) -> (usize, usize) {
        let before = HEAP.current_usage();
        HEAP.reset_peak_usage();
        let products = self.acme.products().list().per_page(500).stream();
        let count = products
            .try_fold(0, |count, _| async move { Ok(count + 1) })
            .await
            .unwrap();
        (count, HEAP.peak_usage() - before)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn the_heap_of_a_stream_is_three_pages_at_most_however_long_the_list() {
    let short = Server::start(10_000);
    let long = Server::start(100_000);
    // Before anything is measured, tokens are there and the buffers of the connections have grown as far as they will.
    for server in [&short, &long] {
        let products = server.acme.products().list().per_page(500);
        products
            .pages()
            .take(20)
            .try_collect::<Vec<_>>()
            .await
            .unwrap();
    }
    let (page, held) = (short.page().await, short.hold().await);
    let (count, short) = short.stream().await;
    assert_eq!(count, 10_000);
    let (count, long) = long.stream().await;
    assert_eq!(count, 100_000);
    // How much of the next page is there when one is let go is a matter of chance: of one page, not of
    // the hundred and eighty that the long list has more.
    assert!(
        long <= short + page && long <= 3 * page,
        "peak heap: {long} bytes for 100,000 products, {short} for 10,000, {page} of a page, decoded and raw"
    );
    assert!(
        held <= 3 * page,
        "peak heap: {held} bytes, of a page, decoded and raw: {page}"
    );
    assert!(held > page, "no page was fetched ahead: {held} bytes");
    assert!(short > 100_000, "nothing was counted: {short} bytes");
}
