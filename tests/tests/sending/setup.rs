//! Certificates, proxies and limits of the builder.

use std::io::{Read, Write};
use std::net::TcpListener;

use retm::{Builder, Credentials, Quota, Retm};
use retm_tests::{NoWait, watch};

use crate::acme;

fn refused(builder: Builder) -> String {
    let error = builder.build().unwrap_err();
    assert!(error.is_config());
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("hush"), "{shown}");
    error.to_string()
}

#[test]
fn a_root_certificate_that_is_none() {
    let with = |pem: &str| refused(Retm::builder().add_root_certificate_pem(pem));
    insta::assert_snapshot!(with(""), @"bad configuration: the HTTP client cannot be built; root certificate 1 holds no `BEGIN CERTIFICATE`. Correct the value; nothing was sent.");
    insta::assert_snapshot!(with("-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n"), @"bad configuration: the HTTP client cannot be built; root certificate 1 is not PEM. Correct the value; nothing was sent.");
    insta::assert_snapshot!(with("-----BEGIN CERTIFICATE-----\naHVzaA==\n-----END CERTIFICATE-----\n"), @"bad configuration: the HTTP client cannot be built; a root certificate is not a certificate. Correct the value; nothing was sent.");
}

#[test]
fn a_proxy_that_is_none() {
    let with = |url: &str| refused(Retm::builder().proxy(url));
    insta::assert_snapshot!(with("app:hush-proxy@proxy"), @"bad configuration: the HTTP client cannot be built; the proxy must be a URL with http or https and a host. Correct the value; nothing was sent.");
    for url in [
        "",
        "http://",
        "http://app:hush-proxy@",
        "socks5://app:hush-proxy@proxy:1",
        "http://app:hush-proxy@x y/",
    ] {
        with(url);
    }
}

#[test]
fn what_a_client_of_ones_own_would_ignore() {
    let with = |builder: Builder| refused(builder.http_client(reqwest::Client::new()));
    insta::assert_snapshot!(with(Retm::builder().proxy("http://app:hush-proxy@proxy:8080")), @"bad configuration: the HTTP client cannot be built; `proxy` has no effect on the client of `http_client`; set it on that client. Correct the value; nothing was sent.");
    insta::assert_snapshot!(with(Retm::builder().add_root_certificate_pem("hush")), @"bad configuration: the HTTP client cannot be built; `add_root_certificate_pem` has no effect on the client of `http_client`; set it on that client. Correct the value; nothing was sent.");
    insta::assert_snapshot!(with(Retm::builder().app_name("app/1")), @"bad configuration: the HTTP client cannot be built; `app_name` has no effect on the client of `http_client`; set it on that client. Correct the value; nothing was sent.");
}

#[test]
fn a_limit_for_a_group_that_there_is_not() {
    let limit = Quota::per_second(1);
    insta::assert_snapshot!(refused(Retm::builder().rate_limit_for("orders", limit)), @r#"bad configuration: rate limit for "orders": no such group of operations; there are Auth, Orders, Invoices, Categories, Groups, Products, Menu, Branches, Devices, OrderTypes, PriceLists, PaymentMethods, Charges, Taxes, Customers. Correct the value; nothing was sent."#);
}

#[test]
fn the_builder_shows_no_password() {
    let builder = Retm::builder().proxy("http://app:hush-proxy@proxy:8080");
    assert!(!format!("{builder:?}").contains("hush"));
}

#[tokio::test]
async fn a_proxy_gets_its_password_and_nobody_else_does() {
    watch::begin();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://app:hush-proxy@{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes).unwrap();
        stream
            .write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
        String::from_utf8_lossy(&bytes[..read]).into_owned()
    });
    let client = Retm::builder()
        .base_url("https://{business_id}.example.com")
        .credentials(Credentials::new("app", watch::SECRET))
        .retry_policy(retm::NeverRetry)
        .proxy(proxy)
        .sleep(NoWait::default());
    let error = acme(client).products().list().await.unwrap_err();
    let asked = asked.join().unwrap();
    assert!(
        asked.starts_with("CONNECT acme.example.com:443 HTTP/1.1"),
        "{asked}"
    );
    // `app:hush-proxy` in base64.
    assert!(asked.contains("Basic YXBwOmh1c2gtcHJveHk="), "{asked}");
    assert!(error.is_connect(), "{error}");
    watch::error(&error);
}
