//! Standard streams: what is piped, closed or full.

use std::io::{Read as _, Write as _};
use std::process::Stdio;

use retm_sandbox::Sandbox;

use crate::ran::{Ran, at, end, retm};

fn sandbox() -> Sandbox {
    Sandbox::builder().products(5).start_blocking().unwrap()
}

#[test]
fn what_is_piped_is_json() {
    let sandbox = sandbox();
    let piped = end(&mut at(&sandbox, "products list --per-page 5")).ok();
    let asked = end(&mut at(&sandbox, "products list --per-page 5 -o json")).ok();
    assert_eq!(piped, asked);
    let items: serde_json::Value = serde_json::from_str(&piped).unwrap();
    assert_eq!(items.as_array().map(Vec::len), Some(5));
}

#[test]
fn a_small_list_in_every_format() {
    let sandbox = sandbox();
    let mut all = String::new();
    for format in ["table", "json", "ndjson", "csv"] {
        let line = format!("devices list --per-page 2 --output {format}");
        let ran = end(&mut at(&sandbox, &line));
        assert_eq!(ran.code, Some(0));
        all.push_str(&format!(
            "$ retm {line}\n{}[standard error] {}\n",
            ran.out, ran.err
        ));
    }
    insta::assert_snapshot!("formats", all);
}

#[test]
fn a_body_comes_from_standard_input() {
    let sandbox = sandbox();
    let mut process = at(&sandbox, "order-types create --file -")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = process.stdin.take().unwrap();
    stdin.write_all(br#"{"name": {"en": "Drive"#).unwrap();
    stdin.write_all(br#"-in", "ar": ""}}"#).unwrap();
    drop(stdin);
    let ran = Ran::from(process.wait_with_output().unwrap());
    let reply: serde_json::Value = serde_json::from_str(&ran.ok()).unwrap();
    assert!(reply["id"].is_string(), "{reply}");
    let sent = sandbox.requests_for("create_order_type");
    assert_eq!(
        sent.first().unwrap().json().unwrap(),
        serde_json::json!({"name": {"en": "Drive-in", "ar": ""}})
    );
}

/// Nobody reads: the work is done all the same, and no panic is written.
#[cfg(unix)]
#[test]
fn closed_streams_are_no_failure() {
    let sandbox = sandbox();
    for closed in [">&-", "<&-", "<&- >&- 2>&-"] {
        sandbox.clear_requests();
        let mut shell = std::process::Command::new("/bin/sh");
        shell
            .env_clear()
            .env("RETM_BASE_URL", sandbox.base_url())
            .env("RETM_BUSINESS", "acme")
            .env("RETM_CLIENT_ID", sandbox.client_id())
            .env("RETM_CLIENT_SECRET", sandbox.client_secret())
            .args(["-c", &format!("exec \"$0\" products list --all {closed}")])
            .arg(env!("CARGO_BIN_EXE_retm"));
        let ran = end(&mut shell);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{closed}");
        assert_eq!(sandbox.requests_for("list_products").len(), 1, "{closed}");
    }
}

/// A reader that goes away before anything is written.
#[cfg(unix)]
#[test]
fn a_pipe_without_a_reader_is_no_failure() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let sandbox = sandbox();
    let mut command = at(&sandbox, "products list --all --output ndjson");
    let ran = Ran::from(command.stdout(writer).output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert_eq!(sandbox.requests_for("list_products").len(), 1);
}

/// A reader that goes away while there is more to come.
#[test]
fn a_reader_that_goes_is_no_failure() {
    let sandbox = Sandbox::builder().products(2000).start_blocking().unwrap();
    let line = "products list --all --per-page 500 --output ndjson";
    let mut list = at(&sandbox, line)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    list.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let ran = Ran::from(list.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let mut command = retm(["payload", "check", "--list"]);
    let ran = Ran::from(command.stdout(full.unwrap()).output().unwrap());
    let error = ran.error(1);
    assert!(
        error.starts_with("error: cannot write the output"),
        "{error}"
    );
}
