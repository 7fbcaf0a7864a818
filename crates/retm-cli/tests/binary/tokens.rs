//! A token that is renewed while a command ends is stored: its refresh token is spent.

use std::process::{Command, Stdio};
use std::time::Duration;

use retm::store::{GrantKey, TokenStore};
use retm::{Credentials, Retm};
use retm_sandbox::{Fault, Sandbox};
use retm_store::Store;

use crate::ran::{Ran, at, end, store_key};

struct World {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(work)
}

impl World {
    /// A store with the grant of a code whose token is to be renewed by and by, and a token endpoint that
    /// renews at once and answers late.
    fn new() -> Self {
        let world = Self {
            sandbox: Sandbox::builder().start_blocking().unwrap(),
            folder: tempfile::tempdir().unwrap(),
        };
        block_on(async {
            let store = world.open().await;
            let credentials =
                Credentials::new(world.sandbox.client_id(), world.sandbox.client_secret());
            let retm = Retm::builder()
                .base_url(world.sandbox.base_url())
                .credentials(credentials)
                .store(store.clone())
                .build()
                .unwrap();
            let acme = retm.business("acme").unwrap();
            acme.authorize(world.sandbox.code("acme")).await.unwrap();
            let key = acme.grant_key();
            let mut stored = TokenStore::read(&store, &key).await.unwrap();
            let token = stored.grant.as_mut().unwrap().token.as_mut().unwrap();
            token.expires_at -= Duration::from_secs(3600 - 200);
            token.issued_at -= Duration::from_secs(3600 - 200);
            let swapped = store.swap(&key, stored.version, stored.grant.as_ref());
            let _ = swapped.await.unwrap();
        });
        world.fault("answer-late=500ms:on=exchange_token,times=1");
        world.fault("reuse-revokes");
        world
    }

    fn fault(&self, text: &str) {
        self.sandbox.add_fault(text.parse::<Fault>().unwrap());
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.folder.path().join("retm.db").display())
    }

    async fn open(&self) -> Store {
        Store::open(&self.url(), store_key()).await.unwrap()
    }

    fn run(&self, line: &str) -> Command {
        let mut command = at(&self.sandbox, line);
        command
            .env("RETM_STORE", self.url())
            .env("RETM_STORE_KEY", store_key().to_base64().as_str());
        command
    }

    /// How often the grant was written.
    fn version(&self) -> u64 {
        block_on(async {
            let store = self.open().await;
            let mut grants = store.grants().await.unwrap();
            let (_, grant): (GrantKey, _) = grants.pop().unwrap();
            grant.unwrap().version
        })
    }

    /// How often a refresh token was spent.
    fn spent(&self) -> usize {
        let requests = self.sandbox.requests_for("exchange_token");
        let spent = requests.iter().filter(|one| {
            let body = one.json().unwrap_or_default();
            body["grant_type"] == "refresh_token"
        });
        spent.count()
    }
}

/// The first page takes the token from the store, the second has it renewed.
const LINE: &str = "products list --all --output ndjson";

#[test]
fn a_command_that_is_over_sooner_than_a_renewal_stores_the_token() {
    let world = World::new();
    let before = world.version();
    let list = end(&mut world.run(LINE));
    assert_eq!(list.code, Some(0), "{}", list.err);
    assert_eq!(world.spent(), 1);
    assert_eq!(world.version(), before + 1);
    let next = end(&mut world.run(LINE));
    assert_eq!(next.code, Some(0), "{}", next.err);
    assert_eq!(world.spent(), 1);
}

#[cfg(unix)]
#[test]
fn a_command_that_is_interrupted_stores_the_token_of_a_renewal() {
    for signal in ["-INT", "-TERM"] {
        interrupted(signal);
    }
}

#[cfg(unix)]
fn interrupted(signal: &str) {
    let world = World::new();
    world.fault("delay=1ms:on=list_products,times=1");
    world.fault("delay=60s:on=list_products");
    let before = world.version();
    let mut process = world
        .run(LINE)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while world.spent() == 0 || world.sandbox.requests_for("list_products").len() < 2 {
        assert!(process.try_wait().unwrap().is_none());
        std::thread::yield_now();
    }
    let id = process.id().to_string();
    let killed = Command::new("kill").args([signal, &id]).status().unwrap();
    assert!(killed.success());
    let ended = Ran::from(process.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(130), "{}", ended.err);
    assert_eq!(world.version(), before + 1);
}
