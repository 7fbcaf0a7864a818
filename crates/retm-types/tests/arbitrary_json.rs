//! Whatever JSON arrives: nothing panics, what decodes is written back as it was, and no error repeats a value.

#![allow(clippy::expect_used, reason = "a helper that fails fails the test")]

mod support;

use proptest::prelude::*;
use retm_types::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A struct as codegen makes them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<ProductId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<Decimal>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Envelope {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<InvoiceStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Decimal>,
}

/// Decodes in every way; what was decoded and written must read as the same again.
fn stable<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(
    json: &str,
) -> Option<String> {
    let _ = support::from_value::<T>(json);
    let value = support::decode::<T>(json)?;
    let written = support::write(&value);
    let again: T = serde_json::from_str(&written).expect("what was written decodes");
    assert_eq!(again, value, "{json}");
    assert_eq!(support::write(&again), written, "{json}");
    Some(written)
}

/// The same, and the text itself must come back.
fn exact<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(json: &str) {
    if let Some(written) = stable::<T>(json) {
        assert_eq!(written, json, "{}", std::any::type_name::<T>());
    }
}

fn quiet<T: DeserializeOwned>(json: &str, values: &[&str]) {
    let Err(error) = decode::<T>(json.as_bytes()) else {
        return;
    };
    for shown in [error.to_string(), format!("{error:?}")] {
        for value in values {
            assert!(!shown.contains(value), "{shown} repeats {value}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_text_comes_back(json in support::json()) {
        exact::<Decimal>(&json);
        exact::<LooseString>(&json);
        exact::<ProductId>(&json);
        exact::<Secret>(&json);
        exact::<Personal>(&json);
        exact::<PersonalText>(&json);
        exact::<LocalizedText>(&json);
        exact::<LocalTime>(&json);
        exact::<Lifetime>(&json);
        exact::<MaxDiscount>(&json);
        exact::<JsonObject>(&json);
        exact::<FieldErrors>(&json);
        exact::<WriteReply>(&json);
        exact::<Pagination>(&json);
    }

    #[test]
    fn what_is_normalised_reads_the_same_again(json in support::json()) {
        stable::<DecimalNumber>(&json);
        stable::<Flag>(&json);
        stable::<InvoiceStatus>(&json);
        stable::<AllowedProducts>(&json);
        stable::<Items<LooseString>>(&json);
        stable::<Items<Items<Decimal>>>(&json);
        stable::<Items<Line>>(&json);
        stable::<Listing<LooseString>>(&json);
        stable::<Listing<Line>>(&json);
        stable::<Listing<Listing<Decimal>>>(&json);
        stable::<Merged<Envelope, Line>>(&json);
    }

    #[test]
    fn a_list_of_scalars_comes_back(json in support::json()) {
        if json.starts_with('[') {
            exact::<Items<LooseString>>(&json);
            exact::<Items<Decimal>>(&json);
            exact::<Items<LocalizedText>>(&json);
            exact::<Listing<Decimal>>(&json);
        } else if json.starts_with('{')
            && let Some(list) = support::decode::<Listing<Decimal>>(&json)
            && !json.contains("\"items\":null")
            && !json.contains("\"data\":null")
        {
            prop_assert_eq!(support::write(&list), json);
        }
    }

    #[test]
    fn no_error_repeats_a_value(
        text in "[a-z\"`]{1,5}, expected [a-z]{3}ZQ",
        number in 7_000_000_000_u64..8_000_000_000,
        shape in 0..7_usize,
    ) {
        let (text, number) = (support::write(&text), number.to_string());
        let json = match shape {
            0 => text.clone(),
            1 => number.clone(),
            2 => format!("[{text},{number}]"),
            3 => format!("{{\"id\":{text},\"quantity\":{text}}}"),
            4 => format!("{{\"items\":{text},\"data\":{number},\"status\":{text},\"total\":[{number}]}}"),
            5 => format!("{{\"en\":[{text}],\"product_id\":{{\"a\":{number}}}}}"),
            _ => format!("-{number}.5e7"),
        };
        let values = ["ZQ", number.as_str()];
        quiet::<Decimal>(&json, &values);
        quiet::<DecimalNumber>(&json, &values);
        quiet::<Secret>(&json, &values);
        quiet::<Personal>(&json, &values);
        quiet::<Personal<u8>>(&json, &values);
        quiet::<PersonalText>(&json, &values);
        quiet::<LocalizedText>(&json, &values);
        quiet::<LocalTime>(&json, &values);
        quiet::<Flag>(&json, &values);
        quiet::<Lifetime>(&json, &values);
        quiet::<MaxDiscount>(&json, &values);
        quiet::<JsonObject>(&json, &values);
        quiet::<Pagination>(&json, &values);
        quiet::<AllowedProducts>(&json, &values);
        quiet::<DeliveryStatus>(&json, &values);
        quiet::<Items<Line>>(&json, &values);
        quiet::<Listing<Line>>(&json, &values);
        quiet::<Merged<Envelope, Line>>(&json, &values);
        quiet::<Line>(&json, &values);
        quiet::<u8>(&json, &values);
        quiet::<std::net::IpAddr>(&json, &values);

        let broken: Items<Envelope> = serde_json::from_str(&format!("[{json},{json}]")).unwrap();
        for broken in broken.broken() {
            for value in values {
                let shown = format!("{broken} {broken:?}");
                prop_assert!(!shown.contains(value), "{shown} repeats {value}");
            }
        }
    }
}
