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
    assert_eq!(ran.exit, Exit::Failed);
    assert_eq!(ran.out, "[\n  {\n    \"id\": \"a\"\n  }");
    // Not "Check the id": no id was asked for.
    assert!(
        ran.err
            .contains("the server said that there is a page 2, and does not find it"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn a_list_that_fails_half_way_says_how_to_go_on() {
    let sandbox = Sandbox::builder().products(7).start().await.unwrap();
    let whole = retm(&sandbox, "products list --all --output csv")
        .await
        .ok();
    let first = retm(&sandbox, "products list --per-page 3 --output csv").await;
    let page: serde_json::Value = serde_json::from_str(
        &retm(&sandbox, "products list --per-page 3 --output json")
            .await
            .out,
    )
    .unwrap();
    let page = serde_json::json!({"items": page, "pagination": {"total": 7, "total_pages": 3}});
    sandbox.override_body("list_products", 200, "application/json", page.to_string());
    sandbox.override_next(
        "list_products",
        Answer::new(403, "application/json", r#"{"message":"Not now."}"#),
    );
    let ran = retm(&sandbox, "products list --all --per-page 3 --output csv").await;
    assert_eq!((ran.exit, &ran.out), (Exit::Failed, &first.out));
    assert!(ran.err.contains("Not now."), "{}", ran.err);
    let told =
        "3 items are written above; to go on with page 2, run the same command with `--resume ";
    let token = ran
        .err
        .split(told)
        .nth(1)
        .unwrap_or_else(|| panic!("{}", ran.err));
    let token = token.split('`').next().unwrap();
    let rest = retm(
        &sandbox,
        &format!("products list --per-page 3 --output csv --resume {token}"),
    )
    .await
    .ok();
    let rest = rest.split_once('\n').unwrap().1;
    assert_eq!(format!("{}{rest}", first.out), whole);
}

#[tokio::test]
async fn a_table_that_fails_half_way_is_written() {
    let sandbox = Sandbox::builder().products(3).start().await.unwrap();
    let first = r#"{"items":[{"id":"a"}],"pagination":{"total":9,"total_pages":1}}"#;
    sandbox.override_body("list_products", 200, "application/json", first);
    let ran = retm(&sandbox, "products list --all --output table").await;
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.out.contains("\na\n"), "{}", ran.out);
    assert!(ran.err.contains("1 of 9 elements came"), "{}", ran.err);
    sandbox.override_body("list_products", 200, "application/json", first);
    let accepted = retm(
        &sandbox,
        "products list --all --accept-incomplete --output ndjson",
    )
    .await;
    assert_eq!(accepted.ok(), "{\"id\":\"a\"}\n");
}

#[tokio::test]
async fn a_page_behind_the_last_says_how_many_there_are() {
    let sandbox = Sandbox::builder().products(7).start().await.unwrap();
    let ran = retm(&sandbox, "products list --per-page 3 --page 99").await;
    assert_eq!(ran.err, "page 99 is empty: the list has 3 pages\n");
    assert_eq!(ran.ok(), "[]\n");
    let not_found = Answer::new(404, "application/json", r#"{"message":"No."}"#);
    sandbox.override_next("list_products", not_found);
    let ran = retm(&sandbox, "products list --page 99").await;
    assert_eq!(ran.exit, Exit::NotFound);
    let told = "The list may have fewer pages: ask for an earlier one.";
    assert!(ran.err.contains(told), "{}", ran.err);
}

/// Seen: printed as "(none)", exit 0.
#[tokio::test]
async fn an_error_with_status_200_is_no_empty_list() {
    let sandbox = small().await;
    for (body, said) in [
        (
            r#"{"success":false,"message":"Service temporarily suspended","data":null}"#,
            "Service temporarily suspended",
        ),
        (
            r#"{"message":"Unauthenticated.","items":null}"#,
            "Unauthenticated.",
        ),
        (
            r#"{"data":[],"success":false}"#,
            "the server says that it failed",
        ),
    ] {
        for command in ["orders list", "orders list --all"] {
            sandbox.override_body("list_orders", 200, "application/json", body);
            let ran = retm(&sandbox, command).await;
            assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, ""), "{body}");
            assert!(ran.err.contains(said), "{body}: {}", ran.err);
        }
    }
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

#[tokio::test]
async fn any_path_is_called_and_its_answer_written_as_json() {
    let sandbox = small().await;
    let ran = retm(
        &sandbox,
        "api GET /api/v2/taxes/list -f page=1 -f x=a=b --output ndjson",
    );
    let written = ran.await.ok();
    assert!(written.starts_with("{\"items\":["), "{written}");
    let asked = sandbox.requests_for("list_taxes").remove(0);
    assert_eq!(asked.query, "page=1&x=a%3Db");

    let ran = retm(
        &sandbox,
        "api post /api/v2/order-types/create -f name=Kiosk -f note=1",
    );
    ran.await.ok();
    let sent = sandbox.requests_for("create_order_type").remove(0);
    assert_eq!(
        String::from_utf8(sent.body.to_vec()).unwrap(),
        r#"{"name":"Kiosk","note":"1"}"#
    );

    let body = r#"{"name": "Kiosk", "weight": 1.50}"#;
    let line = "api POST /api/v2/order-types/create -f dry=1 --input -";
    retm_with(&sandbox, line, body).await.ok();
    let sent = sandbox.requests_for("create_order_type").remove(1);
    assert_eq!(
        (&sent.body[..], sent.query.as_str()),
        (body.as_bytes(), "dry=1")
    );
}

#[tokio::test]
async fn what_is_no_json_is_written_as_it_came() {
    let sandbox = small().await;
    sandbox.override_body("get_menu", 200, "text/html", "<h1>hello</h1>");
    let ran = retm(&sandbox, "api GET /api/v2/menu").await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, "<h1>hello</h1>"));
    assert_eq!(
        ran.err,
        "the answer is not JSON; it is written as it came\n"
    );
    sandbox.override_body("get_menu", 200, "text/html", "");
    let ran = retm(&sandbox, "api GET /api/v2/menu").await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, ""));
    assert_eq!(ran.err, "the answer has no body (status 200)\n");
}

#[tokio::test]
async fn what_a_request_to_any_path_is_refused_for() {
    let sandbox = small().await;
    let mut all = String::new();
    for line in [
        "api GET https://evil.example/x",
        "api TRACE /x",
        "api GET /x -f page",
        "api GET /x --input -",
        "api POST /x --input -",
        "api GET /api/v2/nothing",
    ] {
        let ran = retm_with(&sandbox, line, "{not json").await;
        assert_ne!(ran.exit, Exit::Ok, "{line}");
        all += &format!("$ retm {line}\n{:?}\n{}\n", ran.exit, ran.err);
    }
    insta::assert_snapshot!(all);
}

#[tokio::test]
async fn a_member_that_the_spec_lacks_is_sent_when_asked_for() {
    let sandbox = small().await;
    let body = r#"{"name": {"en": "Kiosk", "short": "K"}, "value": 15.00, "valid": [1.50]}"#;
    let line = "charges create --file - --allow-extra";
    retm_with(&sandbox, line, body).await.ok();
    let sent = sandbox.requests_for("create_charge").remove(0);
    insta::assert_snapshot!(String::from_utf8(sent.body.to_vec()).unwrap(), @r#"{"name":{"en":"Kiosk","short":"K"},"value":15.00,"valid":[1.50]}"#);
}

#[tokio::test]
async fn a_misspelt_member_is_refused_with_the_nearest_name() {
    let sandbox = small().await;
    let order = r#"{"branch": "b", "customer": {"phone": "1"},
        "products": [{"id": "p", "quantity": 1, "total": 1, "discuont": 5}]}"#;
    let ran = retm_with(&sandbox, "orders create --file -", order).await;
    insta::assert_snapshot!(ran.err, @"error: standard input: /products/0/discuont is not in the schema CreateOrderLine; did you mean `discount`?");
    let body = r#"{"name": {"en": "Kiosk"}, "value": 15, "colour": "red"}"#;
    let ran = retm_with(&sandbox, "charges create --file -", body).await;
    insta::assert_snapshot!(ran.err, @"error: standard input: /colour is not in the schema CreateCharge; `--allow-extra` sends it all the same");
    assert!(sandbox.requests_for("create_order").is_empty());
    assert!(sandbox.requests_for("create_charge").is_empty());
}

#[tokio::test]
async fn what_the_spec_lacks_is_written_with_raw() {
    let sandbox = small().await;
    let taxes = r#"{"items": [{"id": "t1", "colour": "red", "value": 15.00}, {"id": "t2"}]}"#;
    sandbox.override_body("list_taxes", 200, "application/json", taxes);
    let ran = retm(&sandbox, "taxes list --raw --output ndjson").await;
    assert_eq!(
        ran.ok(),
        "{\"id\":\"t1\",\"colour\":\"red\",\"value\":15.00}\n{\"id\":\"t2\"}\n"
    );
    let product = r#"{"id": "p1", "colour": "red"}"#;
    sandbox.override_body("get_product", 200, "application/json", product);
    let ran = retm(&sandbox, "products get p1 --raw --output ndjson").await;
    assert_eq!(ran.ok(), "{\"id\":\"p1\",\"colour\":\"red\"}\n");
}

#[tokio::test]
async fn a_list_that_the_spec_lacks_is_read_to_its_end() {
    let sandbox = Sandbox::builder().products(65).start().await.unwrap();
    let line = "api GET /api/v2/products/simple-list -f per_page=20 --paginate --output ndjson";
    let all = retm(&sandbox, line).await.ok();
    assert_eq!(all.lines().count(), 65);
    let asked = sandbox.requests_for("list_simple_products");
    let asked: Vec<&str> = asked.iter().map(|request| request.query.as_str()).collect();
    assert_eq!(
        asked,
        [
            "per_page=20",
            "page=2&per_page=20",
            "page=3&per_page=20",
            "page=4&per_page=20"
        ]
    );
    let ran = retm(&sandbox, "api POST /x --paginate").await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(
        ran.err.contains("a list is read with GET, not POST"),
        "{}",
        ran.err
    );
}
