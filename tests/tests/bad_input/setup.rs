//! Values that are refused before anything is sent.

use retm::types::InvoiceStatus;
use retm::{Error, Retm};
use retm_sandbox::Sandbox;
use retm_tests::acme;

use crate::check::{assert_message, check};

pub(crate) fn business(id: &str) -> Error {
    let retm = Retm::builder().build().unwrap();
    retm.business(id).unwrap_err()
}

#[test]
fn a_business_id_that_names_another_host() {
    assert_message!(business("evil.com/"), @r#"bad configuration: business id "evil.com/" is not a DNS label (1 to 63 letters, digits or hyphens, no hyphen at either end). Correct the value; nothing was sent."#);
    assert_message!(business("a.b"), @r#"bad configuration: business id "a.b" is not a DNS label (1 to 63 letters, digits or hyphens, no hyphen at either end). Correct the value; nothing was sent."#);
    assert_message!(business("\u{1b}[31m\n@evil.com"), @r#"bad configuration: business id "\u{1b}[31m\[masked]" is not a DNS label (1 to 63 letters, digits or hyphens, no hyphen at either end). Correct the value; nothing was sent."#);
    for id in [
        "",
        "a/b",
        "a@b",
        "a:1",
        "-a",
        "a%2eb",
        "ａ",
        "{business_id}",
    ] {
        let error = business(id);
        assert!(error.is_config(), "{id:?}");
        check(&error, b"");
    }
    assert!(business(&"a".repeat(64)).is_config());
}

pub(crate) fn base_url(url: &str) -> Error {
    Retm::builder().base_url(url).build().unwrap_err()
}

#[test]
fn a_base_url_in_the_clear() {
    let error = base_url("http://retm.sa");
    assert!(error.is_config());
    assert_message!(error, @r#"bad configuration: base URL "http://retm.sa" would send credentials in the clear: use https (http is for loopback only). Correct the value; nothing was sent."#);
    check(&error, b"");
    for url in [
        "http://127.0.0.1.evil.com",
        "http://{business_id}.localhost.evil.com",
        "http://0x7f.1.evil.com/",
    ] {
        assert!(base_url(url).is_config(), "{url}");
    }
}

#[test]
fn a_base_url_that_is_none() {
    assert_message!(base_url("retm.sa"), @r#"bad configuration: base URL "retm.sa" is not a URL. Correct the value; nothing was sent."#);
    assert_message!(base_url("ftp://127.0.0.1"), @r#"bad configuration: base URL "ftp://127.0.0.1" must start with https. Correct the value; nothing was sent."#);
    assert_message!(base_url("https://app:hush@retm.sa"), @r#"bad configuration: base URL "https://retm.sa" must not hold credentials. Correct the value; nothing was sent."#);
    assert_message!(base_url("https://{business}.retm.sa"), @r#"bad configuration: base URL "https://{business}.retm.sa" may hold no other placeholder than {business_id}. Correct the value; nothing was sent."#);
    check(&base_url("https://app:hush@retm.sa"), b"");
}

fn path_override(operation: &str, path: &str) -> Error {
    let retm = Retm::builder().path_override(operation, path);
    retm.build().unwrap_err()
}

#[test]
fn a_bad_path_override() {
    assert_message!(path_override("list_oders", "/api/v3/orders"), @r#"bad configuration: path override list_oders = "/api/v3/orders": no such operationId. Correct the value; nothing was sent."#);
    assert_message!(path_override("list_orders", "https://evil.com/orders"), @r#"bad configuration: path override list_orders = "https://evil.com/orders": a path starts with one slash and names neither scheme nor host. Correct the value; nothing was sent."#);
    assert_message!(path_override("list_orders", "/api/../orders"), @r#"bad configuration: path override list_orders = "/api/../orders": a path has no query, spaces, `.` or `..`. Correct the value; nothing was sent."#);
    assert_message!(path_override("get_product", "/api/v3/products"), @r#"bad configuration: path override get_product = "/api/v3/products": its placeholders must be those of /api/v2/products/{id}: {id}. Correct the value; nothing was sent."#);
    assert_message!(path_override("list_orders", "/api/v3/{id}"), @r#"bad configuration: path override list_orders = "/api/v3/{id}": its placeholders must be those of /api/v2/orders/list: none. Correct the value; nothing was sent."#);
    assert!(path_override("get_product", "/api/v3/products").is_config());
}

#[test]
fn a_name_that_no_header_can_carry() {
    let error = Retm::builder().app_name("my\napp").build().unwrap_err();
    assert!(error.is_config());
    assert_message!(error, @"bad configuration: the HTTP client cannot be built; the app's name must be fit for a header. Correct the value; nothing was sent.");
}

#[tokio::test]
async fn an_id_that_names_another_path() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = acme(&sandbox).unwrap();
    let error = acme.products().get("..").await.unwrap_err();
    assert!(error.is_config());
    assert_message!(error, @r#"get_product for acme: bad request: ".." cannot be an id: it would name another path. Correct the argument; nothing was sent."#);
    check(&error, b"");
    for id in ["", ".", "a/b", "a\\b", "a\n"] {
        assert!(acme.groups().get(id).await.unwrap_err().is_config());
        let list = acme.categories().products(id);
        assert!(list.await.unwrap_err().is_config());
    }
    assert!(sandbox.requests_for("get_product").is_empty());
    assert!(sandbox.requests_for("get_category").is_empty());
}

#[tokio::test]
async fn page_zero() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = acme(&sandbox).unwrap();
    let error = acme.products().list().page(0).await.unwrap_err();
    assert_message!(error, @"list_products for acme: bad request: pages and their sizes count from 1. Correct the argument; nothing was sent.");
    check(&error, b"");
    let orders = acme.orders().list().status(InvoiceStatus::Closed);
    assert!(orders.per_page(0).collect_all().await.is_err());
    let products = acme.categories().products("c").page(0);
    assert!(products.response().await.is_err());
    assert!(sandbox.requests().is_empty());
}
