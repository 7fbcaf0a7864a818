//! The same lists as plain structs: no other form of a value is taken, none is remembered.

#![allow(dead_code)]

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pagination: Option<Pagination>,
}

#[derive(Deserialize)]
struct Pagination {
    total: Option<u64>,
    count: Option<u64>,
    per_page: Option<u64>,
    current_page: Option<u64>,
    total_pages: Option<u64>,
}

#[derive(Deserialize)]
struct Text {
    en: Option<String>,
    ar: Option<String>,
}

/// An amount as a string.
struct Amount(Decimal);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = Amount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Amount, E> {
                Decimal::from_str_exact(text).map(Amount).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Digits)
    }
}

#[derive(Deserialize)]
pub(crate) struct Invoice {
    branch_id: Option<String>,
    created_at: Option<String>,
    device_id: Option<String>,
    event: Option<String>,
    event_type: Option<String>,
    invoice_id: Option<u64>,
    note: Option<String>,
    #[serde(rename = "order_refrence")]
    order_number: Option<u64>,
    order_reference: Option<String>,
    payments: Option<Vec<Part>>,
    products: Option<Vec<Line>>,
    sale_id: Option<String>,
    status: Option<i64>,
    subtotal_price: Option<Amount>,
    tax: Option<Amount>,
    taxes: Option<Vec<Part>>,
    total_price: Option<Amount>,
}

#[derive(Deserialize)]
struct Part {
    id: Option<String>,
    name: Option<Text>,
    amount: Option<Amount>,
}

#[derive(Deserialize)]
struct Line {
    category: Option<Named>,
    discount_amount: Option<Amount>,
    id: Option<String>,
    modifiers: Option<Vec<Named>>,
    name: Option<Text>,
    note: Option<String>,
    quantity: Option<Amount>,
    sku: Option<String>,
    tax: Option<Amount>,
    total: Option<Amount>,
    unit_price: Option<Amount>,
    variation: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: Option<String>,
    name: Option<Text>,
}

#[derive(Deserialize)]
pub(crate) struct Product {
    calories: Option<Amount>,
    category: Option<Category>,
    description: Option<Text>,
    estimated_time: Option<Amount>,
    id: Option<String>,
    image: Option<String>,
    modifiers: Option<Vec<ModifierGroup>>,
    name: Option<Text>,
    over_stock: Option<u8>,
    price: Option<Amount>,
    taxes: Option<Vec<Tax>>,
    #[serde(rename = "type")]
    type_: Option<i64>,
    variations: Option<Vec<Variation>>,
}

#[derive(Deserialize)]
struct Category {
    id: Option<String>,
    title: Option<Text>,
}

#[derive(Deserialize)]
struct ModifierGroup {
    items: Option<Vec<Modifier>>,
    max_selection: Option<i64>,
    min_selection: Option<i64>,
    multiple: Option<u8>,
    name: Option<Text>,
}

#[derive(Deserialize)]
struct Modifier {
    id: Option<String>,
    name: Option<Text>,
    extra_price: Option<Amount>,
}

#[derive(Deserialize)]
struct Tax {
    id: Option<String>,
    name: Option<Text>,
    value: Option<Amount>,
    #[serde(rename = "type")]
    type_: Option<i64>,
    from_final_total: Option<u8>,
}

#[derive(Deserialize)]
struct Variation {
    id: Option<String>,
    image: Option<String>,
    name: Option<Text>,
    price: Option<Amount>,
    sku: Option<String>,
    stock_qty: Option<Amount>,
}
