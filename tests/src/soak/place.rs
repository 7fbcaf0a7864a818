//! Stores to run on: a new SQLite file, and a new database on a PostgreSQL server.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

use super::Broken;

/// Names the PostgreSQL server.
const SERVER: &str = "RETM_TEST_POSTGRES_URL";

/// A store to run on.
#[derive(Debug)]
pub struct Place {
    url: String,
    database: Option<(String, String)>,
    _folder: Option<TempDir>,
}

impl Place {
    /// A new SQLite file, which goes with the place.
    ///
    /// # Errors
    ///
    /// Where no temporary folder can be made.
    pub fn sqlite() -> Result<Self, Broken> {
        let folder = tempfile::tempdir()?;
        Ok(Self {
            url: format!("sqlite:{}", folder.path().join("soak.db").display()),
            database: None,
            _folder: Some(folder),
        })
    }

    /// A new database on the server that the environment names; `None` where it names none.
    ///
    /// # Errors
    ///
    /// Where the server makes no database.
    pub async fn postgres(name: &str) -> Result<Option<Self>, Broken> {
        let Ok(server) = std::env::var(SERVER) else {
            return Ok(None);
        };
        let database = format!("retm_soak_{name}_{}", std::process::id());
        admin(&server, format!("CREATE DATABASE {database}")).await?;
        let (address, parameters) = server.split_once('?').unwrap_or((&server, ""));
        let host = address.trim_end_matches('/');
        let host = match host.matches('/').count() {
            0..=2 => host,
            _ => host.rsplit_once('/').map_or(host, |(host, _)| host),
        };
        Ok(Some(Self {
            url: format!("{host}/{database}?{parameters}"),
            database: Some((server, database)),
            _folder: None,
        }))
    }

    /// The address of the store.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Drops the database, whoever is still connected.
    ///
    /// # Errors
    ///
    /// Where the server does not.
    pub async fn remove(self) -> Result<(), Broken> {
        match self.database {
            Some((server, name)) => {
                admin(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await
            }
            None => Ok(()),
        }
    }
}

/// The engine of the store at that address.
pub(super) fn engine(url: &str) -> &str {
    url.split(':').next().unwrap_or_default()
}

async fn admin(server: &str, statement: String) -> Result<(), Broken> {
    let mut connection = PgConnection::connect(server).await?;
    sqlx::query(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}
