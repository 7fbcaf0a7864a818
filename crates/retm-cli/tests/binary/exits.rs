//! The exit code of the process, for each thing that can happen.

use std::net::TcpListener;

use retm_sandbox::{Answer, Sandbox};

use crate::ran::{at, end, retm};

fn sandbox() -> Sandbox {
    Sandbox::builder().products(3).start_blocking().unwrap()
}

#[test]
fn ok_is_0() {
    let sandbox = sandbox();
    let out = end(&mut at(&sandbox, "taxes list --output csv")).ok();
    assert_eq!(out.lines().count(), 2, "{out}");
}

#[test]
fn a_refusal_of_the_api_is_1() {
    let sandbox = sandbox();
    let refusal = r#"{"message": "No.", "errors": {"name": ["Too long."]}}"#;
    sandbox.override_body("list_taxes", 422, "application/json", refusal);
    let error = end(&mut at(&sandbox, "taxes list")).error(1);
    assert!(error.contains("name"), "{error}");
}

#[test]
fn a_failure_of_the_api_is_1() {
    let sandbox = sandbox();
    sandbox.override_body("cancel_order", 500, "application/json", "{}");
    end(&mut at(&sandbox, "orders cancel x")).error(1);
}

#[test]
fn a_list_with_broken_elements_is_1_after_the_good_ones() {
    let sandbox = sandbox();
    let body = r#"[{"id": "a"}, {"id": "b", "value": {}}, {"id": "c"}]"#;
    sandbox.override_body("list_taxes", 200, "application/json", body);
    let ran = end(&mut at(&sandbox, "taxes list --output ndjson"));
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.out, "{\"id\":\"a\"}\n{\"id\":\"c\"}\n");
    insta::assert_snapshot!("broken", ran.err);
}

#[test]
fn a_wrong_command_line_is_2() {
    for line in [
        "",
        "taxes",
        "taxes lst",
        "taxes list --page x",
        "taxes create",
        "taxes list --client-secret s",
        "auth token --code c",
    ] {
        let ran = end(&mut retm(line.split_whitespace()));
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{line}");
        assert!(!ran.err.is_empty(), "{line}");
    }
}

#[test]
fn a_missing_setting_is_2() {
    let error = end(&mut retm(["taxes", "list"])).error(2);
    assert!(error.contains("RETM_BUSINESS"), "{error}");
}

#[test]
fn a_wrong_secret_is_3() {
    let sandbox = sandbox();
    let error = end(at(&sandbox, "taxes list").env("RETM_CLIENT_SECRET", "hush-wrong")).error(3);
    assert!(error.contains("RETM_CLIENT_SECRET"), "{error}");
}

#[test]
fn a_merchant_who_has_removed_the_app_is_3() {
    let sandbox = sandbox();
    sandbox.revoke("acme");
    end(&mut at(&sandbox, "taxes list")).error(3);
}

#[test]
fn an_unknown_product_is_4() {
    let sandbox = sandbox();
    end(&mut at(&sandbox, "products get nope")).error(4);
}

#[test]
fn too_many_requests_is_5() {
    let sandbox = sandbox();
    let storm = Answer::new(429, "application/json", "{}").header("retry-after", "3600");
    sandbox.override_next("list_taxes", storm);
    let error = end(&mut at(&sandbox, "taxes list")).error(5);
    assert!(error.contains("3600 s"), "{error}");
}

#[test]
fn no_connection_is_6() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let mut command = at(&sandbox(), "taxes list");
    let command = command.env("RETM_BASE_URL", format!("http://{}", free.unwrap()));
    let error = end(command).error(6);
    insta::with_settings!({
        filters => [(r"127\.0\.0\.1:\d+", "127.0.0.1:[port]"), (r"os error \d+", "os error [number]")],
    }, {
        insta::assert_snapshot!("no_connection", error);
    });
}
