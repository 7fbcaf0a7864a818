//! Grants and orders on disk: what a thief of it finds, and what a store says when it fails.

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use retm::BusinessId;
use retm::store::{
    GrantKey, IntentKey, IntentState, NewIntent, OrderJournal, StoreError, TokenStore,
};
use retm_store::{Store, StoreKey};
use retm_tests::watch;

use crate::canary::*;
use crate::capture::{debug, error, show};
use crate::orders::order;
use crate::world::{World, acme, everything};

const MINUTE: Duration = Duration::from_secs(60);

fn key() -> StoreKey {
    StoreKey::from_bytes(STORE_KEY.as_bytes().try_into().unwrap())
}

#[track_caller]
fn failed<T>(name: &str, result: Result<T, StoreError>) {
    error(name, &result.err().expect(name));
}

pub(crate) async fn play(world: &World) {
    let folder = tempfile::tempdir().unwrap();
    keys(folder.path());
    addresses().await;
    let file = folder.path().join("retm.db");
    let url = format!("sqlite:{}", file.display());
    kept(world, &url).await;

    let dump = watch::store(&url).await.unwrap();
    assert!(dump.contains("REF-PLAIN"), "the dump holds nothing");
    show("files of the store", dump);
    postgres::play(world).await;
}

/// Fills a store through a client, and by hand; then it fails.
async fn kept(world: &World, url: &str) {
    let store = Store::open(url, key()).await.unwrap();
    debug("Store", &store);
    let business = acme(world.client().store(store.clone()));
    business.authorize(CODE).await.unwrap();
    world.clock.advance(Duration::from_secs(3600));
    business.products().list().await.unwrap();
    debug("Business", &business);
    // A token serves before it is written.
    let patience = Instant::now() + MINUTE;
    let grants = loop {
        let grants = TokenStore::grants(&store).await.unwrap();
        let kept = grants[0].1.as_ref().unwrap().grant.as_ref().unwrap();
        if kept.refresh_token.as_ref().unwrap().expose() == SECOND_REFRESH {
            break grants;
        }
        assert!(Instant::now() < patience, "the new grant is never written");
        tokio::task::yield_now().await;
    };
    debug("grants", &grants);

    let grant = GrantKey::new(
        "https://api.example",
        "app-7",
        BusinessId::new("acme").unwrap(),
    );
    let body = serde_json::to_vec(&order("REF-PLAIN")).unwrap();
    assert!(String::from_utf8_lossy(&body).contains(PHONE));
    let states = [
        IntentState::Sent {
            settle_window: MINUTE,
        },
        IntentState::Done {
            reply: everything().into(),
            found: true,
        },
        IntentState::Rejected {
            status: Some(422),
            body: everything().into(),
        },
    ];
    for (number, state) in states.into_iter().enumerate() {
        debug("IntentState", &state);
        let key = IntentKey::new(grant.clone(), format!("REF-PLAIN-{number}"));
        let intent = NewIntent {
            digest: [7; 32],
            body: body.clone().into(),
            settle_window: MINUTE,
        };
        debug("NewIntent", &intent);
        let begun = store.begin(&key, &intent, "a", MINUTE).await.unwrap();
        debug("Begun", &begun);
        assert!(store.advance(&key, "a", &state, MINUTE).await.unwrap());
        debug(
            "IntentRecord",
            &OrderJournal::read(&store, &key).await.unwrap(),
        );
    }
    debug("pending", &store.pending(None).await.unwrap());
    let other = StoreKey::from_bytes(*b"another key of thirty-two bytes!");
    failed("wrong key", Store::open(url, other).await);
}

/// Keys that are none, and files of keys.
fn keys(folder: &Path) {
    debug("StoreKey", &key());
    let base64 = STANDARD.encode(STORE_KEY);
    for text in [
        STORE_KEY.to_owned(),
        base64.repeat(2),
        format!("{base64}!"),
        format!("{base64}\n{STORE_KEY}"),
    ] {
        failed("key", StoreKey::from_base64(&text));
        let file = folder.join("key");
        std::fs::write(&file, text).unwrap();
        failed("file of a key", StoreKey::from_file(&file));
    }
    let file = folder.join("good-key");
    std::fs::write(&file, base64).unwrap();
    debug("StoreKey", &StoreKey::from_file(&file).unwrap());
}

/// Addresses with a password at which there is no store.
async fn addresses() {
    // At once: a server that is away is waited for a little.
    let opened = [
        format!("postgres://retm:{STORE_PASSWORD}@127.0.0.1:1/retm"),
        format!("postgresql://retm:{STORE_PASSWORD}@127.0.0.1:1/retm?sslmode=verify-full"),
        format!("postgres://127.0.0.1:1/retm?password={STORE_PASSWORD}"),
        format!("postgres://retm:{STORE_PASSWORD}@127.0.0.1:99999/retm"),
        format!("postgres://retm:{STORE_PASSWORD}@host name/retm"),
        format!("postgres://retm:{STORE_PASSWORD}@127.0.0.1:1/retm?sslmode={STORE_PASSWORD}"),
        format!("postgres://retm:{STORE_PASSWORD}@127.0.0.1:1/retm?nonsense={STORE_PASSWORD}"),
        format!("postgres:retm:{STORE_PASSWORD}@127.0.0.1/retm"),
        format!("mysql://retm:{STORE_PASSWORD}@127.0.0.1/retm"),
        format!("sqlite://retm:{STORE_PASSWORD}@127.0.0.1/retm"),
        format!("retm:{STORE_PASSWORD}@127.0.0.1/retm"),
        format!("{STORE_PASSWORD}@127.0.0.1/retm"),
    ]
    .map(|url| async move { Store::open(&url, key()).await });
    for opened in futures::future::join_all(opened).await {
        failed("address", opened);
    }
}

/// The same on the server that `RETM_TEST_POSTGRES_URL` names, in a database of its own.
pub(crate) mod postgres {
    use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

    use super::*;

    pub(super) async fn play(world: &World) {
        if std::env::var_os("RETM_TEST_POSTGRES_URL").is_none() {
            eprintln!("left out: RETM_TEST_POSTGRES_URL names no PostgreSQL server to test on");
            return;
        }
        let database = Database::new("stores").await;
        kept(world, &database.url).await;
        let dump = watch::store(&database.url).await.unwrap();
        assert!(dump.contains("REF-PLAIN"), "the dump holds nothing");
        show("dump of the server's tables", dump);
        database.remove().await;
    }

    /// A new database.
    pub(crate) struct Database {
        pub(crate) url: String,
        server: String,
        name: String,
    }

    impl Database {
        pub(crate) async fn new(name: &str) -> Self {
            let server = std::env::var("RETM_TEST_POSTGRES_URL").unwrap();
            let name = format!("retm_canaries_{name}_{}", std::process::id());
            admin(&server, format!("CREATE DATABASE {name}")).await;
            let (address, options) = server.split_once('?').unwrap_or((&server, ""));
            let host = address.rsplit_once('/').unwrap().0;
            let url = format!("{host}/{name}?{options}");
            Self { url, server, name }
        }

        pub(crate) async fn remove(self) {
            let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
            admin(&self.server, sql).await;
        }
    }

    async fn admin(url: &str, sql: String) {
        let mut connection = PgConnection::connect(url).await.unwrap();
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    }
}
