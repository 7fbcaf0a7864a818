//! The generated mocks, as a user would use them.

#![allow(clippy::unwrap_used)]

use retm::types::{ApiError, CreateOrder, Listing, Product, ProductId};
use retm::{Business, Credentials, Retm};
use retm_httpmock::MockServerExt;
use retm_httpmock::httpmock::MockServer;
use retm_tests::{NoWait, watch};
use serde_json::json;

fn product(id: &str) -> Product {
    Product::builder()
        .id(Some(ProductId::from(id)))
        .price(Some("7.000".parse::<retm::types::Decimal>().unwrap()))
        .try_into()
        .unwrap()
}

/// A server that gives tokens, and the client of a business on it.
fn start() -> (MockServer, Business) {
    watch::begin();
    let server = MockServer::start();
    server.exchange_token(|_, then| {
        let token =
            json!({ "access_token": watch::TOKEN, "token_type": "Bearer", "expires_in": 3600 });
        then.ok(&serde_json::from_value(token).unwrap());
    });
    let retm = Retm::builder()
        .base_url(server.base_url())
        .credentials(Credentials::new("app", watch::SECRET))
        .sleep(NoWait::default())
        .build()
        .unwrap();
    let acme = retm.business("acme").unwrap();
    (server, acme)
}

#[tokio::test]
async fn a_typed_answer_is_given_to_the_call_it_stands_for() {
    let (server, acme) = start();
    let mock = server.get_product(|when, then| {
        when.id(&"p-1".into());
        then.ok(&product("p-1"));
    });
    assert_eq!(acme.products().get("p-1").await.unwrap(), product("p-1"));
    mock.assert();
    assert!(acme.products().get_opt("p-2").await.unwrap().is_none());
    mock.assert_calls(1);
}

#[tokio::test]
async fn a_refusal_is_typed_too_and_a_gateway_may_answer_anything() {
    let (server, acme) = start();
    server.list_orders(|_, then| {
        let refusal: ApiError = serde_json::from_value(json!({ "message": "Slow down." })).unwrap();
        then.client_error(403, &refusal);
    });
    let forbidden = acme.orders().list().await.unwrap_err();
    assert_eq!(
        (forbidden.status().unwrap().as_u16(), forbidden.message()),
        (403, Some("Slow down."))
    );

    let gateway = server.get_menu(|_, then| {
        then.into_inner()
            .status(502)
            .header("content-type", "text/html")
            .body("<html>bad gateway</html>");
    });
    let error = acme.menu().get().await.unwrap_err();
    assert!(error.is_server());
    assert_eq!(error.raw_body(), b"<html>bad gateway</html>");
    gateway.assert_calls(3);
}

#[tokio::test]
async fn body_and_headers_are_matched() {
    let (server, acme) = start();
    let order = json!({"branch": "b", "customer": {"phone": watch::PHONE}, "products": []});
    let order: CreateOrder = serde_json::from_value(order).unwrap();
    let taken = server.create_order(|when, then| {
        when.body(&order)
            .into_inner()
            .header("authorization", format!("Bearer {}", watch::TOKEN));
        then.ok(&serde_json::from_value(json!({"id": "o-1"})).unwrap());
    });
    let refused = server.create_order(|_, then| {
        let refusal: ApiError = serde_json::from_value(json!({"message": "Down."})).unwrap();
        then.server_error(503, &refusal);
    });
    let reply = acme.orders().create(order.clone()).await.unwrap();
    assert_eq!(reply.id(), Some("o-1"));
    let mut other = order;
    other.branch = "c".into();
    let error = acme.orders().create(other).await.unwrap_err();
    assert_eq!((error.is_server(), error.message()), (true, Some("Down.")));
    taken.assert();
    refused.assert();
}

#[tokio::test]
async fn a_query_parameter_is_matched_by_its_value_or_its_absence() {
    let (server, acme) = start();
    let first = server.list_products(|when, then| {
        when.page(None);
        then.ok(&Listing::new(vec![product("a")]));
    });
    let second = server.list_products(|when, then| {
        when.page(std::num::NonZeroU64::new(2));
        then.ok(&Listing::new(vec![product("b")]));
    });
    assert_eq!(
        acme.products().list().await.unwrap().items(),
        [product("a")]
    );
    assert_eq!(
        acme.products().list().page(2).await.unwrap().items(),
        [product("b")]
    );
    first.assert();
    second.assert();
}

#[tokio::test]
async fn the_pattern_of_a_path_parameter_also_matches_sibling_literals() {
    let (server, acme) = start();
    let any = server.get_product(|_, then| {
        then.ok(&product("any"));
    });
    // The list is answered by the mock of one product: what the README warns of.
    assert!(acme.products().list().await.unwrap_err().is_decode());
    any.assert_calls(1);

    // With the id given, it answers for that product alone.
    let (server, acme) = start();
    let one = server.get_product(|when, then| {
        when.id(&"p-1".into());
        then.ok(&product("p-1"));
    });
    assert!(acme.products().list().await.unwrap_err().is_not_found());
    one.assert_calls(0);

    // The mock that was defined first answers.
    let (server, acme) = start();
    let list = server.list_products(|_, then| {
        then.ok(&Listing::new(vec![product("a")]));
    });
    server.get_product(|_, then| {
        then.ok(&product("any"));
    });
    assert_eq!(
        acme.products().list().await.unwrap().items(),
        [product("a")]
    );
    list.assert();
}
