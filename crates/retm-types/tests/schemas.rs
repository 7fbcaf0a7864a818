//! JSON Schemas: whatever a type takes, its schema takes, and both refuse what is plainly wrong.

#![allow(clippy::expect_used, reason = "a helper that fails fails the test")]

mod support;

use proptest::prelude::*;
use retm_types::*;
use schemars::{JsonSchema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Line {
    id: Option<ProductId>,
    quantity: Option<Decimal>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Envelope {
    status: Option<InvoiceStatus>,
    total: Option<Flag>,
}

struct Checked<T> {
    validator: jsonschema::Validator,
    of: std::marker::PhantomData<T>,
}

impl<T: DeserializeOwned + JsonSchema> Checked<T> {
    fn new() -> Self {
        let schema = SchemaGenerator::default().into_root_schema_for::<T>();
        Self {
            validator: jsonschema::validator_for(schema.as_value()).expect("a schema"),
            of: std::marker::PhantomData,
        }
    }

    fn takes(&self, json: &str) -> bool {
        let value = serde_json::from_str(json).expect("JSON");
        self.validator.is_valid(&value)
    }

    /// What decodes fits. A value with broken elements does not count.
    fn honest(&self, json: &str, whole: impl Fn(&T) -> bool) {
        if serde_json::from_str::<T>(json).is_ok_and(|value| whole(&value)) {
            assert!(
                self.takes(json),
                "{} takes {json}",
                std::any::type_name::<T>()
            );
        }
    }

    #[track_caller]
    fn refused(&self, json: &[&str]) {
        for json in json {
            let name = std::any::type_name::<T>();
            assert!(!self.takes(json), "the schema of {name} takes {json}");
            assert!(
                serde_json::from_str::<T>(json).is_err(),
                "{name} takes {json}"
            );
        }
    }
}

macro_rules! honest {
    ($($json:ident: $type:ty $(, $whole:expr)?;)+) => {$({
        std::thread_local! {
            static CHECKED: Checked<$type> = Checked::new();
        }
        #[allow(unused_mut, unused_assignments)]
        let mut whole: fn(&$type) -> bool = |_| true;
        $(whole = $whole;)?
        CHECKED.with(|checked| checked.honest(&$json, whole));
    })+};
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_decodes_fits_the_schema(json in support::json()) {
        // An exponent out of the range of floats is no JSON value to every reader.
        prop_assume!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
        honest! {
            json: Decimal;
            json: DecimalNumber;
            json: Secret;
            json: Personal;
            json: PersonalText;
            json: LocalizedText;
            json: LooseString;
            json: ProductId;
            json: LocalTime;
            json: Flag;
            json: Lifetime;
            json: MaxDiscount;
            json: JsonObject;
            json: FieldErrors;
            json: WriteReply;
            json: Pagination;
            json: AllowedProducts;
            json: DeliveryStatus;
            json: Items<LooseString>, Items::is_complete;
            json: Listing<LooseString>, |list| list.items().is_complete();
            json: Merged<Envelope, Line>;
        }
        // serde's derive also reads a struct from an array of its members; a schema does not say so.
        if !json.contains("[[") && !json.contains(",[") {
            honest! {
                json: Items<Line>, Items::is_complete;
                json: Listing<Line>, |list| list.items().is_complete();
            }
        }
    }
}

#[test]
fn what_is_plainly_wrong_does_not_fit() {
    Checked::<Decimal>::new().refused(&["\"\"", "\"1e3\"", "\"x\"", "null", "[]", "true"]);
    Checked::<DecimalNumber>::new().refused(&["\"1,5\"", "null", "{}"]);
    Checked::<Secret>::new().refused(&["5", "null"]);
    Checked::<Personal>::new().refused(&["[]", "null"]);
    Checked::<PersonalText>::new().refused(&["[1]", "{\"en\":[]}"]);
    Checked::<LocalizedText>::new().refused(&["[\"x\"]", "{\"en\":{}}"]);
    Checked::<ProductId>::new().refused(&["null", "[]", "{}"]);
    Checked::<LocalTime>::new().refused(&["5", "null"]);
    Checked::<Flag>::new().refused(&["2", "\"yes\"", "null"]);
    Checked::<Lifetime>::new().refused(&["\"soon\"", "null"]);
    Checked::<MaxDiscount>::new().refused(&["-1", "\"-0.01\"", "\"\""]);
    Checked::<JsonObject>::new().refused(&["[1]", "5"]);
    Checked::<AllowedProducts>::new().refused(&["5", "[{\"quantity\":1}]", "{\"product_id\":{}}"]);
    Checked::<TaxType>::new().refused(&["1.5", "\"vat\"", "null"]);
    Checked::<Items<Line>>::new().refused(&["{}", "5"]);
    Checked::<Listing<Line>>::new().refused(&["{}", "5", "{\"items\":5}", "null"]);
    Checked::<Merged<Envelope, Line>>::new().refused(&[
        "[]",
        "{\"total\":7}",
        "{\"quantity\":\"x\"}",
    ]);
}

#[test]
fn a_broken_element_decodes_but_does_not_fit() {
    let json = "[{\"quantity\":\"\"}]";
    assert!(!Checked::<Items<Line>>::new().takes(json));
    assert!(serde_json::from_str::<Items<Line>>(json).is_ok());
}

#[test]
fn generic_types_have_names_of_their_own() {
    let mut generator = SchemaGenerator::default();
    generator.subschema_for::<Listing<Line>>();
    generator.subschema_for::<Listing<Envelope>>();
    generator.subschema_for::<Personal>();
    generator.subschema_for::<PersonalText>();
    let names: Vec<_> = generator.definitions().keys().cloned().collect();
    for name in [
        "Items_Line",
        "Items_Envelope",
        "Listing_Line",
        "Listing_Envelope",
        "Personal_LooseString",
        "Personal_LocalizedText",
    ] {
        assert!(
            names.iter().any(|known| known == name),
            "{name} in {names:?}"
        );
    }
}
