//! `retm payload check`
#![allow(clippy::unwrap_used, reason = "a failure is the test's failure")]

mod support;

use proptest::prelude::*;
use retm_cli::Exit;
use retm_cli::payload::{CheckError, DifferenceKind, check, compare};
use serde_json::{Value, json};

fn examples() -> Vec<(String, String, Value)> {
    let file: Value = serde_json::from_str(include_str!("../src/generated/examples.json")).unwrap();
    let example = |(stem, example): (&String, &Value)| {
        let schema = example["schema"].as_str().unwrap();
        (stem.clone(), schema.to_owned(), example["body"].clone())
    };
    file.as_object().unwrap().iter().map(example).collect()
}

/// What a check finds, as `kind pointer`.
fn found(schema: &str, payload: &str) -> Vec<String> {
    let report = check(schema, payload.as_bytes()).unwrap();
    report
        .differences
        .iter()
        .map(|one| format!("{} {}", one.kind, one.pointer))
        .collect()
}

#[test]
fn every_example_is_lossless() {
    for (stem, schema, body) in examples() {
        let report = check(&schema, body.to_string().as_bytes()).unwrap();
        assert!(report.is_lossless(), "{stem}: {report}");
    }
}

#[test]
fn a_member_added_dropped_or_changed_is_reported() {
    for (stem, schema, body) in examples() {
        let Some(members) = body.as_object() else {
            continue;
        };
        let Some((key, value)) = members.iter().find(|(_, value)| !value.is_null()) else {
            continue;
        };
        let whole = body.to_string();
        let edited = |edit: &dyn Fn(&mut Value)| {
            let mut edited = body.clone();
            edit(&mut edited);
            edited.to_string()
        };
        let differences = |payload: &str, encoded: &str| {
            let report = compare(&schema, payload.as_bytes(), encoded.as_bytes()).unwrap();
            report
                .differences
                .iter()
                .map(|one| (one.kind, one.pointer.clone()))
                .collect::<Vec<_>>()
        };
        let without = edited(&|body| drop(body.as_object_mut().unwrap().remove(key)));
        assert_eq!(
            differences(&whole, &without),
            [(DifferenceKind::Lost, format!("/{key}"))],
            "{stem}"
        );
        let other = if value.is_string() {
            json!("another")
        } else {
            json!("a string")
        };
        let changed = edited(&|body| body[key] = other.clone());
        assert_eq!(
            differences(&whole, &changed),
            [(DifferenceKind::Changed, format!("/{key}"))],
            "{stem}"
        );
        // These keep every member, known or not.
        if ["WriteReply", "FieldErrors"].contains(&schema.as_str()) || schema.ends_with("Listing") {
            continue;
        }
        let added = edited(&|body| body["~no/such"] = json!(1));
        assert_eq!(found(&schema, &added), ["unknown /~0no~1such"], "{stem}");
    }
}

#[test]
fn the_kinds_of_difference() {
    assert_eq!(
        found("Product", r#"{"id":"a","colour":"red"}"#),
        ["unknown /colour"]
    );
    assert_eq!(
        found("ProductListing", r#"{"items":[{"id":"a"},{"sizes":[]}]}"#),
        ["unknown /items/1/sizes"]
    );
    assert_eq!(
        found("ProductListing", r#"[{"price":true},{"price":"1.5"}]"#),
        ["broken /0"]
    );
    assert_eq!(
        found(
            "InvoiceListing",
            r#"{"data":[{"taxes":[{"amount":"1"},{"amount":[]}]}]}"#
        ),
        ["broken /data/0/taxes/1"]
    );
    assert_eq!(
        found(
            "WebhookEnvelope",
            r#"{"business_reference":"a","event":"x"}"#
        ),
        ["changed /business_reference"]
    );
}

#[test]
fn what_counts_as_the_same() {
    for (payload, encoded) in [
        (r#"{"value":"1.50"}"#, r#"{"value":"1.50"}"#),
        (r#"{"id":"a","type":2.0}"#, r#"{"type":2,"id":"a"}"#),
        (r#"{"id":"\u0041"}"#, r#"{"id":"A"}"#),
    ] {
        assert!(
            compare("Tax", payload.as_bytes(), encoded.as_bytes())
                .unwrap()
                .is_lossless()
        );
    }
    for (payload, encoded) in [
        (r#"{"value":"1.50"}"#, r#"{"value":"1.5"}"#),
        (r#"{"value":"1.50"}"#, r#"{"value":1.50}"#),
        (
            r#"{"type":9007199254740993}"#,
            r#"{"type":9007199254740992}"#,
        ),
        (r#"{"type":1}"#, r#"{"type":true}"#),
        (r#"{"type":1,"type":2}"#, r#"{"type":2}"#),
        (r#"{"type":null}"#, r#"{"type":0}"#),
        (r#"{}"#, r#"{"type":0}"#),
        (r#"[1,2]"#, r#"[2,1]"#),
        (r#"[1]"#, r#"[1,2]"#),
    ] {
        assert!(
            !compare("Tax", payload.as_bytes(), encoded.as_bytes())
                .unwrap()
                .is_lossless(),
            "{payload} {encoded}"
        );
    }
}

#[test]
fn nulls_are_counted() {
    let report = check(
        "Product",
        br#"{"id":"a","image":null,"price":null,"nonsense":null}"#,
    )
    .unwrap();
    assert_eq!(
        report.to_string(),
        "lossless; 3 explicit nulls read as absent"
    );
    let one = check("Product", br#"{"image":null}"#).unwrap();
    assert_eq!(one.to_string(), "lossless; 1 explicit null read as absent");
}

#[test]
fn a_near_name_is_suggested() {
    let Err(CheckError::UnknownSchema { near, .. }) = check("invoicelisting", b"{}") else {
        panic!()
    };
    assert_eq!(near.first(), Some(&"InvoiceListing"));
    assert!(
        check("Zzz", b"{}")
            .unwrap_err()
            .to_string()
            .starts_with("the spec has no schema `Zzz`;")
    );
}

#[tokio::test]
async fn what_the_command_says() {
    let check = |schema: &str| format!("payload check --schema {schema} -");
    let whole = support::retm_alone(&check("Tax"), r#"{"id":"a","value":null}"#).await;
    assert_eq!(whole.ok(), "lossless; 1 explicit null read as absent\n");
    let body = r#"[{"price":"","secret":"hush"},{"id":"a","colour":"hush","sizes":[1]}]"#;
    let ran = support::retm_alone(&check("ProductListing"), body).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Failed, ""));
    assert!(!ran.out.contains("hush"), "{}", ran.out);
    insta::assert_snapshot!(ran.out);
    for (name, body) in [
        ("undecodable", r#"{"items":[{"id":1}], "id":{}}"#),
        ("not_json", "{\"a\":\n}"),
        ("nothing", ""),
    ] {
        let ran = support::retm_alone(&check("Product"), body).await;
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
        insta::assert_snapshot!(name, ran.err);
    }
    let list = support::retm_alone("payload check --list", "").await.ok();
    assert!(
        list.lines()
            .any(|line| line == "Product                 documented"),
        "{list}"
    );
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_unchanged_is_lossless(value in any_value()) {
        let text = value.to_string();
        prop_assert!(compare("Product", text.as_bytes(), text.as_bytes()).unwrap().is_lossless());
    }

    #[test]
    fn a_reply_of_any_shape_is_lossless(value in any_value()) {
        let report = check("WriteReply", value.to_string().as_bytes()).unwrap();
        prop_assert!(report.is_lossless(), "{}", report);
    }

    #[test]
    fn nothing_panics(text in any::<String>(), schema in 0..retm_types::SCHEMAS.len()) {
        let _ = check(retm_types::SCHEMAS[schema].name, text.as_bytes());
    }

    #[test]
    fn no_payload_panics(value in any_value(), schema in 0..retm_types::SCHEMAS.len()) {
        let _ = check(retm_types::SCHEMAS[schema].name, value.to_string().as_bytes());
    }
}
