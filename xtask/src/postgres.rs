//! A PostgreSQL of our own for the tests: in a temporary folder, on loopback alone, gone afterwards.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use tempfile::TempDir;

use crate::tools::Skip;
use crate::{process, tools};

/// Names the server that the tests use.
pub const VARIABLE: &str = "RETM_TEST_POSTGRES_URL";

/// Where Debian keeps each version's programs.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Debian would start a server of the system's right after installing it.
const DEBIAN_SETTINGS: &str = "/etc/postgresql-common/createcluster.conf";

/// How often another port is tried: one that was free may be taken a moment later.
const TRIES: usize = 5;

/// A server for the tests.
#[derive(Debug)]
pub enum Server {
    /// Somebody else's, named by [`VARIABLE`].
    Given(String),
    /// Our own; it ends when this is dropped.
    Own(Own),
}

/// A server that we have started.
#[derive(Debug)]
pub struct Own {
    url: String,
    programs: PathBuf,
    user: Option<User>,
    folder: TempDir,
}

/// Whom the server runs as where we are root, which it refuses to be.
#[derive(Clone, Copy, Debug)]
struct User {
    id: u32,
    group: u32,
}

impl Server {
    /// Its address, with a password: for the environment, not for arguments or logs.
    pub fn url(&self) -> &str {
        match self {
            Self::Given(url) => url,
            Self::Own(own) => &own.url,
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
    let mut programs = programs();
    if programs.is_none() {
        if !tools::may_install()? {
            return skip(missing.to_owned());
        }
        if let Err(problem) = install()? {
            return skip(format!("{missing}, and {problem}"));
        }
        programs = self::programs();
    }
    let Some(programs) = programs else {
        return skip(format!("{missing}, after installing the system's"));
    };
    Ok(Ok(Server::Own(Own::start(programs)?)))
}

fn install() -> anyhow::Result<Result<(), String>> {
    let settings = Path::new(DEBIAN_SETTINGS);
    if !settings.exists() {
        let written = settings
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(settings, "create_main_cluster = false\n"));
        if let Err(error) = written {
            return Ok(Err(format!("cannot write {DEBIAN_SETTINGS}: {error}")));
        }
    }
    tools::install(&["postgresql"])
}

/// The folder of `initdb` and `pg_ctl`: of the PATH, else of Debian's latest version.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path)
        .filter_map(|folder| folder.join("initdb").canonicalize().ok())
        .filter_map(|initdb| Some(initdb.parent()?.to_owned()))
        .find(|folder| complete(folder));
    on_path.or_else(|| {
        let versions = fs::read_dir(DEBIAN).ok()?;
        versions
            .filter_map(|entry| {
                let folder = entry.ok()?.path();
                let version: u32 = folder.file_name()?.to_str()?.parse().ok()?;
                Some((version, folder.join("bin")))
            })
            .filter(|(_, folder)| complete(folder))
            .max()
            .map(|(_, folder)| folder)
    })
}

fn complete(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"]
        .iter()
        .all(|program| folder.join(program).is_file())
}

impl Own {
    fn start(programs: PathBuf) -> anyhow::Result<Self> {
        let user = if tools::root()? {
            Some(unprivileged()?)
        } else {
            None
        };
        let mut own = Self {
            url: String::new(),
            programs,
            user,
            folder: folder(user)?,
        };
        let password = password()?;
        let secret = own.folder.path().join("password");
        fs::write(&secret, &password)?;
        own.hand_over(&secret)?;
        let mut initdb = own.program("initdb");
        initdb
            .args(["--username", "retm", "--auth", "scram-sha-256"])
            .args(["--encoding", "UTF8", "--locale", "C", "--no-sync"])
            .arg("--pwfile")
            .arg(&secret)
            .arg("--pgdata")
            .arg(own.data());
        checked(&mut initdb)?;
        fs::remove_file(&secret)?;
        let port = own.listen()?;
        own.url = format!("postgres://retm:{password}@127.0.0.1:{port}/postgres");
        Ok(own)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts the server on a free port; which one.
    fn listen(&self) -> anyhow::Result<u16> {
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
            let mut start = self.program("pg_ctl");
            start
                .args(["start", "--wait", "--silent", "--pgdata"])
                .arg(self.data())
                .arg("--log")
                .arg(self.log());
            match checked(&mut start) {
                Ok(()) => return Ok(port),
                Err(error) if error.is::<process::Interrupted>() => return Err(error),
                Err(_) if tries < TRIES => tries += 1,
                Err(error) => {
                    let log = fs::read_to_string(self.log()).unwrap_or_default();
                    let last = tools::last_line(&log).to_owned();
                    return Err(error.context(format!("its log ends with: {last}")));
                }
            }
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path());
        become_user(&mut command, self.user);
        command
    }

    fn hand_over(&self, path: &Path) -> anyhow::Result<()> {
        give(path, self.user)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if !self.data().join("postmaster.pid").exists() {
            return;
        }
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "--wait", "--silent", "--mode", "immediate"])
            .arg("--pgdata")
            .arg(self.data());
        // Not by `process`, which does nothing more once we were asked to stop; and out of reach of the
        // terminal's Ctrl-C.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut stop, 0);
        match stop.output() {
            Ok(output) if output.status.success() => {}
            other => eprintln!("a private PostgreSQL could not be stopped: {other:?}"),
        }
    }
}

/// A folder that the user can use, for which one of root's own is too private.
fn folder(user: Option<User>) -> anyhow::Result<TempDir> {
    for parent in [std::env::temp_dir(), "/tmp".into(), "/var/tmp".into()] {
        let Ok(folder) = tempfile::Builder::new()
            .prefix("retm-postgres-")
            .tempdir_in(&parent)
        else {
            continue;
        };
        give(folder.path(), user)?;
        let mut look = Command::new("ls");
        look.arg(folder.path());
        become_user(&mut look, user);
        if process::capture(&mut look)?.0.success() {
            return Ok(folder);
        }
    }
    bail!("PostgreSQL's user can use neither TMPDIR nor /tmp nor /var/tmp");
}

fn password() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .context("cannot read /dev/urandom for a password")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn checked(command: &mut Command) -> anyhow::Result<()> {
    let (status, output) = process::capture(command)?;
    if !status.success() {
        bail!(
            "`{}` failed: {}",
            process::line(command),
            tools::last_line(&output)
        );
    }
    Ok(())
}

fn unprivileged() -> anyhow::Result<User> {
    for name in ["postgres", "nobody"] {
        let id = tools::first_line("id", ["-u", name])?;
        let group = tools::first_line("id", ["-g", name])?;
        if let (Some(id), Some(group)) = (id, group) {
            return Ok(User {
                id: id.parse()?,
                group: group.parse()?,
            });
        }
    }
    bail!("PostgreSQL refuses to run as root, and there is no user postgres or nobody")
}

#[cfg(unix)]
fn become_user(command: &mut Command, user: Option<User>) {
    use std::os::unix::process::CommandExt as _;

    if let Some(user) = user {
        // It gives up root's other groups too.
        command.gid(user.group).uid(user.id);
    }
}

#[cfg(unix)]
fn give(path: &Path, user: Option<User>) -> anyhow::Result<()> {
    if let Some(user) = user {
        std::os::unix::fs::chown(path, Some(user.id), Some(user.group))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn become_user(_: &mut Command, _: Option<User>) {}

#[cfg(not(unix))]
fn give(_: &Path, _: Option<User>) -> anyhow::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_private_server_answers_and_is_gone_when_dropped() {
        let Some(programs) = programs() else {
            assert!(!tools::ci(), "PostgreSQL is not installed");
            println!("left out: PostgreSQL is not installed");
            return;
        };
        let own = Own::start(programs).unwrap();
        let (_, rest) = own.url.rsplit_once(':').unwrap();
        let port: u16 = rest.split('/').next().unwrap().parse().unwrap();
        let folder = own.folder.path().to_owned();
        let pid = fs::read_to_string(own.data().join("postmaster.pid")).unwrap();
        let pid = nix::unistd::Pid::from_raw(pid.lines().next().unwrap().parse().unwrap());
        assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
        assert!(nix::sys::signal::kill(pid, None).is_ok());
        drop(own);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(!folder.exists());
    }

    #[test]
    fn a_server_that_does_not_start_leaves_nothing() {
        use std::os::unix::fs::PermissionsExt as _;

        let programs = tempfile::tempdir().unwrap();
        let open_to_all = || fs::Permissions::from_mode(0o755);
        fs::set_permissions(programs.path(), open_to_all()).unwrap();
        let initdb = programs.path().join("initdb");
        fs::write(&initdb, "#!/bin/sh\necho \"failed in $PWD\"\nexit 1\n").unwrap();
        fs::set_permissions(&initdb, open_to_all()).unwrap();
        let error = Own::start(programs.path().to_owned())
            .unwrap_err()
            .to_string();
        let (_, folder) = error.rsplit_once("failed in ").unwrap();
        assert!(folder.contains("retm-postgres-"), "{error}");
        assert!(!Path::new(folder).exists(), "{folder} is left");
    }
}
