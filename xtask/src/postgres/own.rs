//! A server that we have started.
//!
//! It is a child of ours from its first moment, never put into the background by another program: whenever we
//! are interrupted there is a process to end and to wait for, and none that we do not know of.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use tempfile::TempDir;

use super::user::{User, become_user, folder, give};
use crate::process::{self, Background};
use crate::tools;

/// How often another port is tried: one that was free may be taken a moment later.
const TRIES: usize = 5;

/// How long a server may take until it accepts connections.
const STARTING: Duration = Duration::from_secs(60);

/// A server that we have started; it and its folder are gone when this is dropped.
#[derive(Debug)]
pub struct Own {
    url: String,
    programs: PathBuf,
    user: Option<User>,
    /// Ends before its folder goes.
    server: Option<Background>,
    folder: TempDir,
}

impl Own {
    /// Starts one with the programs in that folder.
    ///
    /// # Errors
    ///
    /// Where it does not start, or when interrupted. Nothing of it is left then.
    pub(super) fn start(programs: PathBuf) -> anyhow::Result<Self> {
        let user = User::find()?;
        let mut own = Self {
            url: String::new(),
            programs,
            user,
            server: None,
            folder: folder(user)?,
        };
        let password = password()?;
        let secret = own.folder.path().join("password");
        fs::write(&secret, &password)?;
        give(&secret, own.user)?;
        let mut initdb = own.program("initdb");
        initdb
            .args(["--username", "retm", "--auth", "scram-sha-256"])
            .args(["--encoding", "UTF8", "--locale", "C", "--no-sync"])
            .arg("--pwfile")
            .arg(&secret)
            .arg("--pgdata")
            .arg(own.data());
        tools::checked(&mut initdb)?;
        fs::remove_file(&secret)?;
        let port = own.listen()?;
        own.url = format!("postgres://retm:{password}@127.0.0.1:{port}/postgres");
        Ok(own)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Starts the server on a free port; which one.
    fn listen(&mut self) -> anyhow::Result<u16> {
        let mut tries = 1;
        loop {
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            let mut settings = fs::OpenOptions::new()
                .append(true)
                .open(self.data().join("postgresql.conf"))?;
            // The last word counts. What is in it is gone soon, so nothing has to reach the disk.
            writeln!(
                settings,
                "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\n\
                 max_connections = 400\nfsync = off\nfull_page_writes = off"
            )?;
            let log = fs::File::create(self.log())?;
            let mut command = self.program("postgres");
            command
                .arg("-D")
                .arg(self.data())
                .stdout(log.try_clone()?)
                .stderr(log);
            let pid_file = self.data().join("postmaster.pid");
            let server = self.server.insert(Background::start(&mut command)?);
            let pid = server.id();
            let ready = || fs::read_to_string(&pid_file).is_ok_and(|file| is_ready(&file, pid));
            match server.wait_until(ready, STARTING) {
                Ok(()) => return Ok(port),
                Err(error) if error.is::<process::Interrupted>() => return Err(error),
                Err(error) => {
                    self.server = None;
                    if tries == TRIES {
                        let log = fs::read_to_string(self.log()).unwrap_or_default();
                        let last = tools::last_line(&log).to_owned();
                        return Err(error.context(format!("its log ends with: {last}")));
                    }
                    tries += 1;
                }
            }
        }
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path());
        become_user(&mut command, self.user);
        command
    }
}

/// Whether the server of that process accepts connections: the file's first line is the process, the eighth
/// its state.
fn is_ready(pid_file: &str, pid: u32) -> bool {
    let mut lines = pid_file.lines().map(str::trim);
    lines.next() == Some(pid.to_string().as_str()) && lines.nth(6) == Some("ready")
}

fn password() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .context("cannot read /dev/urandom for a password")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use super::*;

    #[test]
    fn a_private_server_answers_and_is_gone_when_dropped() {
        let Some(programs) = crate::postgres::installed() else {
            assert!(!tools::ci(), "PostgreSQL is not installed");
            println!("left out: PostgreSQL is not installed");
            return;
        };
        let own = Own::start(programs).unwrap();
        let (_, rest) = own.url.rsplit_once(':').unwrap();
        let port: u16 = rest.split('/').next().unwrap().parse().unwrap();
        let folder = own.folder.path().to_owned();
        let pid = own.server.as_ref().unwrap().id();
        let pid = nix::unistd::Pid::from_raw(pid.try_into().unwrap());
        assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
        assert!(nix::sys::signal::kill(pid, None).is_ok());
        drop(own);
        assert!(nix::sys::signal::kill(pid, None).is_err());
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(!folder.exists());
    }

    /// The error with such programs, and the folder in which they were started.
    fn failing(initdb: &str, postgres: &str) -> (String, PathBuf) {
        let programs = tempfile::tempdir().unwrap();
        let open_to_all = || fs::Permissions::from_mode(0o755);
        fs::set_permissions(programs.path(), open_to_all()).unwrap();
        for (name, script) in [("initdb", initdb), ("postgres", postgres)] {
            let program = programs.path().join(name);
            fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&program, open_to_all()).unwrap();
        }
        let error = Own::start(programs.path().to_owned()).unwrap_err();
        let error = format!("{error:#}");
        let (_, folder) = error.split_once("failed in ").unwrap();
        let folder = folder.split(':').next().unwrap().into();
        (error, folder)
    }

    #[test]
    fn a_server_that_does_not_start_leaves_nothing() {
        let fails = "echo \"failed in $PWD\"; exit 1";
        let makes = "mkdir data; touch data/postgresql.conf";
        for (initdb, postgres) in [(fails, ""), (makes, fails)] {
            let (error, folder) = failing(initdb, postgres);
            assert!(error.contains("retm-postgres-"), "{error}");
            assert!(!Path::new(&folder).exists(), "{} is left", folder.display());
        }
    }

    #[test]
    fn a_server_is_ready_by_its_own_word_alone() {
        let file = |pid: u32, state: &str| {
            format!("{pid}\n/data\n1700000000\n5432\n\n127.0.0.1\n 65587 7\n{state}   \n")
        };
        assert!(is_ready(&file(7, "ready"), 7));
        assert!(!is_ready(&file(8, "ready"), 7));
        assert!(!is_ready(&file(7, "starting"), 7));
        assert!(!is_ready("7\n", 7) && !is_ready("", 7));
    }
}
