//! The settings that come from the environment and from files.

use std::fs;

use retm_sandbox::Sandbox;

use crate::ran::{at, end};

/// The members of the last token request.
fn grant(sandbox: &Sandbox) -> serde_json::Value {
    let requests = sandbox.requests_for("exchange_token");
    requests.last().unwrap().json().unwrap()
}

#[test]
fn a_code_selects_its_grant() {
    let sandbox = Sandbox::builder()
        .single_use_codes(true)
        .start_blocking()
        .unwrap();
    let code = sandbox.code("acme");
    end(at(&sandbox, "taxes list").env("RETM_CODE", &code)).ok();
    let body = grant(&sandbox);
    assert_eq!(body["grant_type"], "authorization_code");
    assert_eq!(body["code"], code.as_str());
    // The grant is kept in memory, so the code would be spent again by the next run.
    let error = end(at(&sandbox, "taxes list").env("RETM_CODE", &code)).error(3);
    assert!(error.contains("code"), "{error}");
    // An empty one counts as not set.
    end(at(&sandbox, "taxes list").env("RETM_CODE", "")).ok();
    assert_eq!(grant(&sandbox)["grant_type"], "client_credentials");
}

#[test]
fn the_secret_can_be_in_a_file() {
    let sandbox = Sandbox::builder().start_blocking().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    let run = || {
        end(at(&sandbox, "taxes list")
            .env_remove("RETM_CLIENT_SECRET")
            .env("RETM_CLIENT_SECRET_FILE", &file))
    };
    let error = run().error(2);
    assert!(error.contains("RETM_CLIENT_SECRET_FILE"), "{error}");
    fs::write(&file, "\n").unwrap();
    let error = run().error(2);
    assert!(error.contains("is empty"), "{error}");
    fs::write(&file, format!("{}\r\n", sandbox.client_secret())).unwrap();
    run().ok();
    assert_eq!(grant(&sandbox)["client_secret"], sandbox.client_secret());
}

#[test]
fn arguments_come_before_the_environment() {
    let sandbox = Sandbox::builder().start_blocking().unwrap();
    let url = sandbox.base_url();
    let line = format!("taxes list --business globex --base-url {url}");
    end(at(&sandbox, &line)
        .env("RETM_BASE_URL", "https://nowhere.invalid")
        .env("RETM_BUSINESS", "acme"))
    .ok();
    let asked = sandbox.requests_for("list_taxes");
    assert_eq!(asked.len(), 1);
    assert_eq!(asked.first().unwrap().path, "/b/globex/api/v2/taxes/list");
}

#[test]
fn a_path_can_be_overridden() {
    let sandbox = Sandbox::builder()
        .path("get_product", "/api/v3/{id}/product")
        .start_blocking()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("overrides.json");
    let line = format!(
        "products get 01GZK6C7J03PQP7KGRAQ3F197Y --overrides {}",
        file.display()
    );
    end(&mut at(&sandbox, &line)).error(2);
    fs::write(&file, r#"{"get_product": "/api/v3/{id}/product"}"#).unwrap();
    let product = end(&mut at(&sandbox, &line)).ok();
    assert!(product.contains("coffee day"), "{product}");
    let asked = sandbox.requests_for("get_product");
    assert_eq!(
        asked.last().unwrap().path,
        "/b/acme/api/v3/01GZK6C7J03PQP7KGRAQ3F197Y/product"
    );
    for (text, said) in [
        (r#"{"get_product": "/api/v3/product"}"#, "{id}"),
        (r#"{"get_prodct": "/api/v3/{id}"}"#, "get_prodct"),
        (r#"{"get_product": "//evil.com/{id}"}"#, "host"),
    ] {
        fs::write(&file, text).unwrap();
        let error = end(&mut at(&sandbox, &line)).error(2);
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn loopback_goes_through_no_proxy() {
    let sandbox = Sandbox::builder().start_blocking().unwrap();
    let mut command = at(&sandbox, "taxes list");
    for name in ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"] {
        command.env(name, "http://127.0.0.1:9");
    }
    end(&mut command).ok();
}
