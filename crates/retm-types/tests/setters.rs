//! The setters of what is sent, as a user writes them.

#![allow(clippy::unwrap_used)]

use retm_types::rust_decimal::Decimal as Amount;
use retm_types::{
    CreateOrder, CreateOrderCharge, CreateOrderCustomer, CreateOrderLine, Product, RewardOffer,
    RewardReply, RewardType, TokenResponse, decode,
};
use serde_json::json;

#[test]
fn an_order_is_written_without_conversions() {
    let customer = CreateOrderCustomer::new("0550000000").name("Sara");
    let line = CreateOrderLine::builder()
        .id("p-1")
        .quantity(2)
        .total("22.000")
        .note("Less ice");
    let order: CreateOrder = CreateOrder::new("b-1", customer, vec![line])
        .partner_reference("A-1")
        .total("22.000")
        .charges([CreateOrderCharge::new("c-1", "20.00")])
        .build()
        .unwrap();
    let wanted = r#"{"branch":"b-1","charges":[{"amount":20.00,"id":"c-1"}],"customer":{"name":"Sara","phone":"0550000000"},"partner_reference":"A-1","products":[{"id":"p-1","note":"Less ice","quantity":2,"total":22.000}],"total":22.000}"#;
    assert_eq!(serde_json::to_string(&order).unwrap(), wanted);
}

#[test]
fn a_value_that_does_not_fit_is_named_and_not_repeated() {
    let line = |total: &str| CreateOrderLine::new("p-1", 1, total);
    let order = |lines| CreateOrder::new("b-1", CreateOrderCustomer::new("0550000000"), lines);
    let error = order(vec![line("7"), line("12,50")]).build().unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("products[1].total: "), "{text}");
    assert!(!text.contains("12,50"), "{text}");
    let error = order(vec![CreateOrderLine::builder().quantity(1).total(7)])
        .build()
        .unwrap_err();
    assert_eq!(error.to_string(), "products[0].id is required");
    let error = CreateOrder::builder().branch("b-1").build().unwrap_err();
    assert_eq!(error.to_string(), "customer is required");
}

#[test]
fn a_loyalty_reply_has_setters_too() {
    let offer = RewardOffer::new(RewardType::Order, true, "10.00");
    let reply = RewardReply::new(offer.max_discount_amount(Amount::ZERO))
        .build()
        .unwrap();
    assert_eq!(
        serde_json::to_value(&reply).unwrap(),
        json!({"data": {
            "type": 1, "is_percentage": true, "discount_amount": "10.00", "max_discount_amount": 0,
        }})
    );
}

#[test]
fn an_answer_has_public_fields_and_a_default() {
    let mut product = Product::default();
    product.id = Some("p-1".into());
    assert_eq!(product, decode::<Product>(br#"{"id": "p-1"}"#).unwrap());
    let mut token = TokenResponse::new("YOUR_TOKEN");
    token.token_type = Some("Bearer".into());
    assert_eq!(
        serde_json::to_value(&token).unwrap(),
        json!({"access_token": "YOUR_TOKEN", "token_type": "Bearer"})
    );
}
