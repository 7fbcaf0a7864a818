//! An answer without end costs no more memory than the limit allows, and the error says so.
//!
//! One test, since the heap is that of the whole process.
//!
//! The watch over what the suite says does not listen here: its texts would be counted with the heap.

#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use peak_alloc::PeakAlloc;
use retm::{Credentials, Error, Retm};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// The limit of a client that was told of none.
const LIMIT: usize = 64 << 20;
const ANSWER: usize = 300_000_000;

/// Gives a token, and to every other request this head and the bytes of the body until the client hangs up.
fn serve(
    head: String,
    body: fn(&mut TcpStream) -> std::io::Result<()>,
) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::<AtomicUsize>::default();
    let count = requests.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = vec![0; 64 * 1024];
            let read = stream.read(&mut request).unwrap();
            if request[..read].starts_with(b"POST /api/oAuth/token") {
                let token = br#"{"access_token": "hush-token", "expires_in": 3600}"#;
                let head = format!(
                    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    token.len()
                );
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(token).unwrap();
                continue;
            }
            count.fetch_add(1, Ordering::SeqCst);
            let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{head}\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            // The client hangs up at its limit.
            let _ = body(&mut stream);
        }
    });
    (url, requests)
}

/// Blanks, which JSON may begin with.
fn blanks(to: &mut impl Write) -> std::io::Result<()> {
    let blanks = vec![b' '; 100_000];
    for _ in 0..ANSWER / blanks.len() {
        to.write_all(&blanks)?;
    }
    Ok(())
}

fn gzipped(to: &mut TcpStream) -> std::io::Result<()> {
    let mut encoder = GzEncoder::new(to, Compression::fast());
    blanks(&mut encoder)?;
    encoder.finish().map(drop)
}

/// The error of a list, and by how many bytes the heap grew at most.
async fn list(url: &str) -> (Error, usize) {
    let retm = Retm::builder()
        .base_url(url)
        .credentials(Credentials::new("app", "hush-secret"))
        .build()
        .unwrap();
    let acme = retm.business("acme").unwrap();
    acme.token().await.unwrap();
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let error = acme.products().list().await.unwrap_err();
    (error, HEAP.peak_usage() - before)
}

fn check(error: &Error, peak: usize, requests: &AtomicUsize) {
    assert!(error.is_too_large(), "{error}");
    assert_eq!(
        requests.load(Ordering::SeqCst),
        1,
        "the same answer would come again"
    );
    assert!(peak <= 2 * LIMIT, "peak of {peak} bytes");
}

#[tokio::test]
async fn the_heap_of_a_large_answer_is_twice_the_limit_at_most() {
    an_answer_without_end_stays_within_the_limit().await;
    a_gzip_bomb_stays_within_the_limit().await;
    an_answer_that_announces_more_than_the_limit_is_not_read().await;
}

async fn an_answer_without_end_stays_within_the_limit() {
    let (url, requests) = serve(String::new(), blanks);
    let (error, peak) = list(&url).await;
    check(&error, peak, &requests);
    insta::assert_snapshot!(error, @"list_products for acme: the answer is larger than the limit: more than 64 MiB; the rest was not read (status 200). Ask for smaller pages, or raise the limit with `Builder::body_limit`.");
    // Read, up to the limit.
    assert!(peak > LIMIT / 2, "peak of {peak} bytes");
}

async fn a_gzip_bomb_stays_within_the_limit() {
    let (url, requests) = serve("content-encoding: gzip\r\n".to_owned(), gzipped);
    let (error, peak) = list(&url).await;
    check(&error, peak, &requests);
    assert!(peak > LIMIT / 2, "peak of {peak} bytes");
}

async fn an_answer_that_announces_more_than_the_limit_is_not_read() {
    let (url, requests) = serve(format!("content-length: {ANSWER}\r\n"), blanks);
    let (error, peak) = list(&url).await;
    check(&error, peak, &requests);
    insta::assert_snapshot!(error, @"list_products for acme: the answer is larger than the limit: 286 MiB, and the limit is 64 MiB; nothing was read (status 200). Ask for smaller pages, or raise the limit with `Builder::body_limit`.");
    assert!(peak < 1 << 20, "peak of {peak} bytes");
}
