//! Ctrl-C while a call is under way.

use std::io::Read;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use crate::ran::{Ran, retm};

/// Sends a signal by the system's own tool.
pub(crate) fn signal(process: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &process.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

/// Runs a command line against a server that takes requests and never answers, and interrupts it there.
fn interrupted(line: &str) -> Ran {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let process = retm(line.split_whitespace())
        .env(
            "RETM_BASE_URL",
            format!("http://{}", server.local_addr().unwrap()),
        )
        .env("RETM_BUSINESS", "acme")
        .env("RETM_CLIENT_ID", "app")
        .env("RETM_CLIENT_SECRET", "hush-secret")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut connection, _) = server.accept().unwrap();
    // Once the request is here the process waits for its answer, and for the signal.
    connection.read_exact(&mut [0; 4]).unwrap();
    signal(&process, "-INT");
    let ran = process.wait_with_output().unwrap();
    drop(connection);
    ran.into()
}

#[test]
fn an_interrupted_list_is_130() {
    assert_eq!(
        interrupted("products list --all").error(130),
        "error: interrupted\n"
    );
}

#[test]
fn an_interrupted_write_says_that_its_outcome_is_unknown() {
    assert_eq!(
        interrupted("orders cancel x").error(130),
        "error: interrupted; whether the call took effect is unknown\n"
    );
}

/// Whether the process catches Ctrl-C by now.
#[cfg(target_os = "linux")]
fn catches_interrupts(process: &Child) -> bool {
    const SIGINT: u64 = 1 << 1;
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let caught = status
        .lines()
        .find_map(|line| line.strip_prefix("SigCgt:"))
        .unwrap();
    u64::from_str_radix(caught.trim(), 16).unwrap() & SIGINT != 0
}

#[cfg(target_os = "linux")]
#[test]
fn an_interruption_ends_a_wait_for_standard_input() {
    let mut waiting = retm(["payload", "check", "--schema", "Tax", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Standard input stays open, so the process cannot end by itself.
    while !catches_interrupts(&waiting) {
        std::thread::yield_now();
    }
    signal(&waiting, "-INT");
    let stdin = waiting.stdin.take();
    let ran = Ran::from(waiting.wait_with_output().unwrap());
    drop(stdin);
    assert_eq!(ran.error(130), "error: interrupted\n");
}
