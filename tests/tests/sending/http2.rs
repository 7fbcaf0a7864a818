//! Over HTTP/2 all calls share a connection: one that is cut or falls silent is not used again, and an attempt that is
//! given up leaves it to the others.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::Version;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use retm::{Credentials, Retm};
use retm_tests::server::{TOKEN, json, token};
use retm_tests::{NoWait, Tls, watch};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::acme;

/// What becomes of the second request, token requests left aside.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Answer,
    /// It is never answered.
    Hang,
    /// Its connection is closed.
    Close,
    /// Its connection is reset.
    Reset,
    /// Nothing comes over its connection any more, and nobody says that it is gone.
    Silence,
}

/// The way to the server.
#[derive(Default)]
struct Way {
    connections: AtomicUsize,
    /// Cuts the connection that there is.
    cut: Notify,
    /// Which connection each request came over, in order.
    log: Mutex<Vec<usize>>,
}

/// A server of HTTP/2 alone, and its certificate.
async fn server(second: Then, way: Arc<Way>) -> (SocketAddr, String) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let app = Router::new().fallback(move |request: Request| {
        let way = way.clone();
        async move {
            assert_eq!(request.version(), Version::HTTP_2);
            if request.uri().path() == TOKEN {
                return json(200, &token());
            }
            let number = {
                let mut log = way.log.lock().unwrap();
                log.push(way.connections.load(Ordering::SeqCst) - 1);
                log.len()
            };
            if number == 2 && second != Then::Answer {
                if second != Then::Hang {
                    way.cut.notify_one();
                }
                std::future::pending::<()>().await;
            }
            json(200, &json!({"items": []}))
        }
    });
    let tls = Tls(listener, TlsAcceptor::from(Arc::new(config)));
    tokio::spawn(async move { axum::serve(tls, app).await });
    (addr, cert.pem())
}

/// Hands connections on to the server and cuts them; gives its port.
async fn relay(second: Then, server: SocketAddr, way: Arc<Way>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            way.connections.fetch_add(1, Ordering::SeqCst);
            let way = way.clone();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(server).await.unwrap();
                tokio::select! {
                    _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                    () = way.cut.notified() => match second {
                        Then::Reset => client.set_zero_linger().unwrap(),
                        Then::Silence => std::future::pending().await,
                        _ => {}
                    }
                }
            });
        }
    });
    port
}

/// Which connections three calls come over; an attempt of the second may take half a second where that is
/// what ends it.
async fn calls(second: Then) -> Vec<usize> {
    watch::begin();
    let way = Arc::new(Way::default());
    let (server, pem) = server(second, way.clone()).await;
    let port = relay(second, server, way.clone()).await;
    let client = Retm::builder()
        .base_url(format!("https://localhost:{port}"))
        .credentials(Credentials::new("app", watch::SECRET))
        .add_root_certificate_pem(pem)
        .sleep(NoWait::default());
    let products = acme(client).products();
    products.list().await.unwrap();
    let mut list = products.list();
    if second == Then::Hang {
        list = list.with_attempt_timeout(Duration::from_millis(500));
    }
    list.await.unwrap();
    products.list().await.unwrap();
    let log = way.log.lock().unwrap();
    log.clone()
}

#[tokio::test]
async fn one_connection_serves_all_calls() {
    assert_eq!(calls(Then::Answer).await, [0, 0, 0]);
}

#[tokio::test]
async fn after_a_connection_was_closed_the_next_attempt_takes_a_new_one() {
    assert_eq!(calls(Then::Close).await, [0, 0, 1, 1]);
}

#[tokio::test]
async fn after_a_connection_was_reset_the_next_attempt_takes_a_new_one() {
    assert_eq!(calls(Then::Reset).await, [0, 0, 1, 1]);
}

#[tokio::test]
async fn an_attempt_that_timed_out_leaves_the_connection_to_the_others() {
    assert_eq!(calls(Then::Hang).await, [0, 0, 0, 0]);
}

/// The pings are hyper's and take the time that there is: ten seconds, with thirty for the attempt.
#[tokio::test]
async fn after_a_connection_fell_silent_the_attempt_ends_and_the_next_takes_a_new_one() {
    assert_eq!(calls(Then::Silence).await, [0, 0, 1, 1]);
}
