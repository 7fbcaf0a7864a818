//! A connection that failed is not used again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use retm::{Credentials, Retm};
use retm_tests::NoWait;
use retm_tests::server::token;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::acme;

/// What the server does with a request on a connection.
#[derive(Clone, Copy)]
enum Then {
    Answer,
    Hang,
    Reset,
}

/// Reads one request and gives its head; `None` at the end of the connection.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        let come = String::from_utf8_lossy(&text).to_lowercase();
        if let Some((head, body)) = come.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length = length.map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return Some(head.to_owned());
            }
        }
        match stream.read(&mut bytes).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => text.extend_from_slice(&bytes[..read]),
        }
    }
}

async fn answer(stream: &mut TcpStream, body: &str) {
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
}

/// Which connection each request came over, in order.
type Log = Arc<Mutex<Vec<usize>>>;

/// A server that answers every request but the second of its first connection, token requests left aside.
async fn server(second: Then) -> (String, Log) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let log = Log::default();
    let seen = log.clone();
    tokio::spawn(async move {
        for connection in 0.. {
            let Ok((mut stream, _)) = listener.accept().await else {
                return;
            };
            let log = seen.clone();
            tokio::spawn(async move {
                let mut number = 0;
                while let Some(head) = request(&mut stream).await {
                    if head.contains("oauth/token") {
                        answer(&mut stream, &token().to_string()).await;
                        continue;
                    }
                    log.lock().unwrap().push(connection);
                    number += 1;
                    match second {
                        Then::Hang if (connection, number) == (0, 2) => {
                            std::future::pending().await
                        }
                        Then::Reset if (connection, number) == (0, 2) => {
                            stream.set_zero_linger().unwrap();
                            return;
                        }
                        _ => answer(&mut stream, r#"{"items":[]}"#).await,
                    }
                }
            });
        }
    });
    (base_url, log)
}

/// Which connections three calls come over; an attempt of the second may take half a second.
async fn calls(second: Then) -> Vec<usize> {
    let (base_url, log) = server(second).await;
    let client = Retm::builder()
        .base_url(base_url)
        .credentials(Credentials::new("app", "hush-secret"))
        .sleep(NoWait::default());
    let products = acme(client).products();
    products.list().await.unwrap();
    let list = products.list();
    let list = list.with_attempt_timeout(Duration::from_millis(500));
    list.await.unwrap();
    products.list().await.unwrap();
    let log = log.lock().unwrap();
    log.clone()
}

#[tokio::test]
async fn a_warm_connection_serves_all_calls() {
    assert_eq!(calls(Then::Answer).await, [0, 0, 0]);
}

#[tokio::test]
async fn after_a_time_out_the_next_attempt_takes_a_new_connection() {
    assert_eq!(calls(Then::Hang).await, [0, 0, 1, 1]);
}

#[tokio::test]
async fn after_a_reset_the_next_attempt_takes_a_new_connection() {
    assert_eq!(calls(Then::Reset).await, [0, 0, 1, 1]);
}
