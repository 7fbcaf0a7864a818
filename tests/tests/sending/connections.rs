//! A connection that failed is not used again, and one that is never there is not waited for.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use retm::{Credentials, Retm};
use retm_tests::server::token;
use retm_tests::{NoWait, watch};
use tokio::net::TcpListener;

use crate::acme;
use crate::wire::{answer, request};

/// What the server does with a request on a connection.
#[derive(Clone, Copy)]
enum Then {
    Answer,
    Hang,
    Reset,
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
        .credentials(Credentials::new("app", watch::SECRET))
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

#[tokio::test]
async fn the_connect_time_out_is_that_of_the_builder() {
    watch::begin();
    // The system takes the connection, and nobody answers the handshake of TLS, which is a part of connecting.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Retm::builder()
        .base_url(format!("https://{}", silent.local_addr().unwrap()))
        .credentials(Credentials::new("app", watch::SECRET))
        .retry_policy(retm::NeverRetry)
        .connect_timeout(Duration::from_millis(50))
        // Before the 5 s that connecting may take by default.
        .attempt_timeout(Duration::from_secs(4));
    let error = acme(client).products().list().await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    assert_eq!(error.outcome(), retm::Outcome::NotSent);
    insta::assert_snapshot!(error, @"exchange_token for acme: cannot connect: operation timed out. Check the business id, the base URL, the network and the proxy; nothing was sent.");
}
