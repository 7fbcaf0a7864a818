//! Keeps everybody from writing grants into a store.

use sqlx::{Connection, PgConnection, SqliteConnection};

use super::Broken;

/// A connection of its own, which can hold the store's grants. Reading goes on meanwhile.
pub(super) enum Hold {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Hold {
    /// Connects, and holds nothing yet.
    pub(super) async fn open(store: &str) -> Result<Self, Broken> {
        Ok(match store.starts_with("sqlite:") {
            true => Self::Sqlite(SqliteConnection::connect(store).await?),
            false => Self::Postgres(PgConnection::connect(store).await?),
        })
    }

    /// Nobody writes from now on.
    pub(super) async fn take(&mut self) -> Result<(), Broken> {
        match self {
            Self::Sqlite(one) => {
                sqlx::query("BEGIN IMMEDIATE").execute(one).await?;
            }
            Self::Postgres(one) => {
                sqlx::query("BEGIN").execute(&mut *one).await?;
                let lock = "LOCK TABLE retm_grants IN EXCLUSIVE MODE";
                sqlx::query(lock).execute(one).await?;
            }
        }
        Ok(())
    }

    /// Everybody may write again.
    pub(super) async fn give_back(&mut self) -> Result<(), Broken> {
        match self {
            Self::Sqlite(one) => {
                sqlx::query("ROLLBACK").execute(one).await?;
            }
            Self::Postgres(one) => {
                sqlx::query("ROLLBACK").execute(one).await?;
            }
        }
        Ok(())
    }
}
