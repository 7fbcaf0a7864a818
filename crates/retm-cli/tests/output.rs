//! What lists and single answers look like in every format.
#![allow(clippy::unwrap_used, reason = "a failure is the test's failure")]

mod support;

use retm_cli::{Exit, payload::compare};
use retm_sandbox::{Answer, Sandbox};
use support::{retm, retm_with};

const TABLES: [&str; 16] = [
    "orders list",
    "invoices list",
    "categories list",
    "groups list",
    "products list",
    "products simple-list",
    "branches list",
    "devices list",
    "order-types list",
    "price-lists list",
    "payment-methods list",
    "charges list",
    "taxes list",
    "customers list",
    "menu get",
    "products get 01GZK6C7J03PQP7KGRAQ3F197Y",
];

async fn small() -> Sandbox {
    Sandbox::builder()
        .products(5)
        .invoices(3)
        .customers(2)
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn tables() {
    let sandbox = small().await;
    let mut all = String::new();
    for line in TABLES {
        let ran = retm(&sandbox, &format!("{line} --output table")).await;
        all += &format!("$ retm {line}\n{}\n", ran.ok());
    }
    insta::assert_snapshot!(all);
}

#[tokio::test]
async fn every_format_of_a_list() {
    let sandbox = small().await;
    for format in ["json", "ndjson", "csv"] {
        let ran = retm(&sandbox, &format!("taxes list --output {format}")).await;
        insta::assert_snapshot!(format!("taxes_{format}"), ran.ok());
    }
}

#[tokio::test]
async fn every_format_of_an_empty_list() {
    let sandbox = small().await;
    for (format, expected) in [
        ("json", "[]\n"),
        ("ndjson", ""),
        ("csv", "id,name,value,type,from_final_total\n"),
        ("table", "(none)\n"),
    ] {
        sandbox.override_body("list_taxes", 200, "application/json", "[]");
        let ran = retm(&sandbox, &format!("taxes list --output {format}")).await;
        assert_eq!(ran.ok(), expected, "{format}");
    }
}

#[tokio::test]
async fn json_loses_nothing_of_what_the_server_sent() {
    let sandbox = Sandbox::builder()
        .products(30)
        .invoices(30)
        .start()
        .await
        .unwrap();
    for (line, schema) in [
        ("products list --all", "ProductListing"),
        ("invoices list --all", "InvoiceListing"),
        ("orders list --all", "OrderListing"),
    ] {
        let json = retm(&sandbox, line).await.ok();
        let lines = retm(&sandbox, &format!("{line} --output ndjson"))
            .await
            .ok();
        let same = format!("[{}]", lines.trim_end().replace('\n', ","));
        let report = compare(schema, json.as_bytes(), same.as_bytes()).unwrap();
        assert!(report.is_lossless(), "{report}");
    }
    // Digits that no float holds.
    let body = r#"{"id":"x","price":12345678901234567.890,"name":{"en":"a\u0000b","fr":null}}"#;
    sandbox.override_body("get_product", 200, "application/json", body);
    let json = retm(&sandbox, "products get x").await.ok();
    let report = compare("Product", body.as_bytes(), json.as_bytes()).unwrap();
    assert!(report.is_lossless(), "{report}");
    assert!(json.contains("12345678901234567.890"), "{json}");
}

#[tokio::test]
async fn all_pages_come_in_order() {
    let sandbox = Sandbox::builder().products(7).start().await.unwrap();
    let whole = retm(&sandbox, "products list --per-page 7 --output csv")
        .await
        .ok();
    sandbox.clear_requests();
    let paged = retm(&sandbox, "products list --all --per-page 3 --output csv")
        .await
        .ok();
    assert_eq!(whole, paged);
    assert_eq!(sandbox.requests_for("list_products").len(), 3);
    let tail = retm(
        &sandbox,
        "products list --all --per-page 3 --page 3 --output ndjson",
    )
    .await
    .ok();
    assert_eq!(tail.lines().count(), 1);
}

#[tokio::test]
async fn a_page_that_is_not_the_last_says_so() {
    let sandbox = Sandbox::builder().products(7).start().await.unwrap();
    let ran = retm(&sandbox, "products list --per-page 3").await;
    assert_eq!(
        ran.err,
        "page 1 of 3; --page 2 shows the next, --all every page\n"
    );
    let ran = retm(&sandbox, "products list --per-page 3 --page 3").await;
    assert_eq!(ran.err, "");
}

#[tokio::test]
async fn broken_elements_are_named_after_the_good_ones() {
    let sandbox = small().await;
    let body = r#"{"items":[{"id":"a","price":""},{"id":"b","variations":[{"id":"v","price":{}}]},{"id":"c"}]}"#;
    sandbox.override_body("list_products", 200, "application/json", body);
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept.ndjson");
    let ran = retm(
        &sandbox,
        &format!(
            "products list --all --output ndjson --save-body {}",
            kept.display()
        ),
    )
    .await;
    assert_eq!(ran.exit, Exit::Failed);
    insta::assert_snapshot!(format!("{}---\n{}", ran.out, ran.err));
    assert_eq!(
        std::fs::read_to_string(kept).unwrap(),
        "{\"id\":\"a\",\"price\":\"\"}\n"
    );
}

#[tokio::test]
async fn a_list_that_fails_half_way_is_not_closed() {
    let sandbox = Sandbox::builder().products(3).start().await.unwrap();
    let first = r#"{"items":[{"id":"a"}],"pagination":{"total_pages":2}}"#;
    sandbox.override_body("list_products", 200, "application/json", first);
    sandbox.override_next(
        "list_products",
        Answer::new(404, "application/json", r#"{"message":"Gone."}"#),
    );
    let ran = retm(&sandbox, "products list --all").await;
    assert_eq!(ran.exit, Exit::NotFound);
    assert_eq!(ran.out, "[\n  {\n    \"id\": \"a\"\n  }");
}

#[tokio::test]
async fn what_a_server_sends_does_not_steer_the_terminal() {
    let sandbox = small().await;
    let body = r#"[{"id":"a\u001b[2J","name":"x\u202ey\nz"}]"#;
    sandbox.override_body("list_branches", 200, "application/json", body);
    let ran = retm(&sandbox, "branches list --output table").await;
    assert_eq!(ran.ok(), "ID          NAME\na\\u{1b}[2J  x\\u{202e}y\\nz\n");
}

#[tokio::test]
async fn a_reply_of_any_shape_is_shown() {
    let sandbox = small().await;
    let body = r#"{"name": {"en": "Drive-in", "ar": "سيارة"}}"#;
    for (reply, table) in [
        (
            r#"{"message":"ok","id":7,"extra":{"a":[1]}}"#,
            "id       7\nmessage  ok\nextra    {\"a\":[1]}\n",
        ),
        (r#""done""#, "done\n"),
        ("", "\n"),
        ("<html>", "<html>\n"),
    ] {
        sandbox.override_body("create_order_type", 200, "application/json", reply);
        let ran = retm_with(&sandbox, "order-types create --file - --output table", body).await;
        assert_eq!(ran.ok(), table);
    }
}
