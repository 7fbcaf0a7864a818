//! Stores to test on.

use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;

use retm::store::{MemoryStore, OrderJournal, StoreError, TokenStore};
use retm_store::{Store, StoreKey};

/// Both sides of one handle.
#[derive(Clone)]
pub(crate) struct Handle {
    pub(crate) tokens: Arc<dyn TokenStore>,
    pub(crate) journal: Arc<dyn OrderJournal>,
}

impl Handle {
    fn new(store: impl TokenStore + OrderJournal + Clone) -> Self {
        Self {
            tokens: Arc::new(store.clone()),
            journal: Arc::new(store),
        }
    }
}

/// A store of one test.
pub(crate) enum Place {
    Memory(MemoryStore),
    Sqlite(tempfile::TempDir),
    #[cfg(feature = "postgres")]
    Postgres(String),
}

pub(crate) fn key() -> StoreKey {
    StoreKey::from_bytes([42; 32])
}

impl Place {
    pub(crate) fn memory() -> Self {
        Self::Memory(MemoryStore::default())
    }

    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// The file of an SQLite store.
    pub(crate) fn file(&self) -> PathBuf {
        match self {
            Self::Sqlite(folder) => folder.path().join("retm.db"),
            _ => panic!("only SQLite has a file"),
        }
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Memory(_) => "memory:".to_owned(),
            Self::Sqlite(_) => format!("sqlite:{}", self.file().display()),
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => url.clone(),
        }
    }

    /// A store with connections of its own, as another process has them.
    pub(crate) async fn store(&self) -> Store {
        Store::open(&self.url(), key()).await.unwrap()
    }

    /// A handle with connections of its own, as another process has them.
    pub(crate) async fn handle(&self) -> Handle {
        match self {
            Self::Memory(store) => Handle::new(store.clone()),
            _ => Handle::new(self.store().await),
        }
    }
}

/// Runs each of the functions as a test on each of the stores.
macro_rules! on_every_store {
    ($($test:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() { super::$test(crate::place::Place::memory()).await; })+
        }
        crate::place::on_both_databases!($($test),+);
    };
}
pub(crate) use on_every_store;

/// Runs each of the functions as a test on both databases.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() { super::$test(crate::place::Place::sqlite()).await; })+
        }
        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                crate::place::on_postgres(|place| super::$test(place)).await;
            })+
        }
    };
}
pub(crate) use on_both_databases;

/// Runs a test on a database of its own, and drops it afterwards.
#[cfg(feature = "postgres")]
pub(crate) async fn on_postgres<F: Future<Output = ()>>(test: impl FnOnce(Place) -> F) {
    use std::sync::atomic::{AtomicU32, Ordering};

    static COUNT: AtomicU32 = AtomicU32::new(0);

    let Some(server) = server() else { return };
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("retm_test_{}_{number}", std::process::id());
    admin(&server, format!("CREATE DATABASE {name}")).await;
    test(Place::Postgres(with_database(&server, &name))).await;
    admin(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

/// The server to test on. Without one the test passes with a note, but not in CI.
#[cfg(feature = "postgres")]
fn server() -> Option<String> {
    let given = std::env::var("RETM_TEST_POSTGRES_URL").ok();
    let ci = std::env::var("CI").is_ok_and(|ci| !ci.is_empty() && ci != "false");
    let note = "RETM_TEST_POSTGRES_URL names no PostgreSQL server to test on; put `cargo xtask \
                postgres` before the command, which starts one, or set it to \
                postgres://USER:PASSWORD@HOST:PORT/DATABASE of a user who may create databases";
    assert!(given.is_some() || !ci, "{note}");
    if given.is_none() {
        println!("left out: {note}");
    }
    given
}

#[cfg(feature = "postgres")]
fn with_database(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').unwrap_or((url, ""));
    let (scheme, rest) = address.split_once("://").unwrap();
    let host = rest.split('/').next().unwrap();
    let options = if options.is_empty() {
        String::new()
    } else {
        format!("?{options}")
    };
    format!("{scheme}://{host}/{name}{options}")
}

#[cfg(feature = "postgres")]
pub(crate) async fn admin(url: &str, sql: String) {
    use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

    let mut connection = PgConnection::connect(url).await.unwrap();
    connection
        .execute(sqlx::raw_sql(AssertSqlSafe(sql)))
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// Changes a database behind its back.
pub(crate) async fn tamper(place: &Place, sql: &str) {
    use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _};

    #[cfg(feature = "postgres")]
    if let Place::Postgres(url) = place {
        return admin(url, sql.to_owned()).await;
    }
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.file());
    let mut connection = options.connect().await.unwrap();
    connection
        .execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned())))
        .await
        .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
}

/// A failure as a snapshot: its kind and its message, without the folder or the server of the test.
pub(crate) fn told<T: Debug>(place: &Place, result: Result<T, StoreError>) -> String {
    let error = result.unwrap_err();
    let text = format!("{:?}: {error}", error.kind());
    match place {
        Place::Sqlite(folder) => text.replace(&folder.path().display().to_string(), "FOLDER"),
        #[cfg(feature = "postgres")]
        Place::Postgres(url) => text.replace(&crate::proxy::parts(url).1, "HOST:PORT"),
        _ => text,
    }
}
