//! A PostgreSQL of our own for the tests: in a temporary folder, on loopback alone, gone afterwards.

mod install;
mod own;
mod programs;
mod user;

use std::path::Path;
use std::process::Command;

use anyhow::bail;

pub use own::Own;

use crate::tools::Skip;
use crate::{process, tools};

/// Names the server that the tests use.
pub const VARIABLE: &str = "RETM_TEST_POSTGRES_URL";

/// A server for the tests.
#[derive(Debug)]
pub enum Server {
    /// Somebody else's, named by [`VARIABLE`].
    Given(String),
    /// Our own; it ends when this is dropped.
    Own(Own),
}

impl Server {
    /// Its address, with a password: for the environment, not for arguments or logs.
    pub fn url(&self) -> &str {
        match self {
            Self::Given(url) => url,
            Self::Own(own) => own.url(),
        }
    }
}

/// Runs a command with a server; whether it ended well.
///
/// # Errors
///
/// Where there is no server to be had or the command cannot be started, or when interrupted.
pub fn run(command: &[String]) -> anyhow::Result<bool> {
    let server = match find()? {
        Ok(server) => server,
        Err(skip) => bail!("{}; {}", skip.reason, skip.mend),
    };
    let Some((program, arguments)) = command.split_first() else {
        bail!("no command was given");
    };
    let status = process::run(
        Command::new(program)
            .args(arguments)
            .env(VARIABLE, server.url()),
    )?;
    Ok(status.success())
}

/// The server that [`VARIABLE`] names, or one of our own; installs PostgreSQL where it is missing, we are
/// root and the system has apt.
///
/// # Errors
///
/// Where a server that is there does not start, or when interrupted.
pub fn find() -> anyhow::Result<Result<Server, Skip>> {
    if let Some(url) = std::env::var(VARIABLE).ok().filter(|url| !url.is_empty()) {
        return Ok(Ok(Server::Given(url)));
    }
    let skip = |reason: String| {
        Ok(Err(Skip {
            reason,
            mend: format!("install PostgreSQL's server, or set {VARIABLE} to one's address"),
        }))
    };
    if !cfg!(unix) {
        return skip("a private PostgreSQL is started on Unix alone".to_owned());
    }
    let missing = "PostgreSQL's initdb is not installed";
    let mut found = installed();
    if found.is_none() {
        if !tools::may_install()? {
            return skip(missing.to_owned());
        }
        if let Err(problem) = install::install()? {
            return skip(format!("{missing}, and {problem}"));
        }
        found = installed();
    }
    let Some(programs) = found else {
        return skip(format!("{missing}, after installing the system's"));
    };
    Ok(Ok(Server::Own(Own::start(programs)?)))
}

/// The folder of PostgreSQL's programs on this machine.
fn installed() -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    programs::find(&path, Path::new(programs::DEBIAN))
}
