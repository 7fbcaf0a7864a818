//! A process that says a secret dies of it: the program `says`.

use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use retm_tests::watch::{self, Hidden};

/// What the program says.
const WHAT: &str = "RETM_TESTS_SAYS_WHAT";

/// Ways to say something, and what the watch calls them.
const WAYS: [(&str, &str); 14] = [
    ("span", "span of says"),
    ("record", "record of a span"),
    ("event", "event of says"),
    ("log", "log of says"),
    ("metric", "metric of said"),
    ("described", "metric of said"),
    ("local", "metric of said"),
    ("panic", "panic of this process"),
    ("task", "panic of this process"),
    ("error", "error of a call"),
    ("output", "output of a line"),
    ("child", "output of a child"),
    ("arguments", "arguments of this process"),
    ("store", "store of this test"),
];

fn says(how: &str, what: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_says"));
    program.arg(how);
    if how == "arguments" {
        program.arg(what);
    }
    program.env(WHAT, what).output().unwrap()
}

#[track_caller]
fn dies(how: &str, what: &str, says_it: &str) {
    let ended = says(how, what);
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(
        ended.status.code(),
        None,
        "{how} of {what} was survived: {stderr}"
    );
    assert!(
        stderr.contains(&format!("the watch: {says_it}")),
        "{stderr}"
    );
}

#[test]
fn whatever_way_a_secret_comes_out_the_process_dies() {
    for (how, place) in WAYS {
        dies(
            how,
            watch::TOKEN,
            &format!("{place} holds a secret of a test, raw"),
        );
        let ended = says(how, "nothing in particular");
        let stderr = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{how}: {stderr}");
        assert_eq!(ended.stdout, format!("said by {how}\n").as_bytes());
    }
}

#[test]
fn whatever_the_secret_and_its_spelling_the_process_dies() {
    let percent = utf8_percent_encode("sara@example.com", NON_ALPHANUMERIC).to_string();
    let basic = STANDARD.encode("app:hush-proxy");
    let hex = "73616e64626f782d616363657373";
    for (what, holds) in [
        ("sandbox-access-Xy", "an access token of the sandbox, raw"),
        (
            &format!("{hex}2d587930"),
            "an access token of the sandbox, hex",
        ),
        ("sandbox-refresh-Xy", "a refresh token of the sandbox, raw"),
        (
            "sandbox%2dcode%2dXy",
            "a code of the sandbox, percent-encoded",
        ),
        (
            &format!("{:?}", b"sandbox-secret-"),
            "the client secret of the sandbox, bytes",
        ),
        (&basic, "a secret of a test, base64"),
        (watch::PHONE, "a phone of a test, raw"),
        ("0550000017", "a phone of the sandbox, raw"),
        (&percent, "an e-mail, percent-encoded"),
    ] {
        dies("event", what, &format!("event of says holds {holds}"));
    }
}

#[test]
fn what_is_no_secret_is_none() {
    for text in [
        "105500001",
        "12.0550000",
        "hush",
        "sandbox-00000002",
        "retm-sandbox-app",
    ] {
        assert_eq!(watch::leak(text, Hidden::All), None);
    }
    assert_eq!(watch::leak("phone 0550000017", Hidden::Secrets), None);
    assert!(watch::leak("0550000017 hush-token", Hidden::Secrets).is_some());
}
