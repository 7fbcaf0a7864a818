//! Brings the tables up to date.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};

use crate::failure::{Failure, migration};

/// Where it is written which migrations were made: a database may be shared with programs whose
/// migrations sqlx makes too.
const TABLE: &str = "retm_migrations";

/// How often a migration is tried while other processes make the same one.
const TRIES: usize = 20;

fn migrator(start: &'static str) -> Migrator {
    let migrations = vec![Migration::new(
        1,
        "start".into(),
        MigrationType::Simple,
        start.into_sql_str(),
        false,
    )];
    let mut migrator = Migrator::with_migrations(migrations);
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
    start: &'static str,
) -> Result<(), Failure> {
    let migrator = migrator(start);
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
    // Unique keys (also PostgreSQL's own, of tables and types), tables there already, serialization,
    // and SQLite's changed snapshot.
    error.is_unique_violation()
        || ["42P07", "42710", "40001", "40P01", "XX000", "5", "517"].contains(&code.as_ref())
}
