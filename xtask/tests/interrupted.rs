//! `cargo xtask postgres` when it is interrupted: no server and no folder is left.
#![cfg(unix)]
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a failure is the test's failure"
)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tempfile::TempDir;

/// A temporary folder that PostgreSQL's user can use.
fn shared_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// xtask with a server in that folder, as the leader of a group, as a shell starts it.
fn xtask(folder: &Path, command: &str) -> Command {
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    xtask
        .args(["postgres", "sh", "-c", command])
        .env("TMPDIR", folder)
        .env_remove("RETM_TEST_POSTGRES_URL")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    xtask
}

/// Where a server keeps what it has, in that folder.
fn servers(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let ours = |path: &PathBuf| path.to_string_lossy().contains("retm-postgres-");
    paths.filter(ours).collect()
}

fn pid(text: &str) -> Pid {
    Pid::from_raw(text.trim().parse().unwrap())
}

fn runs(pid: Pid) -> bool {
    kill(pid, None).is_ok()
}

fn of(child: &Child) -> Pid {
    Pid::from_raw(child.id().try_into().unwrap())
}

/// Interrupts xtask while its command runs; then neither is left.
fn interrupted_while_its_command_runs(interrupt: impl Fn(Pid)) {
    if !there_is_a_postgres() {
        return;
    }
    let folder = shared_folder();
    let mut xtask = xtask(folder.path(), "echo $$; exec sleep 600")
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(xtask.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let servers_there = servers(folder.path());
    let [server] = servers_there.as_slice() else {
        panic!("{servers_there:?}, {:?}", xtask.wait_with_output());
    };
    let pid_file = fs::read_to_string(server.join("data/postmaster.pid")).unwrap();
    let (postmaster, command) = (pid(pid_file.lines().next().unwrap()), pid(&line));
    assert!(runs(postmaster) && runs(command));
    interrupt(of(&xtask));
    let ended = xtask.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{ended:?}");
    assert!(!runs(postmaster), "the server still runs");
    assert!(!runs(command), "the command still runs");
    assert_eq!(servers(folder.path()), Vec::<PathBuf>::new());
}

/// Whether it can be tested here.
fn there_is_a_postgres() -> bool {
    let folder = shared_folder();
    let ran = xtask(folder.path(), "true").output().unwrap();
    let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    assert!(ran.status.success() || !ci, "{ran:?}");
    if !ran.status.success() {
        println!("left out: {}", String::from_utf8_lossy(&ran.stderr));
    }
    assert_eq!(servers(folder.path()), Vec::<PathBuf>::new());
    ran.status.success()
}

#[test]
fn ctrl_c_reaches_the_whole_group_and_leaves_nothing() {
    interrupted_while_its_command_runs(|xtask| killpg(xtask, Signal::SIGINT).unwrap());
}

#[test]
fn sigterm_leaves_nothing() {
    interrupted_while_its_command_runs(|xtask| kill(xtask, Signal::SIGTERM).unwrap());
}

#[test]
fn sighup_leaves_nothing() {
    interrupted_while_its_command_runs(|xtask| kill(xtask, Signal::SIGHUP).unwrap());
}

/// Interrupts xtask while a program of PostgreSQL's that never comes to an end runs; then it is gone.
fn interrupted_while_it_starts(initdb: &str, postgres: &str) {
    let folder = shared_folder();
    let programs = shared_folder();
    // Both are told where they are, which is the server's folder.
    for (name, script) in [("initdb", initdb), ("postgres", postgres)] {
        let program = programs.path().join(name);
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths(
        std::iter::once(programs.path().to_owned()).chain(std::env::split_paths(&path)),
    );
    let mut xtask = xtask(folder.path(), "true")
        .env("PATH", path.unwrap())
        .spawn()
        .unwrap();
    let started = || {
        let [server] = servers(folder.path()).try_into().ok()?;
        fs::read_to_string(server.join("started"))
            .ok()
            .filter(|pid| pid.ends_with('\n'))
    };
    let program = loop {
        assert!(xtask.try_wait().unwrap().is_none(), "{xtask:?}");
        match started() {
            Some(text) => break pid(&text),
            None => std::thread::yield_now(),
        }
    };
    assert!(runs(program));
    killpg(of(&xtask), Signal::SIGINT).unwrap();
    let ended = xtask.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{ended:?}");
    assert!(!runs(program), "it still runs");
    assert_eq!(servers(folder.path()), Vec::<PathBuf>::new());
}

const HANGS: &str = "echo $$ > started; exec sleep 600";

#[test]
fn ctrl_c_while_initdb_runs_leaves_nothing() {
    interrupted_while_it_starts(HANGS, "");
}

#[test]
fn ctrl_c_between_initdb_and_a_server_that_is_ready_leaves_nothing() {
    interrupted_while_it_starts("mkdir data; touch data/postgresql.conf", HANGS);
}

#[test]
fn a_server_that_ignores_being_asked_is_killed() {
    let ignores = "trap '' QUIT TERM INT; echo $$ > started; while :; do sleep 600; done";
    interrupted_while_it_starts("mkdir data; touch data/postgresql.conf", ignores);
}
