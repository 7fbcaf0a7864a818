//! Brings the tables up to date.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};

use crate::failure::{Failure, migration};

/// Where it is written which migrations were made: a database may be shared with programs whose
/// migrations sqlx makes too.
const TABLE: &str = "retm_migrations";

/// How often a migration is tried while other processes make the same one.
const TRIES: usize = 20;

/// Names and statements, from version 1 on.
pub(crate) type Migrations = [(&'static str, &'static str); 2];

fn migrator(migrations: Migrations) -> Migrator {
    let numbered = (1..).zip(migrations).map(|(version, (name, statements))| {
        let kind = MigrationType::Simple;
        Migration::new(version, name.into(), kind, statements.into_sql_str(), false)
    });
    let mut migrator = Migrator::with_migrations(numbered.collect());
    migrator.dangerous_set_table_name(TABLE);
    // sqlx would use PostgreSQL's advisory locks, which its relatives lack.
    migrator.set_locking(false);
    migrator
}

/// Makes the migrations that were not made yet.
///
/// Nobody is locked out: each migration is one transaction that writes its version under a unique key,
/// so of several processes at once one makes it; the others fail, look again and find it made.
pub(crate) async fn run<C: Migrate>(
    connection: &mut C,
    migrations: Migrations,
) -> Result<(), Failure> {
    let migrator = migrator(migrations);
    let mut tries = 1;
    loop {
        match migrator.run_direct(None, connection, false).await {
            Ok(()) => return Ok(()),
            Err(error) if tries < TRIES && in_the_way(&error) => tries += 1,
            Err(error) => return Err(migration(error)),
        }
    }
}

/// Whether another process made the same at the same time.
fn in_the_way(error: &MigrateError) -> bool {
    let (MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) = error else {
        return false;
    };
    let Some(error) = error.as_database_error() else {
        return false;
    };
    let code = error.code().unwrap_or_default();
    // SQLite has no code of its own for a column that is there already.
    let column = code == "1" && error.message().starts_with("duplicate column name");
    // Unique keys (also PostgreSQL's own, of tables and types), tables and columns there already,
    // serialization, and SQLite's changed snapshot.
    let codes = [
        "42P07", "42701", "42710", "40001", "40P01", "XX000", "5", "517",
    ];
    error.is_unique_violation() || column || codes.contains(&code.as_ref())
}
