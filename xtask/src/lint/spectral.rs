//! Spectral, at the version of the committed lock file.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::process;
use crate::tools::{self, Skip};

/// What came of running Spectral.
#[derive(Debug)]
pub enum Outcome {
    /// It found nothing.
    Clean,
    /// It found something, and has said so.
    Findings,
    /// It could not run.
    Skipped(Skip),
}

/// Runs Spectral on a spec, with the ruleset and the lock file beside it.
///
/// # Errors
///
/// Where its folder cannot be read or written, or when interrupted.
pub fn run(spec: &Path) -> anyhow::Result<Outcome> {
    let folder = spec.parent().context("the spec has no folder")?;
    if let Err(skip) = tools::node()? {
        return Ok(Outcome::Skipped(skip));
    }
    if let Err(skip) = install(&folder.join("spectral"))? {
        return Ok(Outcome::Skipped(skip));
    }
    let mut command = Command::new("node");
    command
        .current_dir(folder)
        .arg("spectral/node_modules/@stoplight/spectral-cli/dist/index.js")
        .arg("lint")
        .args(["--ruleset", ".spectral.yaml"])
        .args(["--fail-severity", "warn", "--quiet"])
        .arg(spec.file_name().unwrap_or_default());
    let (status, output) = process::capture(&mut command)?;
    if status.success() {
        return Ok(Outcome::Clean);
    }
    eprint!("{output}");
    Ok(Outcome::Findings)
}

/// Installs what the lock file names, unless that is what is there.
fn install(folder: &Path) -> anyhow::Result<Result<(), Skip>> {
    let lock = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("cannot read the lock file in {}", folder.display()))?;
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(Ok(()));
    }
    eprintln!("installing Spectral from its lock file");
    let mut command = Command::new("npm");
    command.current_dir(folder).args(["ci", "--prefer-offline"]);
    let (status, output) = process::capture(&mut command)?;
    if !status.success() {
        return Ok(Err(Skip {
            reason: format!("`npm ci` failed: {}", tools::last_line(&output)),
            mend: format!("run `npm ci` in {} with a network", folder.display()),
        }));
    }
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(Ok(()))
}
