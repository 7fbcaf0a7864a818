//! Programs that are not ours: cargo, git, Node.js.

use std::ffi::OsStr;
use std::io::IsTerminal;
use std::path::Path;
use std::process::Command;

use anyhow::bail;

use crate::process;

/// Why something was left out, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// Why it was left out.
    pub reason: String,
    /// What to do about it.
    pub mend: String,
}

/// Node.js below this cannot run Spectral.
const NODE: u32 = 18;

/// Whether we run as a CI job, where nothing may be left out.
pub fn ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// `cargo` in a folder, without what `cargo run` told us about xtask: build scripts would look at it and run again.
pub fn cargo(folder: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(told_by_cargo) {
            command.env_remove(&name);
        }
    }
    // Its standard error goes through us, which cargo takes for no terminal.
    if std::io::stderr().is_terminal() && std::env::var_os("CARGO_TERM_COLOR").is_none() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command
}

fn told_by_cargo(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || ["CARGO_BIN_NAME", "CARGO_CRATE_NAME", "OUT_DIR"].contains(&name)
}

/// Finds Node.js and npm; installs them where we are root and the system has apt.
///
/// # Errors
///
/// Only when interrupted.
pub fn node() -> anyhow::Result<Result<(), Skip>> {
    let Err(reason) = usable_node()? else {
        return Ok(Ok(()));
    };
    let skip = |reason: String| {
        Ok(Err(Skip {
            reason,
            mend: format!("install Node.js {NODE} or later with npm"),
        }))
    };
    if !may_install()? {
        return skip(reason);
    }
    if let Err(problem) = install(&["nodejs", "npm"])? {
        return skip(format!("{reason}, and {problem}"));
    }
    match usable_node()? {
        Ok(()) => Ok(Ok(())),
        Err(reason) => skip(format!("{reason}, after installing the system's")),
    }
}

/// Finds the headers of OpenSSL, which `native-tls` is built on under Linux; installs them where we are root and the
/// system has apt.
///
/// # Errors
///
/// Only when interrupted.
pub fn openssl() -> anyhow::Result<Result<(), Skip>> {
    let found = || answers("pkg-config", ["--exists", "openssl"]);
    if !cfg!(target_os = "linux") || std::env::var_os("OPENSSL_DIR").is_some() || found()? {
        return Ok(Ok(()));
    }
    let mut reason = "the headers of OpenSSL or pkg-config are not installed".to_owned();
    if may_install()? {
        match install(&["libssl-dev", "pkg-config"])? {
            Ok(()) if found()? => return Ok(Ok(())),
            Ok(()) => reason.push_str(", after installing the system's"),
            Err(problem) => reason = format!("{reason}, and {problem}"),
        }
    }
    Ok(Err(Skip {
        reason,
        mend: "install libssl-dev and pkg-config".to_owned(),
    }))
}

/// Whether [`install`] can work here: we are root and the system has apt.
pub fn may_install() -> anyhow::Result<bool> {
    Ok(root()? && answers("apt-get", ["--version"])?)
}

/// Installs packages of the system with apt; what went wrong where it could not.
///
/// # Errors
///
/// Only when interrupted.
pub fn install(packages: &[&str]) -> anyhow::Result<Result<(), String>> {
    eprintln!("installing {} with apt-get", packages.join(" and "));
    for arguments in [
        ["update", "-q", "-q", "-y"].as_slice(),
        &[["install", "-q", "-q", "-y"].as_slice(), packages].concat(),
    ] {
        let mut command = Command::new("apt-get");
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive");
        let (status, output) = process::capture(&mut command)?;
        if !status.success() {
            return Ok(Err(format!(
                "`{}` failed: {}",
                process::line(&command),
                last_line(&output)
            )));
        }
    }
    Ok(Ok(()))
}

fn usable_node() -> anyhow::Result<Result<(), String>> {
    let version = match first_line("node", ["--version"])? {
        Some(version) => version,
        None => return Ok(Err("Node.js is not installed".to_owned())),
    };
    if major(&version).is_none_or(|found| found < NODE) {
        return Ok(Err(format!("Node.js {version} is older than {NODE}")));
    }
    if !answers("npm", ["--version"])? {
        return Ok(Err("npm is not installed".to_owned()));
    }
    Ok(Ok(()))
}

/// Whether we are root.
pub fn root() -> anyhow::Result<bool> {
    Ok(first_line("id", ["-u"])?.as_deref() == Some("0"))
}

/// Whether a program is there and says that all is well.
pub fn answers<const N: usize>(program: &str, arguments: [&str; N]) -> anyhow::Result<bool> {
    Ok(first_line(program, arguments)?.is_some())
}

/// The first line that a program writes; `None` where it is missing or fails.
pub fn first_line<P: AsRef<OsStr>, const N: usize>(
    program: P,
    arguments: [&str; N],
) -> anyhow::Result<Option<String>> {
    match process::capture(Command::new(program).args(arguments)) {
        Ok((status, output)) if status.success() => {
            Ok(Some(output.lines().next().unwrap_or_default().to_owned()))
        }
        Err(error) if error.is::<process::Interrupted>() => Err(error),
        _ => Ok(None),
    }
}

/// Runs a command that has to succeed, and shows nothing of it.
///
/// # Errors
///
/// With the last line that it wrote where it fails; where it cannot be started, or when interrupted.
pub fn checked(command: &mut Command) -> anyhow::Result<()> {
    let (status, output) = process::capture(command)?;
    if !status.success() {
        bail!(
            "`{}` failed: {}",
            process::line(command),
            last_line(&output)
        );
    }
    Ok(())
}

/// The last line with something on it: where programs say what went wrong.
pub fn last_line(output: &str) -> &str {
    output
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("no output")
        .trim()
}

/// `v20.11.1` is 20.
fn major(version: &str) -> Option<u32> {
    version
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_reads_what_node_says() {
        assert_eq!(major("v20.11.1"), Some(20));
        assert_eq!(major("v8.0.0"), Some(8));
        assert_eq!(major("node"), None);
    }

    #[test]
    fn a_missing_program_does_not_answer() {
        assert!(!answers("no-such-program-here", ["--version"]).unwrap());
    }

    #[test]
    fn the_last_line_is_the_last_with_text() {
        assert_eq!(last_line("a\n b \n\n"), "b");
        assert_eq!(last_line(""), "no output");
    }
}
