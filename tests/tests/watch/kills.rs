//! A process that says a secret dies of it: this test's own program, started again.

use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use retm_tests::until;
use retm_tests::watch::{self, Hidden, Kind, Recording};

/// How the child says it, and what.
const HOW: &str = "RETM_TESTS_SAYS_HOW";
const WHAT: &str = "RETM_TESTS_SAYS_WHAT";

/// Ways to say something, and what the watch calls them.
const WAYS: [(&str, &str); 14] = [
    ("span", "span of kills"),
    ("record", "record of a span"),
    ("event", "event of kills"),
    ("log", "log of kills"),
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

#[tokio::test]
#[ignore = "is started by the tests below, to die of it"]
async fn says_something() {
    let (Ok(how), Ok(what)) = (std::env::var(HOW), std::env::var(WHAT)) else {
        return;
    };
    watch::begin();
    match how.as_str() {
        "span" => drop(tracing::trace_span!(target: "kills", "said", what)),
        "record" => {
            let span = tracing::trace_span!("said", what = tracing::field::Empty);
            span.record("what", &what);
        }
        "event" => tracing::trace!(target: "kills", %what),
        "log" => log::trace!(target: "kills", "{what}"),
        "metric" => metrics::counter!("said", "what" => what).increment(1),
        "described" => metrics::describe_gauge!("said", what),
        "local" => metrics::with_local_recorder(&Recording(metrics::NoopRecorder), || {
            metrics::histogram!("said", "what" => what).record(1.0);
        }),
        "panic" => {
            let _ = std::panic::catch_unwind(|| panic!("{what}"));
        }
        "task" => {
            let _ = tokio::spawn(async move { panic!("{what}") }).await;
        }
        "error" => watch::error(&std::io::Error::other(what)),
        "output" => watch::written("a line", &what, ""),
        "child" => {
            let mut child = tokio::process::Command::new("sh")
                .args(["-c", &format!("printf %s \"${WHAT}\" >&2")])
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap();
            watch::child("a child", &mut child);
            child.wait().await.unwrap();
            until(|| watch::heard(Kind::Output) > 0).await;
        }
        // It stands among this process's own, where the harness takes it for one more filter.
        "arguments" => watch::arguments("this process", std::process::id()),
        "store" => {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("retm.db");
            std::fs::write(&file, "").unwrap();
            std::fs::write(folder.path().join("retm.db-wal"), what).unwrap();
            let url = format!("sqlite:{}", file.display());
            watch::store(&url).await.unwrap();
        }
        other => panic!("there is no way {other}"),
    }
}

fn says(how: &str, what: &str) -> Output {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["--exact", "kills::says_something", "--ignored"]);
    if how == "arguments" {
        program.arg(what);
    }
    program.env(HOW, how).env(WHAT, what).output().unwrap()
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
        let stdout = String::from_utf8_lossy(&ended.stdout);
        assert!(ended.status.success(), "{how}: {stdout}");
        assert!(stdout.contains("1 passed"), "{how}: {stdout}");
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
        dies("event", what, &format!("event of kills holds {holds}"));
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
