//! PostgreSQL and its relatives: a server, for a fleet.

use std::str::FromStr as _;
use std::time::Duration;

use retm::store::StoreError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Executor as _};

use crate::failure::Failure;
use crate::key::config;
use crate::migrate::{self, Migrations};
use crate::session::Engine;
use crate::store::ACQUIRE;

const MIGRATIONS: Migrations = [
    (
        "start",
        include_str!("../migrations/postgres/0001_start.sql"),
    ),
    (
        "settle windows",
        include_str!("../migrations/postgres/0002_settle_windows.sql"),
    ),
];

/// How many connections a process has at most: a server has 100 by default, for all.
const CONNECTIONS: u32 = 8;

/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(300);

/// No statement waits longer for a lock, and no process that hangs keeps others waiting longer.
const LIMITS: &str =
    "SET statement_timeout = '5s'; SET idle_in_transaction_session_timeout = '10s'";

/// The parameters of an address that mean something.
const PARAMETERS: [&str; 17] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
];

/// Where the server is, and as whom.
pub(crate) struct Address {
    options: PgConnectOptions,
    /// Host and port: what may be shown.
    pub(crate) shown: String,
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Self, StoreError> {
        parameters(url)?;
        // A password with a `/` in it ends up in the path, and would be shown as a database.
        let after_host = url
            .split_once("://")
            .and_then(|(_, rest)| rest.split_once('/'));
        let cut = after_host.is_some_and(|(_, path)| {
            path.split('?')
                .next()
                .is_some_and(|path| path.contains('@'))
        });
        // The parser's own errors may quote a part of the address.
        let options = PgConnectOptions::from_str(url).ok().filter(|_| !cut);
        let options = options.ok_or_else(|| {
            config(
                "the address of the store cannot be read; write \
                 `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with special characters of the \
                 password percent-encoded"
                    .to_owned(),
            )
        })?;
        let shown = format!("{}:{}", options.get_host(), options.get_port());
        let options = options
            .application_name("retm-store")
            .disable_statement_logging();
        Ok(Self { options, shown })
    }
}

/// The driver would leave out a parameter that it does not know, with a log line that has its value.
fn parameters(url: &str) -> Result<(), StoreError> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let names = query.split('&').filter(|pair| !pair.is_empty());
    for name in names.map(|pair| pair.split('=').next().unwrap_or_default()) {
        if !PARAMETERS.contains(&name) && name != "options" && !name.starts_with("options[") {
            return Err(config(format!(
                "the address of the store has a parameter that is not known; known are {} and options",
                PARAMETERS.join(", ")
            )));
        }
    }
    Ok(())
}

/// Connects, and brings the tables up to date.
pub(crate) async fn open(address: &Address) -> Result<Engine, Failure> {
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE)
        .idle_timeout(IDLE)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(sqlx::raw_sql(LIMITS)).await?;
                Ok(())
            })
        })
        .connect_lazy_with(address.options.clone());
    let mut connection = pool.acquire().await?;
    migrate::run(&mut *connection, MIGRATIONS).await?;
    drop(connection);
    Ok(Engine::Postgres(pool))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The driver leaves out `sslmod=verify-full`, and says so in a log line with the value.
    #[test]
    fn a_parameter_that_is_not_known_is_refused() {
        let parse = |query| Address::parse(&format!("postgres://me@db.example/retm?{query}"));
        for known in ["sslmode=require&application_name=a", "options[a]=b", ""] {
            assert!(parse(known).is_ok(), "{known}");
        }
        for unknown in ["sslmod=verify-full", "sslmode=require&x=y#z", "x"] {
            let error = parse(unknown).err().unwrap();
            assert!(error.to_string().contains("a parameter that is not known"));
        }
    }

    #[test]
    fn no_part_of_a_password_is_shown() {
        let address = Address::parse("postgres://me:hunter2@db.example:5433/retm").unwrap();
        assert_eq!(address.shown, "db.example:5433");
        for wrong in [
            "postgres://me:12/hunter2@db.example/retm",
            "postgres://me:hunter2/x@db.example/retm",
            "postgres://me@db.example/retm?sslmode=hunter2",
            "postgres://me@db.example/retm?pasword=hunter2",
            "postgres://me@db.example/retm?hunter2",
            "postgres://me:hunter2",
        ] {
            let error = Address::parse(wrong).err().unwrap();
            assert!(
                !format!("{error} {error:?}").contains("hunter"),
                "{error:?}"
            );
        }
    }
}
