//! What the examples of the spec decode to.

#![allow(clippy::panic, clippy::unwrap_used)]

use retm_types::{SCHEMAS, Schema};

/// Lists the schemas that can be decoded here, by their names.
macro_rules! debug {
    ($schema:expr, $bytes:expr; $($name:ident)*) => {
        match $schema {
            $(stringify!($name) => retm_types::decode::<retm_types::$name>($bytes).map(|value| format!("{value:#?}")),)*
            other => panic!("an example of {other}: add it to the list"),
        }
    };
}

/// What an example decodes to, as `Debug` shows it.
fn decoded(schema: &str, file: &str, bytes: &[u8]) -> String {
    let decoded = debug!(schema, bytes;
        ApiError BranchListing CancelOrder Category CategoryListing ChargeListing CreateCharge
        CreateOrder CreateOrderType CreatePaymentMethod CreateTax CustomerListing CustomerWebhook
        DeviceListing ErrorNotice Group GroupListing InstallCallback InstallReply
        InvoiceListing InvoiceWebhook Menu MenuWebhook OrderListing OrderTypeListing OrderWebhook
        PaymentMethodListing PriceListListing Product ProductListing RewardCheck RewardRedemption
        RewardRefusal RewardReply SimpleProductListing TaxListing TokenRequest TokenResponse
        UpdateDeliveryStatus WriteReply
    );
    decoded.unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn every_example_decodes() {
    for (schema, file, bytes) in retm_tests::examples() {
        let name = file
            .trim_start_matches("examples/")
            .trim_end_matches(".json");
        insta::assert_snapshot!(name, decoded(&schema, &file, &bytes));
    }
}

#[test]
fn every_schema_has_a_type_that_decodes_and_encodes() {
    assert!(SCHEMAS.len() > 100);
    for (schema, file, bytes) in retm_tests::examples() {
        let again = Schema::find(&schema).unwrap().round_trip(&bytes);
        assert!(again.is_ok(), "{file}: {again:?}");
    }
    for schema in SCHEMAS {
        assert!(schema.round_trip(b"{\"cut\":").is_err(), "{}", schema.name);
    }
}

#[test]
fn no_decoded_example_shows_a_secret_or_a_customer() {
    for (schema, file, bytes) in retm_tests::examples() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let mut sensitive = Vec::new();
        collect(&json, &mut sensitive);
        let again = Schema::find(&schema).unwrap().round_trip(&bytes).unwrap();
        let shown = decoded(&schema, &file, &bytes);
        for value in sensitive {
            assert!(!shown.contains(&value), "{file} shows {value:?}");
            // … although it is there, for whoever asks.
            assert!(
                String::from_utf8_lossy(&again).contains(&value),
                "{file} lost {value:?}"
            );
        }
    }
}

/// The texts under the names that hold secrets or personal data.
fn collect(json: &serde_json::Value, found: &mut Vec<String>) {
    match json {
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                let sensitive = [
                    "phone",
                    "email",
                    "access_token",
                    "refresh_token",
                    "client_secret",
                    "customer_number",
                ]
                .contains(&name.as_str());
                match value.as_str().filter(|text| sensitive && text.len() > 3) {
                    Some(text) => found.push(text.to_owned()),
                    None => collect(value, found),
                }
            }
        }
        serde_json::Value::Array(elements) => {
            elements.iter().for_each(|element| collect(element, found))
        }
        _ => {}
    }
}
