//! Worker processes: told what to do line by line, and killed.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use retm_sandbox::Sandbox;
use retm_store::StoreKey;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::Broken;
use crate::watch::{self, Hidden, Kind};

/// How long a worker may be silent before the run has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// The key of the store: one that the watch knows.
const KEY: &[u8; 32] = b"hush-store-key-of-32-bytes-soak!";

/// What all workers of a run share: the program, the sandbox, and a store of their own.
#[derive(Clone, Debug)]
pub struct Shared {
    program: PathBuf,
    environment: Vec<(&'static str, String)>,
    store: String,
    key: StoreKey,
}

impl Shared {
    /// Workers run that program against that sandbox and store. The store gets a new key.
    ///
    /// # Errors
    ///
    /// Where there is no randomness for a key.
    pub fn new(program: &Path, sandbox: &Sandbox, store: &str) -> Result<Self, Broken> {
        watch::begin();
        let key = StoreKey::from_bytes(*KEY);
        Ok(Self {
            program: program.to_owned(),
            environment: vec![
                ("RETM_BASE_URL", sandbox.base_url()),
                ("RETM_CLIENT_ID", sandbox.client_id().to_owned()),
                ("RETM_CLIENT_SECRET", sandbox.client_secret().to_owned()),
                ("RETM_STORE", store.to_owned()),
                ("RETM_STORE_KEY", key.to_base64().to_string()),
            ],
            store: store.to_owned(),
            key,
        })
    }

    /// The store, opened in this process.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn open(&self) -> Result<retm_store::Store, Broken> {
        Ok(retm_store::Store::open(&self.store, self.key.clone()).await?)
    }

    pub(super) async fn worker(&self, task: &str) -> Result<Worker, Broken> {
        let mut child = Command::new(&self.program)
            .args(["worker", task])
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        watch::child("a worker", &mut child);
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Broken::new("a worker has no pipes"));
        };
        let mut worker = Worker {
            child,
            input,
            output: BufReader::new(output).lines(),
        };
        match worker.line().await?.as_deref() {
            Some("ready") => Ok(worker),
            other => Err(Broken::new(format!("a worker said {other:?}, not ready"))),
        }
    }
}

/// A worker process.
pub(super) struct Worker {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    /// Its process id; 0 once it has ended.
    pub(super) fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Tells it something.
    pub(super) async fn tell(&mut self, line: &str) -> Result<(), Broken> {
        self.input.write_all(format!("{line}\n").as_bytes()).await?;
        Ok(self.input.flush().await?)
    }

    /// What it says next; `None` where it has ended.
    pub(super) async fn line(&mut self) -> Result<Option<String>, Broken> {
        match tokio::time::timeout(PATIENCE, self.output.next_line()).await {
            Ok(line) => {
                let line = line?;
                let text = line.as_deref().unwrap_or_default();
                watch::said(Kind::Output, "a worker", text, Hidden::All);
                Ok(line)
            }
            Err(_) => Err(Broken::new("a worker says nothing for two minutes")),
        }
    }

    /// Kills it with SIGKILL.
    pub(super) async fn kill(mut self) -> Result<(), Broken> {
        Ok(self.child.kill().await?)
    }

    /// Kills it with SIGKILL; what it has said before can still be read.
    pub(super) fn kill_now(&mut self) -> Result<(), Broken> {
        Ok(self.child.start_kill()?)
    }
}
