//! `retm demo` as a process.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use crate::ran::{end, retm};

/// The demo in an empty folder of its own, with nothing set.
fn demo(folder: &std::path::Path) -> Command {
    let mut command = retm(["demo"]);
    command
        .current_dir(folder)
        .env("HOME", folder)
        .env("TMPDIR", folder);
    command
}

#[test]
fn it_needs_nothing_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let text = end(&mut demo(folder.path())).ok();
    assert!(text.ends_with("Done: both counts agree.\n"), "{text}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// The rows of its table: operation, requests sent, requests logged.
fn rows(text: &str) -> Vec<(String, u64, u64)> {
    let lines = text.lines().skip_while(|line| !line.contains("OPERATION"));
    let lines = lines.skip(1).take_while(|line| !line.is_empty());
    let cells = lines.map(|line| line.split_whitespace().collect::<Vec<_>>());
    cells
        .map(|cells| match cells.as_slice() {
            [operation, sent, logged] => (
                (*operation).to_owned(),
                sent.parse().unwrap(),
                logged.parse().unwrap(),
            ),
            other => panic!("no row: {other:?}"),
        })
        .collect()
}

#[tokio::test]
async fn its_table_has_the_counts_of_the_sandboxes_log() {
    let folder = tempfile::tempdir().unwrap();
    let text = end(&mut demo(folder.path())).ok();
    let mut in_process = Vec::new();
    let report = retm_cli::demo(&mut in_process).await.unwrap();
    assert_eq!(text, String::from_utf8(in_process).unwrap());

    let mut rows = rows(&text);
    let all = rows.pop().unwrap();
    let sent: BTreeMap<_, _> = rows.iter().map(|row| (row.0.clone(), row.1)).collect();
    let logged: BTreeMap<_, _> = rows.iter().map(|row| (row.0.clone(), row.2)).collect();
    assert_eq!(sent, report.sent);
    assert_eq!(logged, report.logged);
    assert_eq!(sent, logged);
    let sum: u64 = report.logged.values().sum();
    assert_eq!(all, ("all".to_owned(), sum, sum));
    assert!(sum > 10, "{sum}");
}

/// Not even a standard input is needed.
#[cfg(unix)]
#[test]
fn it_runs_without_a_standard_input() {
    let mut shell = Command::new("/bin/sh");
    shell
        .env_clear()
        .args(["-c", "exec \"$0\" demo <&-", env!("CARGO_BIN_EXE_retm")]);
    let text = end(&mut shell).ok();
    assert!(text.ends_with("Done: both counts agree.\n"), "{text}");
}

#[test]
fn it_takes_nothing_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let plain = end(&mut demo(folder.path())).ok();
    let mut command = demo(folder.path());
    command
        .env("RETM_BASE_URL", "https://nowhere.invalid")
        .env("RETM_BUSINESS", "evil.com/")
        .env("RETM_CLIENT_ID", "x")
        .env("RETM_CLIENT_SECRET", "hush-secret")
        .env("RETM_CODE", "hush-code")
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("http_proxy", "http://127.0.0.1:9")
        .env("LANG", "ar_SA.UTF-8")
        .env("TZ", "Pacific/Auckland");
    assert_eq!(end(&mut command).ok(), plain);
}
