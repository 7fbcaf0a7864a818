//! One transaction on either engine.

#[cfg(feature = "postgres")]
use sqlx::postgres::{PgRow, Postgres};
#[cfg(feature = "sqlite")]
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{Error, Pool, Row as _};

/// What a statement is given.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Int(i64),
    OptInt(Option<i64>),
    Text(&'a str),
    OptText(Option<&'a str>),
    Blob(&'a [u8]),
    OptBlob(Option<&'a [u8]>),
}

/// A statement, and the lock that a server takes on what it reads. SQLite locks the whole file when a
/// write begins.
#[derive(Clone, Copy)]
pub(crate) struct Sql {
    #[cfg(feature = "sqlite")]
    pub(crate) sqlite: &'static str,
    #[cfg(feature = "postgres")]
    pub(crate) postgres: &'static str,
}

/// A statement that both engines take as it is, or with a lock on the server.
macro_rules! sql {
    ($($text:expr),+ ; $lock:literal) => {
        $crate::session::Sql {
            #[cfg(feature = "sqlite")]
            sqlite: concat!($($text),+),
            #[cfg(feature = "postgres")]
            postgres: concat!($($text),+, " ", $lock),
        }
    };
    ($($text:expr),+) => { $crate::session::sql!($($text),+ ; "") };
}
pub(crate) use sql;

/// The database's clock, in microseconds since 1970. It moves on within a transaction.
const NOW: Sql = Sql {
    #[cfg(feature = "sqlite")]
    sqlite: "SELECT CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000",
    #[cfg(feature = "postgres")]
    postgres: "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)",
};

/// Where connections come from.
#[derive(Clone)]
pub(crate) enum Engine {
    /// Writers would only wait for one another inside of SQLite, so this process has one of them.
    #[cfg(feature = "sqlite")]
    Sqlite {
        write: Pool<Sqlite>,
        read: Pool<Sqlite>,
    },
    #[cfg(feature = "postgres")]
    Postgres(Pool<Postgres>),
}

enum Connection {
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::pool::PoolConnection<Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(sqlx::pool::PoolConnection<Postgres>),
}

/// One transaction. Dropped before [`Session::commit`] it closes its connection, which takes all back:
/// a connection that failed or did not answer is not used again.
pub(crate) struct Session {
    connection: Connection,
    committed: bool,
}

/// A row of a result.
pub(crate) enum Row {
    #[cfg(feature = "sqlite")]
    Sqlite(SqliteRow),
    #[cfg(feature = "postgres")]
    Postgres(PgRow),
}

/// Does the same on either engine.
macro_rules! either {
    ($on:expr, $kind:ident, $one:ident => $then:expr) => {
        match $on {
            #[cfg(feature = "sqlite")]
            $kind::Sqlite($one) => $then,
            #[cfg(feature = "postgres")]
            $kind::Postgres($one) => $then,
        }
    };
}

/// A query with its arguments, on an engine.
macro_rules! bound {
    ($database:ty, $sql:expr, $values:expr) => {{
        let mut query = sqlx::query::<$database>($sql);
        for value in $values {
            query = match *value {
                Value::Int(one) => query.bind(one),
                Value::OptInt(one) => query.bind(one),
                Value::Text(one) => query.bind(one),
                Value::OptText(one) => query.bind(one),
                Value::Blob(one) => query.bind(one),
                Value::OptBlob(one) => query.bind(one),
            };
        }
        query
    }};
}

impl Session {
    /// Begins to read.
    pub(crate) async fn reading(engine: &Engine) -> Result<Self, Error> {
        let connection = match engine {
            #[cfg(feature = "sqlite")]
            Engine::Sqlite { read, .. } => Connection::Sqlite(read.acquire().await?),
            #[cfg(feature = "postgres")]
            Engine::Postgres(pool) => Connection::Postgres(pool.acquire().await?),
        };
        Self::begin(connection, "BEGIN").await
    }

    /// Begins to write. On SQLite, every other writer waits from here on.
    pub(crate) async fn writing(engine: &Engine) -> Result<Self, Error> {
        match engine {
            #[cfg(feature = "sqlite")]
            Engine::Sqlite { write, .. } => {
                let connection = Connection::Sqlite(write.acquire().await?);
                Self::begin(connection, "BEGIN IMMEDIATE").await
            }
            #[cfg(feature = "postgres")]
            Engine::Postgres(_) => Self::reading(engine).await,
        }
    }

    async fn begin(connection: Connection, begin: &'static str) -> Result<Self, Error> {
        let mut session = Self {
            connection,
            committed: false,
        };
        session.raw(begin).await?;
        Ok(session)
    }

    /// A statement without arguments, by the simple protocol.
    async fn raw(&mut self, text: &'static str) -> Result<(), Error> {
        use sqlx::Executor as _;

        either!(&mut self.connection, Connection, one => {
            one.execute(sqlx::raw_sql(text)).await?;
        });
        Ok(())
    }

    /// Makes the changes last.
    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        self.raw("COMMIT").await?;
        self.committed = true;
        Ok(())
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: Sql, values: &[Value<'_>]) -> Result<u64, Error> {
        match &mut self.connection {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(one) => {
                let query = bound!(Sqlite, sql.sqlite, values);
                Ok(query.execute(&mut **one).await?.rows_affected())
            }
            #[cfg(feature = "postgres")]
            Connection::Postgres(one) => {
                let query = bound!(Postgres, sql.postgres, values);
                Ok(query.execute(&mut **one).await?.rows_affected())
            }
        }
    }

    /// Runs a query.
    pub(crate) async fn fetch(
        &mut self,
        sql: Sql,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, Error> {
        match &mut self.connection {
            #[cfg(feature = "sqlite")]
            Connection::Sqlite(one) => {
                let query = bound!(Sqlite, sql.sqlite, values);
                let rows = query.fetch_all(&mut **one).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            #[cfg(feature = "postgres")]
            Connection::Postgres(one) => {
                let query = bound!(Postgres, sql.postgres, values);
                let rows = query.fetch_all(&mut **one).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// Runs a query by a unique key.
    pub(crate) async fn fetch_one(
        &mut self,
        sql: Sql,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, Error> {
        Ok(self.fetch(sql, values).await?.into_iter().next())
    }

    /// The database's clock, in microseconds since 1970.
    pub(crate) async fn now(&mut self) -> Result<i64, Error> {
        let row = self.fetch_one(NOW, &[]).await?;
        row.ok_or(Error::RowNotFound)?.int(0)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.committed {
            either!(&mut self.connection, Connection, one => one.close_on_drop());
        }
    }
}

impl Row {
    pub(crate) fn int(&self, at: usize) -> Result<i64, Error> {
        either!(self, Row, row => row.try_get(at))
    }

    pub(crate) fn opt_int(&self, at: usize) -> Result<Option<i64>, Error> {
        either!(self, Row, row => row.try_get(at))
    }

    pub(crate) fn text(&self, at: usize) -> Result<String, Error> {
        either!(self, Row, row => row.try_get(at))
    }

    pub(crate) fn opt_text(&self, at: usize) -> Result<Option<String>, Error> {
        either!(self, Row, row => row.try_get(at))
    }

    pub(crate) fn blob(&self, at: usize) -> Result<Vec<u8>, Error> {
        either!(self, Row, row => row.try_get(at))
    }

    pub(crate) fn opt_blob(&self, at: usize) -> Result<Option<Vec<u8>>, Error> {
        either!(self, Row, row => row.try_get(at))
    }
}
