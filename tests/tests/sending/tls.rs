//! A server whose certificate the system does not know.

use std::sync::{Arc, Mutex};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use retm::{Builder, Credentials, Retm};
use retm_tests::server::token;
use retm_tests::{NoWait, watch};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::acme;
use crate::wire::{answer, request};

/// The first lines of the requests that came through TLS.
type Log = Arc<Mutex<Vec<String>>>;

/// A server with a certificate of its own for `localhost`, and that certificate.
async fn server() -> (Builder, String, Log) {
    watch::begin();
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let log = Log::default();
    let seen = log.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let log = seen.clone();
            tokio::spawn(async move {
                while let Some(head) = request(&mut stream).await {
                    let first = head.lines().next().unwrap_or_default().to_owned();
                    let body = match first.contains("oauth/token") {
                        true => token().to_string(),
                        false => r#"{"items":[]}"#.to_owned(),
                    };
                    log.lock().unwrap().push(first);
                    answer(&mut stream, &body).await;
                }
            });
        }
    });
    let client = Retm::builder()
        .base_url(format!("https://localhost:{port}"))
        .credentials(Credentials::new("app", watch::SECRET))
        .sleep(NoWait::default());
    (client, cert.pem(), log)
}

#[tokio::test]
async fn a_root_certificate_of_the_builder_is_trusted() {
    let (client, pem, log) = server().await;
    let acme = acme(client.add_root_certificate_pem(pem));
    acme.products().list().await.unwrap();
    let log = log.lock().unwrap();
    let wanted = [
        "post /api/oauth/token http/1.1",
        "get /api/v2/products/list http/1.1",
    ];
    assert_eq!(*log, wanted);
}

#[tokio::test]
async fn a_certificate_that_nobody_knows_is_not_trusted() {
    let (client, _, log) = server().await;
    let error = acme(client).products().list().await.unwrap_err();
    assert!(error.is_connect());
    insta::assert_snapshot!(error, @"exchange_token for acme: cannot connect: invalid peer certificate: UnknownIssuer (3 attempts). Check the business id, the base URL, the network and the proxy; nothing was sent.");
    assert!(log.lock().unwrap().is_empty());
}
