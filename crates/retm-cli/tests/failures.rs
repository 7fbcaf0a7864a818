//! Exit codes and messages.
#![allow(clippy::unwrap_used, reason = "a failure is the test's failure")]

mod support;

use retm_cli::Exit;
use retm_sandbox::{Answer, Sandbox};
use support::{env, retm, retm_alone, retm_in, retm_with, run_in};

/// With another value of one variable.
async fn retm_but(sandbox: &Sandbox, name: &str, value: &str, line: &str) -> support::Ran {
    let mut env = env(sandbox);
    env.retain(|(known, _)| known != name);
    env.push((name.to_owned(), value.to_owned()));
    retm_in(env, line, "").await
}

fn check(ran: support::Ran, exit: Exit, name: &str) {
    assert_eq!(ran.exit, exit, "{name}: {}", ran.err);
    assert_eq!(ran.out, "", "{name}");
    assert_eq!(ran.err.lines().count(), 1, "{name}: {}", ran.err);
    insta::assert_snapshot!(name, ran.err);
}

#[tokio::test]
async fn what_the_server_refuses() {
    let sandbox = Sandbox::start().await.unwrap();
    let line = "products list";
    check(
        retm_but(&sandbox, "RETM_CLIENT_SECRET", "hush-no", line).await,
        Exit::Auth,
        "wrong_secret",
    );
    check(
        retm_but(&sandbox, "RETM_BUSINESS", "nobody", line).await,
        Exit::Auth,
        "unknown_business",
    );
    check(
        retm_but(&sandbox, "RETM_CODE", "hush-no", line).await,
        Exit::Auth,
        "wrong_code",
    );
    check(
        retm(&sandbox, "products get nope").await,
        Exit::NotFound,
        "unknown_product",
    );
    let order = r#"{"branch":"no","customer":{"phone":"0"},"products":[]}"#;
    check(
        retm_with(&sandbox, "orders create --file -", order).await,
        Exit::Failed,
        "refused_order",
    );
    let storm = Answer::new(
        429,
        "application/json",
        r#"{"message":"Too Many Attempts."}"#,
    )
    .header("retry-after", "60");
    sandbox.override_next("list_products", storm);
    check(
        retm(&sandbox, line).await,
        Exit::RateLimited,
        "rate_limited",
    );
    for (name, body) in [
        ("empty", ""),
        ("cut_short", r#"{"items":[{"id""#),
        ("html", "<html>"),
        ("another_shape", r#"{"a":1}"#),
    ] {
        sandbox.override_body("list_products", 200, "application/json", body);
        check(retm(&sandbox, line).await, Exit::Failed, name);
    }
    // Nobody waits for a minute, so these are over at once.
    let body = r#"{"message":"Request Timeout."}"#;
    for (name, operation, line) in [
        ("no_answer_in_time", "list_products", line),
        (
            "no_answer_in_time_to_a_write",
            "cancel_order",
            "orders cancel x",
        ),
    ] {
        let late = Answer::new(408, "application/json", body).header("retry-after", "60");
        sandbox.override_next(operation, late);
        check(retm(&sandbox, line).await, Exit::Network, name);
    }
}

#[tokio::test]
async fn the_answer_can_be_kept() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("body");
    sandbox.override_body(
        "get_product",
        404,
        "text/html",
        "<html>no such thing</html>",
    );
    let ran = retm(
        &sandbox,
        &format!("products get x --save-body {}", kept.display()),
    )
    .await;
    assert_eq!(ran.exit, Exit::NotFound);
    assert_eq!(
        std::fs::read_to_string(&kept).unwrap(),
        "<html>no such thing</html>\n"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

#[tokio::test]
async fn a_good_answer_is_kept_as_it_came() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (operation, line, body) in [
        ("get_product", "products get x", r#"{"id":"x",  "new":1}"#),
        ("list_taxes", "taxes list", r#"[{"id":"t",  "new":1}]"#),
    ] {
        let kept = folder.path().join(operation);
        sandbox.override_body(operation, 200, "application/json", body);
        let ran = retm(&sandbox, &format!("{line} --save-body {}", kept.display())).await;
        assert_eq!(ran.exit, Exit::Ok);
        assert_eq!(std::fs::read_to_string(&kept).unwrap(), format!("{body}\n"));
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_made_ends_a_run_before_anything_is_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("none/body");
    let line = format!("orders cancel x --save-body {}", kept.display());
    let ran = retm(&sandbox, &line).await;
    assert_eq!(ran.exit, Exit::Usage, "{}", ran.err);
    assert!(ran.err.starts_with("error: --save-body "), "{}", ran.err);
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn where_nothing_is_kept_the_file_is_as_it_was() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    std::fs::write(&old, "before").unwrap();
    sandbox.stop().await;
    for kept in [&old, &new] {
        let line = format!("taxes list --save-body {}", kept.display());
        assert_eq!(retm(&sandbox, &line).await.exit, Exit::Network);
    }
    assert_eq!(std::fs::read_to_string(&old).unwrap(), "before");
    assert!(!new.exists());
}

/// A full disk, as Linux has one.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_answer_that_cannot_be_kept_is_told_all_the_same() {
    let sandbox = Sandbox::start().await.unwrap();
    for (operation, line, body) in [
        (
            "get_product",
            "products get x",
            r#"{"id":"x","name":"one"}"#,
        ),
        ("list_taxes", "taxes list", r#"[{"id":"t","name":"one"}]"#),
    ] {
        sandbox.override_body(operation, 200, "application/json", body);
        let ran = retm(&sandbox, &format!("{line} --save-body /dev/full")).await;
        assert_eq!(ran.exit, Exit::Failed);
        insta::allow_duplicates! {
            insta::assert_snapshot!(ran.err, @"error: the answer came, but --save-body /dev/full: No space left on device (os error 28)");
        }
        // What was asked for comes first, but for lists: theirs end there.
        assert_eq!(ran.out.contains("one"), operation == "get_product");
    }
}

#[tokio::test]
async fn what_is_refused_before_anything_is_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    for (name, variable, value) in [
        ("hostile_business", "RETM_BUSINESS", "evil.com/"),
        ("dotted_business", "RETM_BUSINESS", "a.b"),
        ("no_business", "RETM_BUSINESS", ""),
        ("no_client_id", "RETM_CLIENT_ID", ""),
        ("no_secret", "RETM_CLIENT_SECRET", ""),
        ("plain_http", "RETM_BASE_URL", "http://retm.sa"),
        ("no_url", "RETM_BASE_URL", "retm"),
    ] {
        check(
            retm_but(&sandbox, variable, value, "products list").await,
            Exit::Usage,
            name,
        );
    }
    for (name, line) in [
        (
            "two_businesses",
            "products list --business acme --business globex",
        ),
        ("id_of_another_path", "products get ../orders/list"),
    ] {
        check(retm(&sandbox, line).await, Exit::Usage, name);
    }
    for (name, body) in [
        (
            "misspelt_member",
            r#"{"name": {"en": "x"}, "value": 1, "valeu": 2}"#,
        ),
        ("missing_member", r#"{"value": 1}"#),
        ("body_cut_short", r#"{"name": "#),
        ("empty_body", ""),
    ] {
        check(
            retm_with(&sandbox, "charges create --file -", body).await,
            Exit::Usage,
            name,
        );
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_secret_file_is_read() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, format!("{}\n", sandbox.client_secret())).unwrap();
    let mut env = env(&sandbox);
    env.retain(|(name, _)| name != "RETM_CLIENT_SECRET");
    env.push((
        "RETM_CLIENT_SECRET_FILE".to_owned(),
        file.display().to_string(),
    ));
    retm_in(env, "taxes list", "").await.ok();
}

#[tokio::test]
async fn paths_can_be_overridden() {
    let sandbox = Sandbox::builder()
        .path("list_taxes", "/api/v9/taxes")
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("overrides.json");
    let line = format!("taxes list --overrides {}", file.display());
    std::fs::write(&file, r#"{"list_taxes": "/api/v9/taxes"}"#).unwrap();
    retm(&sandbox, &line).await.ok();
    for (text, said) in [
        ("[]", "it must hold an object"),
        (r#"{"list_taxes": 1}"#, "must be a string"),
        (r#"{"list_taxs": "/x"}"#, "no such operationId"),
        (
            r#"{"list_taxes": "https://evil.com"}"#,
            "neither scheme nor host",
        ),
        ("{", "cut short"),
    ] {
        std::fs::write(&file, text).unwrap();
        let ran = retm(&sandbox, &line).await;
        assert_eq!(ran.exit, Exit::Usage);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
}

#[tokio::test]
async fn nothing_listens() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let env = [
        ("RETM_BASE_URL", format!("http://{free}")),
        ("RETM_BUSINESS", "acme".to_owned()),
        ("RETM_CLIENT_ID", "app".to_owned()),
        ("RETM_CLIENT_SECRET", "hush-secret".to_owned()),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let ran = retm_in(env, "products list", "").await;
    assert_eq!(ran.exit, Exit::Network);
    assert!(ran.err.contains("cannot connect"), "{}", ran.err);
}

#[tokio::test]
async fn an_interrupted_call_ends_with_130() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let env = [
        ("RETM_BASE_URL", url.as_str()),
        ("RETM_BUSINESS", "acme"),
        ("RETM_CLIENT_ID", "app"),
        ("RETM_CLIENT_SECRET", "hush-secret"),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (called, interrupt) = tokio::sync::oneshot::channel();
    // The interruption comes when the request has arrived and nobody answers it.
    std::thread::spawn(move || {
        let connection = listener.accept();
        let _ = called.send(());
        connection
    });
    let interrupt = async move {
        let _ = interrupt.await;
    };
    let ran = run_in(env.to_vec(), "orders cancel x", "", |io| {
        io.with_interrupt(interrupt)
    })
    .await;
    assert_eq!(ran.exit, Exit::Interrupted);
    assert_eq!(ran.exit.code(), 130);
    assert_eq!(
        ran.err,
        "error: interrupted; whether the call took effect is unknown\n"
    );
}

#[tokio::test]
async fn a_wrong_command_line_is_usage() {
    for line in [
        "nonsense",
        "products lst",
        "products list --page 0",
        "orders list --status odd",
        "payload check",
        "orders create",
    ] {
        let ran = retm_alone(line, "").await;
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""), "{line}");
        assert!(ran.err.starts_with("error: "), "{}", ran.err);
    }
    let ran = retm_alone("--version", "").await.ok();
    assert!(ran.contains("(API spec "), "{ran}");
}

#[tokio::test]
async fn a_token_is_described_and_never_shown() {
    let sandbox = Sandbox::start().await.unwrap();
    for format in ["table", "json", "ndjson", "csv"] {
        let ran = retm(&sandbox, &format!("auth token --output {format}")).await;
        let shown = format!("{}{}", ran.err, ran.out);
        assert!(shown.contains("client_credentials"), "{shown}");
        let token = sandbox.requests_for("exchange_token");
        assert_eq!(token.len(), 1);
        assert!(!shown.contains(sandbox.client_secret()), "{shown}");
        sandbox.clear_requests();
    }
    let code = sandbox.code("acme");
    let shown = retm_but(&sandbox, "RETM_CODE", &code, "auth token")
        .await
        .ok();
    assert!(shown.contains("authorization_code"), "{shown}");
    assert!(!shown.contains(&code), "{shown}");
}
