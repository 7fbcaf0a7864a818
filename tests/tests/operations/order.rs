//! The orders that are created: one with every member there is, one with the required ones alone.

use retm::types::{
    CreateOrder, CreateOrderAddress, CreateOrderCustomer, CreateOrderDiscount, CreateOrderLine,
    CreateOrderModifier, CreateOrderPayment, CreateOrderTax, DecimalNumber, DiscountType,
    LocalizedText,
};
use serde_json::{Value, json};

fn amount(text: &str) -> DecimalNumber {
    text.parse().unwrap()
}

fn customer() -> CreateOrderCustomer {
    let address: CreateOrderAddress = CreateOrderAddress::builder()
        .id("01hm3t9d3w6r8y0a2c5e7g9h1k")
        .name(LocalizedText::new("Home", "المنزل"))
        .address("12 Example Street, Riyadh")
        .latitude("24.7136")
        .longitude("46.6753")
        .note(Some("Second floor".into()))
        .try_into()
        .unwrap();
    CreateOrderCustomer::builder()
        .phone("0550000001")
        .name(Some(LocalizedText::new("Sara Example", "سارة مثال").into()))
        .address(Some(address))
        .try_into()
        .unwrap()
}

fn line() -> CreateOrderLine {
    let modifier: CreateOrderModifier = CreateOrderModifier::builder()
        .id("01hpkd1wj0k9bfermyc8cy0agk")
        .quantity(Some(DecimalNumber::from(1)))
        .price(Some(amount("12.5")))
        .try_into()
        .unwrap();
    CreateOrderLine::builder()
        .id("01GZK6C7J03PQP7KGRAQ3F197Y")
        .variation(Some("01j82mx3m4376mp9rw5a9rxkbx".into()))
        .quantity(DecimalNumber::from(2))
        .total(amount("30.75"))
        .discount(Some(amount("4")))
        .modifiers(Some(vec![modifier]))
        .note(Some("Less ice".to_owned()))
        .try_into()
        .unwrap()
}

/// An order with every member.
pub(crate) fn whole() -> CreateOrder {
    let discount: CreateOrderDiscount = CreateOrderDiscount::builder()
        .type_(DiscountType::Percent)
        .value(DecimalNumber::from(10))
        .amount(Some(amount("3.304")))
        .try_into()
        .unwrap();
    let payment: CreateOrderPayment = CreateOrderPayment::builder()
        .id("01gzerv8jq4x8n2d6k0b9w5tfe")
        .amount(DecimalNumber::from(49))
        .try_into()
        .unwrap();
    let tax: CreateOrderTax = CreateOrderTax::builder()
        .id("01kbz47zwg3ncfskaqt8bqfdrd")
        .amount(amount("6.391"))
        .try_into()
        .unwrap();
    CreateOrder::builder()
        .branch("01h1he9gv7jck3xrhg7dz9hzh5")
        .customer(customer())
        .products(vec![line()])
        .discount(Some(vec![discount]))
        .note(Some("Ring twice".to_owned()))
        .order_type(Some("01h5w2k7q9d3m8x4r6t0v1c5ze".into()))
        .partner_reference(Some("PARTNER-2001".to_owned()))
        .payments(Some(vec![payment]))
        .taxes(Some(vec![tax]))
        .subtotal(Some(amount("42.609")))
        .tax(Some(amount("6.391")))
        .total(Some(amount("49")))
        .try_into()
        .unwrap()
}

/// The same as it has to go over the wire.
pub(crate) fn whole_body() -> Value {
    json!({
        "branch": "01h1he9gv7jck3xrhg7dz9hzh5",
        "customer": {
            "phone": "0550000001",
            "name": {"en": "Sara Example", "ar": "سارة مثال"},
            "address": {
                "id": "01hm3t9d3w6r8y0a2c5e7g9h1k",
                "name": {"en": "Home", "ar": "المنزل"},
                "address": "12 Example Street, Riyadh",
                "latitude": "24.7136",
                "longitude": "46.6753",
                "note": "Second floor",
            },
        },
        "products": [{
            "id": "01GZK6C7J03PQP7KGRAQ3F197Y",
            "variation": "01j82mx3m4376mp9rw5a9rxkbx",
            "quantity": 2,
            "total": 30.75,
            "discount": 4,
            "modifiers": [{"id": "01hpkd1wj0k9bfermyc8cy0agk", "quantity": 1, "price": 12.5}],
            "note": "Less ice",
        }],
        "discount": [{"type": 2, "value": 10, "amount": 3.304}],
        "note": "Ring twice",
        "ordertype": "01h5w2k7q9d3m8x4r6t0v1c5ze",
        "partner_reference": "PARTNER-2001",
        "payments": [{"id": "01gzerv8jq4x8n2d6k0b9w5tfe", "amount": 49}],
        "taxes": [{"id": "01kbz47zwg3ncfskaqt8bqfdrd", "amount": 6.391}],
        "subtotal": 42.609,
        "tax": 6.391,
        "total": 49,
    })
}

/// An order with the required members alone.
pub(crate) fn least() -> CreateOrder {
    let line: CreateOrderLine = CreateOrderLine::builder()
        .id("01kbz4n0degemn5xzcby9eda49")
        .quantity(DecimalNumber::from(1))
        .total(DecimalNumber::from(19))
        .try_into()
        .unwrap();
    CreateOrder::builder()
        .branch("01h1he9gv7jck3xrhg7dz9hzh5")
        .customer(CreateOrderCustomer::builder().phone("0550000001"))
        .products(vec![line])
        .try_into()
        .unwrap()
}

/// The same as it has to go over the wire.
pub(crate) fn least_body() -> Value {
    json!({
        "branch": "01h1he9gv7jck3xrhg7dz9hzh5",
        "customer": {"phone": "0550000001"},
        "products": [{"id": "01kbz4n0degemn5xzcby9eda49", "quantity": 1, "total": 19}],
    })
}
