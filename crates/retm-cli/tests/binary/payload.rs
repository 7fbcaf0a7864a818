//! `retm payload check` on files.

use std::fs;

use crate::ran::{Ran, end, retm};

fn check(schema: &str, text: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("captured.json");
    fs::write(&file, text).unwrap();
    let mut command = retm(["payload", "check", "--schema", schema, "captured.json"]);
    end(command.current_dir(folder.path()))
}

#[test]
fn what_is_lossless_is_0() {
    let body = r#"{"id": "a", "price": "7.000", "image": null, "taxes": null}"#;
    assert_eq!(
        check("Product", body).ok(),
        "lossless; 2 explicit nulls read as absent\n"
    );
}

#[test]
fn what_differs_is_1_and_named_without_its_value() {
    let mut all = String::new();
    for (schema, text) in [
        // Unknown to the spec, on the top and deep inside.
        (
            "Product",
            r#"{"id": "a", "hush1": 1, "variations": [{"id": "v", "a/b~c": "hush2"}]}"#,
        ),
        // Another spelling of a member comes back in the one of the spec.
        (
            "MenuWebhook",
            r#"{"business_reference": "hush3", "event": "menu.updated"}"#,
        ),
        // An element that does not decode, in a list that keeps what the spec does not know.
        (
            "TaxListing",
            r#"{"items": [{"id": "hush4", "value": []}], "more": 1}"#,
        ),
        (
            "InvoiceWebhook",
            r#"{"event": "order.created", "invoice_id": 1, "tip": "hush5"}"#,
        ),
    ] {
        let ran = check(schema, text);
        assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""), "{}", ran.out);
        all.push_str(&format!("{schema}\n{}\n", ran.out));
    }
    assert!(!all.contains("hush2") && !all.contains("hush3"), "{all}");
    assert!(!all.contains("hush4") && !all.contains("hush5"), "{all}");
    insta::assert_snapshot!("differences", all);
}

#[test]
fn what_does_not_decode_is_2_and_names_the_field() {
    let mut all = String::new();
    for (schema, text) in [
        (
            "Invoice",
            r#"{"invoice_id": 1, "total_price": {"hush": 1}}"#,
        ),
        (
            "CreateOrder",
            r#"{"branch": "b", "customer": {"name": "hush"}, "products": []}"#,
        ),
        (
            "CreateOrder",
            r#"{"branch": "b", "customer": {"phone": "1"}}"#,
        ),
        ("Product", r#"{"id": "hush"#),
        ("Product", "<html>hush</html>"),
        ("Product", "[]"),
        ("Prodct", "{}"),
    ] {
        all.push_str(&check(schema, text).error(2));
    }
    assert!(!all.contains("hush"), "{all}");
    insta::assert_snapshot!("undecodable", all);
}

#[test]
fn a_file_that_is_not_there_is_2() {
    let error = end(&mut retm([
        "payload",
        "check",
        "-s",
        "Product",
        "/no/such/file",
    ]))
    .error(2);
    assert!(error.contains("/no/such/file"), "{error}");
}
