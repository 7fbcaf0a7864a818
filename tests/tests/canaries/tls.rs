//! The same over TLS, with HTTP/2 and with HTTP/1, through a proxy that wants a password.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use retm::{Builder, Credentials, Retm};
use retm_tests::server::json;
use retm_tests::{NoWait, Tls};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::canary::*;
use crate::capture::{debug, failed, good};
use crate::orders::order;
use crate::world::{acme, person, refused, token};

const HOST: &str = "acme.example.com";

/// What a server or a proxy got.
type Log = Arc<Mutex<String>>;

/// A server that speaks that protocol alone: where it listens, its certificate, and what it gets.
async fn server(protocol: &str) -> (SocketAddr, String, Log) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec![HOST.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let log = Log::default();
    let got = log.clone();
    let app = Router::new().fallback(move |request: Request| {
        let got = got.clone();
        async move {
            let (head, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let body = String::from_utf8_lossy(&body).into_owned();
            let headers: String = head
                .headers
                .iter()
                .map(|(name, value)| {
                    format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()))
                })
                .collect();
            let line = format!("{:?} {}\n{headers}{body}\n", head.version, head.uri);
            got.lock().unwrap().push_str(&line);
            match (head.uri.path(), head.method.as_str()) {
                (retm_tests::server::TOKEN, _) => json(200, &token(ACCESS, REFRESH)),
                (_, "POST") => refused(422, &format!("token {ACCESS}")),
                _ => json(200, &json!({"items": [person()]})),
            }
        }
    });
    let tls = Tls(listener, TlsAcceptor::from(Arc::new(config)));
    tokio::spawn(async move { axum::serve(tls, app).await });
    (addr, cert.pem(), log)
}

/// A proxy that leads every tunnel to that server, or refuses it.
async fn proxy(to: Option<SocketAddr>) -> (String, Log) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "http://app:{PROXY_PASSWORD}@{}",
        listener.local_addr().unwrap()
    );
    let log = Log::default();
    let got = log.clone();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let Ok(byte) = client.read_u8().await else {
                    break;
                };
                head.push(byte);
            }
            got.lock()
                .unwrap()
                .push_str(&String::from_utf8_lossy(&head));
            let Some(to) = to else {
                let refusal =
                    format!("HTTP/1.1 407 No {PROXY_PASSWORD}\r\ncontent-length: 0\r\n\r\n");
                let _ = client.write_all(refusal.as_bytes()).await;
                continue;
            };
            let mut server = TcpStream::connect(to).await.unwrap();
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            tokio::spawn(async move {
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    (url, log)
}

fn client(proxy: String) -> Builder {
    Retm::builder()
        .base_url("https://{business_id}.example.com")
        .credentials(Credentials::new("app-7", CLIENT_SECRET))
        .proxy(proxy)
        .sleep(NoWait::default())
}

pub(crate) async fn play() {
    for (protocol, version) in [("h2", "HTTP/2.0"), ("http/1.1", "HTTP/1.1")] {
        let (server, pem, got) = server(protocol).await;
        let (proxy, tunnels) = proxy(Some(server)).await;
        let builder = client(proxy).add_root_certificate_pem(pem);
        debug("Builder", &builder);
        let acme = acme(builder);
        acme.authorize(CODE).await.unwrap();
        let list = acme.customers().list().with_header("x-note", HEADER);
        good("customers", list.response().await);
        failed("create", acme.orders().create(order("T-1")).await);
        let _ = acme.products().get(PHONE).await;
        let got = got.lock().unwrap().clone();
        for sent in [version, CLIENT_SECRET, CODE, HEADER, NAME, PHONE] {
            assert!(got.contains(sent), "{sent} was not sent over {protocol}");
        }
        assert!(
            got.contains(&format!("authorization: Bearer {ACCESS}")),
            "{protocol}"
        );
        asked(&tunnels);
    }
    let (proxy, tunnels) = proxy(None).await;
    failed("proxy", acme(client(proxy)).customers().list().await);
    asked(&tunnels);
}

/// The proxy got its password.
fn asked(tunnels: &Log) {
    let asked = tunnels.lock().unwrap().clone();
    assert!(
        retm_tests::watch::found(&asked, PROXY_PASSWORD).is_some(),
        "{asked}"
    );
}
