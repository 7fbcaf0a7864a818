//! `cargo xtask audit`: licences, bans, sources and advisories of all dependencies, by a pinned cargo-deny.
//!
//! A command of its own and no gate: cargo-deny takes minutes to build, and what it finds changes with the day.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use crate::spec::root;
use crate::{process, tools};

/// The cargo-deny that deny.toml is written for.
const VERSION: &str = "0.20.2";

/// Runs every check that can run.
///
/// # Errors
///
/// Where cargo-deny cannot be installed, or when interrupted.
pub fn run() -> anyhow::Result<bool> {
    let program = install(&root())?;
    let mut passed = true;
    let always = [
        "check",
        "--hide-inclusion-graph",
        "licenses",
        "bans",
        "sources",
    ];
    passed &= process::run(deny(&program).args(always))?.success();

    let (fetched, output) = process::capture(deny(&program).args(["fetch", "db"]))?;
    if fetched.success() {
        let advisories = ["check", "--disable-fetch", "advisories"];
        passed &= process::run(deny(&program).args(advisories))?.success();
    } else {
        let reason = tools::last_line(&output);
        println!("advisories: not checked, the database cannot be fetched: {reason}");
    }
    Ok(passed)
}

fn deny(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(root())
        .args(["--workspace", "--locked"]);
    command
}

/// The pinned cargo-deny, below `target/tools`; built there when it is missing or another version.
fn install(root: &Path) -> anyhow::Result<PathBuf> {
    let folder = root.join("target/tools");
    let program = folder.join("bin/cargo-deny");
    let wanted = format!("cargo-deny {VERSION}");
    if tools::first_line(&program, ["--version"])?.as_deref() == Some(wanted.as_str()) {
        return Ok(program);
    }
    eprintln!("installing {wanted}; this takes some minutes once");
    let mut command = tools::cargo(root);
    command
        .args([
            "install",
            "cargo-deny",
            "--version",
            VERSION,
            "--locked",
            "--root",
        ])
        .arg(&folder);
    if !process::run(&mut command)?.success() {
        bail!("`{}` failed", process::line(&command));
    }
    Ok(program)
}
