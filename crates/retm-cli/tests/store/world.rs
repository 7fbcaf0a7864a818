//! A sandbox, a store in a folder of its own, and runs whose output is searched for secrets.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use retm::BusinessId;
use retm::store::{
    Begun, GrantKey, IntentKey, IntentState, NewIntent, OrderJournal, StoredGrant, TokenStore,
};
use retm_cli::Io;
use retm_sandbox::{Fault, Sandbox};
use retm_store::{Store, StoreKey};
use serde_json::Value;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};

use crate::support::{Ran, env, run_in, searched};

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) key: String,
    /// The store's address, where it is not a file in the folder.
    server: Option<String>,
}

/// An order that a process has left in the journal.
pub(crate) struct Left<'a> {
    pub(crate) business: &'a str,
    pub(crate) reference: &'a str,
    /// Whether it may have been sent: then it is looked for until its settle window has passed.
    pub(crate) sent: bool,
    /// For how long that process holds it.
    pub(crate) held: Option<Duration>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::at(None).await
    }

    /// With a store on a server.
    pub(crate) async fn at(server: Option<String>) -> Self {
        Self::on(Sandbox::start().await.unwrap(), server)
    }

    pub(crate) fn on(sandbox: Sandbox, server: Option<String>) -> Self {
        Self {
            sandbox,
            folder: tempfile::tempdir().unwrap(),
            key: key_of(7),
            server,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn url(&self) -> String {
        let file = || format!("sqlite:{}", self.path("retm.db").display());
        self.server.clone().unwrap_or_else(file)
    }

    pub(crate) fn env(&self) -> Vec<(String, String)> {
        let mut env = env(&self.sandbox);
        env.push(("RETM_STORE".to_owned(), self.url()));
        env.push(("RETM_STORE_KEY".to_owned(), self.key.clone()));
        env
    }

    /// Runs a command line; nothing secret may be in what it writes.
    pub(crate) async fn run(&self, line: &str) -> Ran {
        self.run_with(line, &[]).await
    }

    /// The same with other values of some variables; an empty one is not set.
    pub(crate) async fn run_with(&self, line: &str, changes: &[(&str, &str)]) -> Ran {
        self.run_in(line, changes, |io| io).await
    }

    /// The same with other streams, signals or timer.
    pub(crate) async fn run_in(
        &self,
        line: &str,
        changes: &[(&str, &str)],
        with: impl FnOnce(Io) -> Io,
    ) -> Ran {
        let mut env = self.env();
        for (name, value) in changes {
            env.retain(|(known, _)| known != name);
            env.push(((*name).to_owned(), (*value).to_owned()));
        }
        run_in(env, line, "", with).await
    }

    /// The command line as a process of its own.
    pub(crate) fn process(&self, line: &str) -> Command {
        let mut process = Command::new(env!("CARGO_BIN_EXE_retm"));
        process
            .args(line.split_whitespace())
            .env_clear()
            .envs(self.env())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        process
    }

    /// Runs it until a fault has struck, and kills it then.
    pub(crate) async fn killed(&self, line: &str) {
        let mut process = self.process(line).spawn().unwrap();
        let struck = || {
            self.sandbox
                .faults()
                .iter()
                .any(|(_, strikes)| *strikes > 0)
        };
        while !struck() {
            assert!(process.try_wait().unwrap().is_none());
            tokio::task::yield_now().await;
        }
        process.kill().unwrap();
        let said = process.wait_with_output().unwrap();
        searched(
            &String::from_utf8_lossy(&said.stdout),
            &String::from_utf8_lossy(&said.stderr),
        );
    }

    pub(crate) async fn store(&self) -> Store {
        let key = StoreKey::from_base64(&self.key).unwrap();
        Store::open(&self.url(), key).await.unwrap()
    }

    /// Puts a grant of another business into the store.
    pub(crate) async fn grant(&self, business: &str, grant: StoredGrant) {
        let key = GrantKey::new(
            "https://api.example",
            "app-7",
            BusinessId::new(business).unwrap(),
        );
        let swapped = self
            .store()
            .await
            .swap(&key, 0, Some(&grant))
            .await
            .unwrap();
        assert_eq!(swapped, retm::store::Swapped::Written(1));
    }

    /// The key of a business's grant in the sandbox.
    pub(crate) fn key_of(&self, business: &str) -> GrantKey {
        let origin = format!("http://{}", self.sandbox.addr());
        let business = BusinessId::new(business).unwrap();
        GrantKey::new(origin, self.sandbox.client_id(), business)
    }

    /// What is on disk shows nobody anything.
    pub(crate) fn searched(&self) {
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.display().to_string().contains(".db") {
                // A database that is being closed takes its log away meanwhile.
                let bytes = fs::read(path).unwrap_or_default();
                let text = String::from_utf8_lossy(&bytes);
                searched("", &text);
            }
        }
    }

    /// Puts an order into the journal as a process does that ends there.
    pub(crate) async fn left(&self, left: Left<'_>) {
        self.left_at(self.key_of(left.business), left).await;
    }

    pub(crate) async fn left_at(&self, grant: GrantKey, left: Left<'_>) {
        let store = self.store().await;
        let key = IntentKey::new(grant, left.reference);
        let intent = NewIntent {
            digest: [1; 32],
            body: self.body(left.reference, "left").to_string().into(),
            settle_window: Duration::ZERO,
        };
        let lease = left.held.unwrap_or(Duration::from_secs(1));
        let begun = store.begin(&key, &intent, "dead", lease).await.unwrap();
        assert!(matches!(begun, Begun::Leased(_)));
        if left.sent {
            let sent = IntentState::Sent {
                settle_window: Duration::ZERO,
            };
            let advanced = store.advance(&key, "dead", &sent, lease).await;
            assert!(advanced.unwrap());
        }
        if left.held.is_none() {
            OrderJournal::release(&store, &key, "dead").await.unwrap();
        }
    }

    /// Changes the store behind its back.
    pub(crate) async fn tamper(&self, sql: &str) {
        tamper(&self.url(), sql).await;
    }

    fn body(&self, reference: &str, note: &str) -> Value {
        let file: Value =
            serde_json::from_str(include_str!("../../src/generated/examples.json")).unwrap();
        let mut order = file["create_order"]["body"].clone();
        order["partner_reference"] = reference.into();
        order["note"] = note.into();
        order
    }

    /// The sample order under that reference, in a file.
    pub(crate) fn order(&self, reference: &str, note: &str) -> PathBuf {
        let order = self.body(reference, note);
        let path = self.path(&format!("{reference}-{note}.json"));
        fs::write(&path, order.to_string()).unwrap();
        path
    }

    pub(crate) fn submit(&self, reference: &str, note: &str) -> String {
        format!(
            "orders submit --file {}",
            self.order(reference, note).display()
        )
    }

    /// How many orders of that reference the sandbox has.
    pub(crate) fn count(&self, reference: &str) -> usize {
        self.count_of("acme", reference)
    }

    pub(crate) fn count_of(&self, business: &str, reference: &str) -> usize {
        let orders = self.sandbox.orders(business);
        orders
            .iter()
            .filter(|order| order["partner_reference"] == reference)
            .count()
    }

    pub(crate) fn fault(&self, text: &str) {
        self.sandbox.add_fault(text.parse::<Fault>().unwrap());
    }

    /// A text without what differs from run to run.
    pub(crate) fn same(&self, text: &str) -> String {
        let port = self.sandbox.addr().port().to_string();
        text.replace(&self.folder.path().display().to_string(), "FOLDER")
            .replace(&port, "PORT")
            .replace(self.sandbox.client_id(), "CLIENT")
    }

    /// What a failed run says, on one line.
    pub(crate) fn error(&self, ran: Ran, code: u8) -> String {
        assert_eq!(
            (ran.exit.code(), ran.out.as_str()),
            (code, ""),
            "{}",
            ran.err
        );
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
        self.same(&ran.err)
    }
}

/// An order that was certainly not sent, and that nobody holds.
pub(crate) fn prepared<'a>(business: &'a str, reference: &'a str) -> Left<'a> {
    Left {
        business,
        reference,
        sent: false,
        held: None,
    }
}

/// Lets the lease of a process that has ended run out.
pub(crate) const LEASES_END: &str =
    "UPDATE retm_orders SET lease_owner = NULL, lease_from = NULL, lease_until = NULL";

pub(crate) async fn tamper(url: &str, sql: &str) {
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    match url.strip_prefix("sqlite:") {
        Some(file) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
            let mut connection = options.connect().await.unwrap();
            connection.execute(sql).await.unwrap();
            connection.close().await.unwrap();
        }
        None => {
            let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
            connection.execute(sql).await.unwrap();
            connection.close().await.unwrap();
        }
    }
}

/// A text with one spelling of the time that is left of a lease.
pub(crate) fn timeless(text: &str) -> String {
    let (start, rest) = text.split_once("in 1m ").unwrap();
    let (_, end) = rest.split_once('s').unwrap();
    format!("{start}in [TIME]{end}")
}

/// The lines about what an order waits for, without their times, and all others.
pub(crate) fn waits(text: &str) -> (Vec<String>, String) {
    let (mut waits, mut others) = (Vec::new(), String::new());
    for line in text.lines() {
        match line.strip_suffix(" s at most)") {
            Some(wait) => {
                let (wait, seconds) = wait.rsplit_once(" (").unwrap();
                seconds.parse::<u64>().unwrap();
                waits.push(wait.to_owned());
            }
            None => others += &format!("{line}\n"),
        }
    }
    (waits, others)
}

pub(crate) fn key_of(byte: u8) -> String {
    let mut key = *b"hush-key-of-a-store-of-32-bytes!";
    key[31] = byte;
    StoreKey::from_bytes(key).to_base64().to_string()
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.searched();
        }
    }
}
