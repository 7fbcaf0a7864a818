//! The binary as a process: signals, pipes, standard streams.
#![allow(clippy::unwrap_used, reason = "a failure is the test's failure")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

fn retm() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_retm"));
    command.env_clear();
    command
}

#[test]
fn the_version_and_the_help() {
    let version = retm().arg("--version").output().unwrap();
    assert!(version.status.success());
    assert!(
        String::from_utf8(version.stdout)
            .unwrap()
            .starts_with("retm ")
    );
    let none = retm().output().unwrap();
    assert_eq!(none.status.code(), Some(2));
    assert!(none.stdout.is_empty());
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = retm().args(["completions", shell]).output().unwrap();
        assert!(script.status.success(), "{shell}");
        assert!(
            String::from_utf8(script.stdout)
                .unwrap()
                .contains("set-delivery-status"),
            "{shell}"
        );
    }
}

#[cfg(unix)]
mod unix {
    use super::*;

    /// Sends a signal by the system's own tool.
    fn signal(process: &std::process::Child, name: &str) {
        let sent = Command::new("kill")
            .args([name, &process.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// A sandbox, and the environment it prints once it serves.
    fn sandbox(args: &[&str]) -> (std::process::Child, Vec<(String, String)>) {
        let mut process = retm()
            .arg("sandbox")
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap())
            .lines()
            .take(5);
        let pair = |line: std::io::Result<String>| {
            let line = line.unwrap();
            let (name, value) = line.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        };
        let env: Vec<_> = lines.map(pair).collect();
        (process, env)
    }

    #[test]
    fn a_sandbox_serves_what_it_prints_until_it_is_stopped() {
        for stop in ["-TERM", "-INT"] {
            let (mut process, env) = sandbox(&["--products", "3", "--business", "shop"]);
            let names: Vec<&str> = env.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(
                names,
                [
                    "RETM_BASE_URL",
                    "RETM_BUSINESS",
                    "RETM_CLIENT_ID",
                    "RETM_CLIENT_SECRET",
                    "RETM_CODE"
                ]
            );
            let listed = retm()
                .args(["products", "list", "--output", "ndjson"])
                .envs(env)
                .output()
                .unwrap();
            assert!(
                listed.status.success(),
                "{}",
                String::from_utf8_lossy(&listed.stderr)
            );
            assert_eq!(
                listed.stdout.iter().filter(|byte| **byte == b'\n').count(),
                3
            );
            signal(&process, stop);
            assert_eq!(process.wait().unwrap().code(), Some(0), "{stop}");
        }
    }

    #[test]
    fn a_reader_that_goes_is_no_failure() {
        let (mut server, env) = sandbox(&["--products", "2000"]);
        let mut list = retm()
            .args([
                "products",
                "list",
                "--all",
                "--per-page",
                "500",
                "--output",
                "ndjson",
            ])
            .envs(env)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 1];
        list.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let ended = list.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0));
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
        server.kill().unwrap();
        server.wait().unwrap();
    }

    #[test]
    fn a_full_disk_is_a_failure() {
        let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
            return;
        };
        let ended = retm()
            .args(["payload", "check", "--list"])
            .stdout(full)
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(1));
        assert!(
            String::from_utf8_lossy(&ended.stderr).starts_with("error: cannot write the output")
        );
    }

    /// Whether the process catches Ctrl-C by now.
    #[cfg(target_os = "linux")]
    fn catches_interrupts(process: &std::process::Child) -> bool {
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
        let mut waiting = retm()
            .args(["payload", "check", "--schema", "Tax", "-"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Standard input stays open, so the process cannot end by itself.
        while !catches_interrupts(&waiting) {
            std::thread::yield_now();
        }
        signal(&waiting, "-INT");
        let stdin = waiting.stdin.take();
        let ended = waiting.wait_with_output().unwrap();
        drop(stdin);
        assert_eq!(ended.status.code(), Some(130));
        assert_eq!(
            String::from_utf8_lossy(&ended.stderr),
            "error: interrupted\n"
        );
    }
}
