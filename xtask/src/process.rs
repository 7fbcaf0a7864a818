//! Child processes that end when we do.
//!
//! Each child has a process group of its own. Ctrl-C, SIGTERM and SIGHUP set a flag; whoever waits for a child
//! sees it, ends the whole group and returns an error, so that temporary folders are removed on the way out.

use std::collections::VecDeque;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

static STOPPED: AtomicBool = AtomicBool::new(false);

/// How often a waiting parent looks at its child and at the flag.
const POLL: Duration = Duration::from_millis(20);

/// What a child gets to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// How many lines of a command's standard error are kept: compilers and cargo say last what went wrong.
const LAST_LINES: usize = 30;

/// We were asked to stop.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Listens for Ctrl-C, SIGTERM and SIGHUP from now on.
///
/// # Errors
///
/// Where the handler cannot be installed.
pub fn listen() -> anyhow::Result<()> {
    ctrlc::set_handler(|| STOPPED.store(true, Ordering::SeqCst)).context("cannot listen for Ctrl-C")
}

/// Runs a command with our own output; its status.
///
/// # Errors
///
/// Where it cannot be started, or [`Interrupted`].
pub fn run(command: &mut Command) -> anyhow::Result<ExitStatus> {
    let child = spawn(command.stdin(Stdio::null()))?;
    wait(child, &STOPPED)
}

/// Runs a command with our own output; its status, and the last lines of its standard error.
///
/// # Errors
///
/// Where it cannot be started, or [`Interrupted`].
pub fn run_keeping_errors(command: &mut Command) -> anyhow::Result<(ExitStatus, Vec<String>)> {
    let mut last = VecDeque::new();
    let mut child = spawn(command.stdin(Stdio::null()).stderr(Stdio::piped()))?;
    let stderr = child.stderr.take();
    let status = thread::scope(|scope| {
        scope.spawn(|| {
            each_line(stderr, |line| {
                eprintln!("{line}");
                if last.len() == LAST_LINES {
                    last.pop_front();
                }
                last.push_back(line.to_owned());
            });
        });
        wait(child, &STOPPED)
    })?;
    Ok((status, last.into()))
}

/// Runs a command, hands its standard output over line by line; its status.
///
/// # Errors
///
/// Where it cannot be started, or [`Interrupted`].
pub fn run_with_lines(
    command: &mut Command,
    line: impl FnMut(&str) + Send,
) -> anyhow::Result<ExitStatus> {
    let mut child = spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let stdout = child.stdout.take();
    thread::scope(|scope| {
        scope.spawn(move || each_line(stdout, line));
        wait(child, &STOPPED)
    })
}

fn each_line(stream: Option<impl Read>, mut line: impl FnMut(&str)) {
    let Some(stream) = stream else { return };
    let mut reader = BufReader::new(stream);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes).is_ok_and(|n| n > 0) {
        line(String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']));
        bytes.clear();
    }
}

/// Runs a command without showing anything; its status and all that it wrote.
///
/// # Errors
///
/// Where it cannot be started, or [`Interrupted`].
pub fn capture(command: &mut Command) -> anyhow::Result<(ExitStatus, String)> {
    let file = tempfile::tempfile()?;
    command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file.try_clone()?);
    let status = wait(spawn(command)?, &STOPPED)?;
    let mut file = file;
    std::io::Seek::rewind(&mut file)?;
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut file, &mut bytes)?;
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}

/// A child that runs beside us until it is dropped.
///
/// Being dropped ends it at once, whether or not we were asked to stop, and waits for its end.
#[derive(Debug)]
pub struct Background {
    child: Child,
    line: String,
}

impl Background {
    /// Starts it, without a word of its own but where the command says so.
    ///
    /// # Errors
    ///
    /// Where it cannot be started.
    pub fn start(command: &mut Command) -> anyhow::Result<Self> {
        Ok(Self {
            child: spawn(command.stdin(Stdio::null()))?,
            line: line(command),
        })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it is ready.
    ///
    /// # Errors
    ///
    /// Where it ends before that or takes longer, or [`Interrupted`].
    pub fn wait_until(
        &mut self,
        ready: impl Fn() -> bool,
        longest: Duration,
    ) -> anyhow::Result<()> {
        let deadline = Instant::now() + longest;
        while !ready() {
            if STOPPED.load(Ordering::SeqCst) {
                return Err(Interrupted.into());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("`{}` failed ({status})", self.line);
            }
            if Instant::now() > deadline {
                bail!("`{}` was not ready after {longest:?}", self.line);
            }
            thread::sleep(POLL);
        }
        Ok(())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Err(error) = end(&mut self.child, Stop::Quit) {
            eprintln!("`{}` could not be ended: {error}", self.line);
        }
    }
}

/// The command as one would type it.
pub fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

fn spawn(command: &mut Command) -> anyhow::Result<Child> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command
        .spawn()
        .with_context(|| format!("cannot start `{}`", line(command)))
}

fn wait(mut child: Child, stop: &AtomicBool) -> anyhow::Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if stop.load(Ordering::SeqCst) {
            end(&mut child, Stop::Terminate)?;
            return Err(Interrupted.into());
        }
        thread::sleep(POLL);
    }
}

/// How a child is asked to end.
#[derive(Clone, Copy)]
enum Stop {
    /// In good order.
    Terminate,
    /// At once: PostgreSQL waits for its clients otherwise.
    Quit,
    /// Without being asked.
    Kill,
}

/// Ends a child and all that it has started.
fn end(child: &mut Child, how: Stop) -> anyhow::Result<()> {
    signal(child, how);
    let deadline = Instant::now() + GRACE;
    while child.try_wait()?.is_none() && Instant::now() < deadline {
        thread::sleep(POLL);
    }
    signal(child, Stop::Kill);
    child.wait()?;
    Ok(())
}

#[cfg(unix)]
fn signal(child: &mut Child, how: Stop) {
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;

    let signal = match how {
        Stop::Terminate => Signal::SIGTERM,
        Stop::Quit => Signal::SIGQUIT,
        Stop::Kill => Signal::SIGKILL,
    };
    if let Ok(group) = i32::try_from(child.id()) {
        // It fails where the group has ended already.
        let _ = killpg(Pid::from_raw(group), signal);
    }
}

#[cfg(not(unix))]
fn signal(child: &mut Child, how: Stop) {
    if matches!(how, Stop::Kill) {
        let _ = child.kill();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn lines_and_status_come_through() {
        let mut lines = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; printf two; exit 3"]);
        let status = run_with_lines(&mut command, |line| lines.push(line.to_owned())).unwrap();
        assert_eq!(lines, ["one", "two"]);
        assert_eq!(status.code(), Some(3));
    }

    #[test]
    fn the_last_lines_of_standard_error_are_kept() {
        let mut command = Command::new("sh");
        command.args(["-c", "seq 1 40 >&2; exit 101"]);
        let (status, lines) = run_keeping_errors(&mut command).unwrap();
        assert_eq!(status.code(), Some(101));
        let numbers: Vec<String> = (11..=40).map(|number| number.to_string()).collect();
        assert_eq!(lines, numbers);
    }

    #[test]
    fn capture_holds_both_streams() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo err >&2"]);
        let (status, text) = capture(&mut command).unwrap();
        assert!(status.success());
        assert_eq!(text, "out\nerr\n");
    }

    #[test]
    fn a_stop_ends_the_child_and_its_own_children() {
        let mut command = Command::new("sh");
        command
            .args(["-c", "sleep 600 & echo $!; wait"])
            .stdout(Stdio::piped());
        let mut child = spawn(&mut command).unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        let error = wait(child, &AtomicBool::new(true)).unwrap_err();
        assert!(error.is::<Interrupted>());
        let grandchild = nix::unistd::Pid::from_raw(first.trim().parse().unwrap());
        let deadline = Instant::now() + GRACE;
        // It is gone, or a zombie that init has not collected yet.
        while nix::sys::signal::kill(grandchild, None).is_ok() && !zombie(grandchild) {
            assert!(Instant::now() < deadline, "{grandchild} still runs");
            thread::sleep(POLL);
        }
    }

    fn zombie(pid: nix::unistd::Pid) -> bool {
        std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
            stat.rsplit(')')
                .next()
                .is_some_and(|rest| rest.starts_with(" Z"))
        })
    }
}
