//! What the tests of the wire types share.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper that fails fails the test"
)]

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Decodes from a string, a slice, a reader and a `Value`, and sees that all say the same.
pub(crate) fn decode<T: DeserializeOwned + PartialEq + std::fmt::Debug>(json: &str) -> Option<T> {
    let from_str = serde_json::from_str::<T>(json).ok();
    let from_slice = serde_json::from_slice::<T>(json.as_bytes()).ok();
    let from_reader = serde_json::from_reader::<_, T>(json.as_bytes()).ok();
    assert_eq!(from_str, from_slice, "slice: {json}");
    assert_eq!(from_str, from_reader, "reader: {json}");
    from_str
}

/// Decodes from a `Value`.
pub(crate) fn from_value<T: DeserializeOwned>(json: &str) -> Option<T> {
    let value: serde_json::Value = serde_json::from_str(json).ok()?;
    serde_json::from_value(value).ok()
}

/// Writes a value back.
pub(crate) fn write<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("serialises")
}

/// Asserts that a text decodes and is written back as it was.
#[track_caller]
pub(crate) fn lossless<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(
    json: &str,
) -> T {
    let value = decode::<T>(json).unwrap_or_else(|| panic!("does not decode: {json}"));
    assert_eq!(write(&value), json);
    value
}

/// The message of the error that a text gives.
#[track_caller]
pub(crate) fn refusal<T: DeserializeOwned>(json: &str) -> String {
    match retm_types::decode::<T>(json.as_bytes()) {
        Ok(_) => panic!("decodes: {json}"),
        Err(error) => error.reason().to_owned(),
    }
}

/// A JSON number of any spelling.
pub(crate) fn number() -> impl Strategy<Value = String> {
    "-?(0|[1-9][0-9]{0,31})(\\.[0-9]{1,12})?([eE][-+]?[0-9]{1,3})?"
}

/// A plain decimal of up to 28 digits, as text.
pub(crate) fn plain_decimal() -> impl Strategy<Value = String> {
    "-?(0|[1-9][0-9]{0,13})(\\.[0-9]{1,14})?"
}

/// A JSON string.
pub(crate) fn string() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9]{0,3}",
        "[-0-9. :TZ+]{0,30}",
        Just("true".to_owned())
    ]
    .prop_map(|text| write(&text))
}

/// Any JSON, written without blanks. Keys are often those that mean something to a type.
pub(crate) fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        number(),
        string(),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let key = prop_oneof![
            prop::sample::select(vec![
                "en",
                "ar",
                "items",
                "data",
                "meta",
                "links",
                "next",
                "pagination",
                "total",
                "per_page",
                "current_page",
                "last_page",
                "next_page_url",
                "product_id",
                "quantity",
                "id",
                "order_id",
                "status",
                "message",
                "errors",
            ])
            .prop_map(str::to_owned),
            any::<String>(),
        ]
        .prop_map(|key| write(&key));
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5)
                .prop_map(|elements| format!("[{}]", elements.join(","))),
            prop::collection::vec((key, inner), 0..5).prop_map(|members| {
                let members: Vec<_> = members
                    .into_iter()
                    .map(|(key, value)| format!("{key}:{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}
