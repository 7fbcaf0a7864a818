//! A sandbox, a store in a folder of its own, and runs whose output is searched for secrets.

use std::fs;
use std::path::PathBuf;

use retm::BusinessId;
use retm::store::{GrantKey, StoredGrant, TokenStore};
use retm_sandbox::{Fault, Sandbox};
use retm_store::{Store, StoreKey};
use serde_json::Value;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};

use crate::support::{Ran, env, retm_in, searched};

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) key: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self {
            sandbox: Sandbox::start().await.unwrap(),
            folder: tempfile::tempdir().unwrap(),
            key: key_of(7),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.path("retm.db").display())
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
        let mut env = self.env();
        for (name, value) in changes {
            env.retain(|(known, _)| known != name);
            env.push(((*name).to_owned(), (*value).to_owned()));
        }
        retm_in(env, line, "").await
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

    pub(crate) async fn tamper(&self, sql: &str) {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.path("retm.db"));
        let mut connection = options.connect().await.unwrap();
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    }

    /// The sample order under that reference, in a file.
    pub(crate) fn order(&self, reference: &str, note: &str) -> PathBuf {
        let file: Value =
            serde_json::from_str(include_str!("../../src/generated/examples.json")).unwrap();
        let mut order = file["create_order"]["body"].clone();
        order["partner_reference"] = reference.into();
        order["note"] = note.into();
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
        let orders = self.sandbox.orders("acme");
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
