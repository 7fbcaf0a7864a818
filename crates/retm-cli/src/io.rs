//! What the command line reads from and writes to, so that tests can stand in for all of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use retm::{Sleep, SystemTimer};

/// Standard streams, environment, signals and timer of one run.
#[non_exhaustive]
pub struct Io {
    pub(crate) stdin: Box<dyn Read + Send>,
    pub(crate) stdout: Box<dyn Write + Send>,
    pub(crate) stderr: Box<dyn Write + Send>,
    /// Whether people read standard output: tables and colours.
    pub(crate) stdout_is_terminal: bool,
    /// How wide their terminal is.
    pub(crate) width: Option<u16>,
    /// Whether people read standard error: progress.
    pub(crate) stderr_is_terminal: bool,
    pub(crate) env: Env,
    pub(crate) signals: Signals,
    /// Ctrl-C once more, when the command has ended.
    pub(crate) again: BoxFuture<'static, ()>,
    pub(crate) sleep: Arc<dyn Sleep>,
}

/// The environment variables of one run. A variable that is empty counts as not set.
#[derive(Clone, Debug)]
pub(crate) enum Env {
    Process,
    Fixed(BTreeMap<String, String>),
}

/// What asks the process to stop. Nothing is caught until it is awaited.
pub(crate) struct Signals {
    /// Ctrl-C.
    pub(crate) interrupt: BoxFuture<'static, ()>,
    /// SIGTERM, where the system has it.
    pub(crate) terminate: BoxFuture<'static, ()>,
}

impl Io {
    /// Those of the process.
    pub fn process() -> Self {
        Self {
            stdin: Box::new(io::stdin()),
            stdout: Box::new(BufWriter::with_capacity(64 * 1024, io::stdout())),
            stderr: Box::new(io::stderr()),
            stdout_is_terminal: io::stdout().is_terminal(),
            width: comfy_table::Table::new().width(),
            stderr_is_terminal: io::stderr().is_terminal(),
            env: Env::Process,
            signals: Signals {
                interrupt: interrupted().boxed(),
                terminate: terminated().boxed(),
            },
            again: interrupted().boxed(),
            sleep: Arc::new(SystemTimer::default()),
        }
    }

    /// Captures what is written; nothing else of the process is touched. No terminal, no signals.
    pub fn captured<K, V>(
        env: impl IntoIterator<Item = (K, V)>,
        stdin: impl Into<Vec<u8>>,
    ) -> (Self, Captured)
    where
        K: Into<String>,
        V: Into<String>,
    {
        let captured = Captured::default();
        let io = Self {
            stdin: Box::new(io::Cursor::new(stdin.into())),
            stdout: Box::new(captured.stdout.clone()),
            stderr: Box::new(captured.stderr.clone()),
            stdout_is_terminal: false,
            width: None,
            stderr_is_terminal: false,
            env: Env::Fixed(
                env.into_iter()
                    .map(|(key, value)| (key.into(), value.into()))
                    .collect(),
            ),
            signals: Signals {
                interrupt: futures::future::pending().boxed(),
                terminate: futures::future::pending().boxed(),
            },
            again: futures::future::pending().boxed(),
            sleep: Arc::new(SystemTimer::default()),
        };
        (io, captured)
    }

    /// The same with another way to be interrupted.
    #[must_use]
    pub fn with_interrupt(mut self, interrupt: impl Future<Output = ()> + Send + 'static) -> Self {
        self.signals.interrupt = interrupt.boxed();
        self
    }

    /// The same with another timer for the waits of the command itself, such as `orders recover --wait`.
    #[must_use]
    pub fn with_sleep(mut self, sleep: impl Sleep) -> Self {
        self.sleep = Arc::new(sleep);
        self
    }
}

impl fmt::Debug for Io {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Io")
            .field("stdout_is_terminal", &self.stdout_is_terminal)
            .field("stderr_is_terminal", &self.stderr_is_terminal)
            .finish_non_exhaustive()
    }
}

impl Env {
    /// A variable that is set to something.
    pub(crate) fn get(&self, name: &str) -> Option<OsString> {
        match self {
            Self::Process => std::env::var_os(name),
            Self::Fixed(vars) => vars.get(name).map(OsString::from),
        }
        .filter(|value| !value.is_empty())
    }
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        futures::future::pending::<()>().await;
    }
}

async fn terminated() {
    #[cfg(unix)]
    if let Ok(mut signal) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    {
        signal.recv().await;
        return;
    }
    futures::future::pending::<()>().await;
}

/// What a run has written, as far as it has come.
#[derive(Clone, Debug, Default)]
pub struct Captured {
    stdout: Buffer,
    stderr: Buffer,
}

impl Captured {
    /// Standard output so far.
    pub fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// Standard error so far.
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }
}

#[derive(Clone, Debug, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
