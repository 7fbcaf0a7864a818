//! SQLite: one file, for one host.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use retm::store::{StoreError, StoreErrorKind};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::failure::Failure;
use crate::key::config;
use crate::migrate::{self, Migrations};
use crate::session::Engine;
use crate::store::ACQUIRE;

const MIGRATIONS: Migrations = [
    ("start", include_str!("../migrations/sqlite/0001_start.sql")),
    (
        "settle windows",
        include_str!("../migrations/sqlite/0002_settle_windows.sql"),
    ),
];

/// How many connections read at once. Rows are few and small.
const READERS: u32 = 4;

/// How often opening is tried while other processes turn the file to WAL.
const TRIES: usize = 10;

/// How long a write waits for another process's.
const BUSY: Duration = Duration::from_secs(5);

/// A file, and how large it may grow.
#[derive(Debug, PartialEq)]
pub(crate) struct Address {
    pub(crate) file: PathBuf,
    /// In pages of 4 KiB.
    pages: Option<u32>,
}

impl Address {
    /// Reads what follows `sqlite:`.
    pub(crate) fn parse(rest: &str) -> Result<Self, StoreError> {
        let after_slashes = rest.strip_prefix("//");
        // Somebody's user and password, which would be shown as a folder.
        if after_slashes
            .is_some_and(|rest| rest.split('/').next().unwrap_or_default().contains('@'))
        {
            return Err(config(
                "the address of the store names a host or a user, and an SQLite store is a file; write \
                 `sqlite:FILE`"
                    .to_owned(),
            ));
        }
        let rest = after_slashes.unwrap_or(rest);
        let (file, options) = rest.split_once('?').unwrap_or((rest, ""));
        let pages = match options.split_once('=') {
            None if options.is_empty() => None,
            Some(("max_page_count", pages)) => Some(pages.parse().map_err(|_| {
                config("max_page_count in the address of the store is no number".to_owned())
            })?),
            _ => {
                return Err(config(
                    "the address of the store has an option that is not known; `max_page_count` is"
                        .to_owned(),
                ));
            }
        };
        if file.is_empty() || file == ":memory:" {
            return Err(config(
                "the address of the store names no file; write `sqlite:FILE`".to_owned(),
            ));
        }
        Ok(Self {
            file: file.into(),
            pages,
        })
    }
}

/// Opens the file, makes it where it is missing, and brings its tables up to date.
pub(crate) async fn open(address: &Address) -> Result<Engine, Failure> {
    prepare(&address.file)?;
    let mut options = SqliteConnectOptions::new()
        .filename(&address.file)
        .create_if_missing(false)
        .busy_timeout(BUSY)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // What was sealed with a key that leaked must not linger in freed pages.
        .pragma("secure_delete", "ON")
        .disable_statement_logging();
    if let Some(pages) = address.pages {
        options = options.pragma("max_page_count", pages.to_string());
    }
    let pool = |connections| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE)
            .connect_lazy_with(options.clone())
    };
    let write = pool(1);
    let mut tries = 1;
    let mut connection = loop {
        match write.acquire().await {
            Ok(connection) => break connection,
            Err(error) if tries < TRIES && busy(&error) => tries += 1,
            Err(error) => return Err(error.into()),
        }
    };
    migrate::run(&mut *connection, MIGRATIONS).await?;
    drop(connection);
    Ok(Engine::Sqlite {
        write,
        read: pool(READERS),
    })
}

fn busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code.parse::<i32>().is_ok_and(|code| code & 0xff == 5))
}

/// Sees to the folder, the file and who may read it.
fn prepare(file: &Path) -> Result<(), StoreError> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(config(format!(
            "the folder {} of the store does not exist; create it",
            folder.display()
        )));
    }
    if file.is_dir() {
        return Err(config(format!(
            "the store {} is a folder; name a file",
            file.display()
        )));
    }
    // One that is there is left to SQLite: to open and close it here would end the locks of a store that this process
    // has open already, and its writes would be lost.
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made = match options.open(file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => match file.exists() {
            true => Ok(()),
            // A link to a file that is not there yet.
            false => {
                options.create_new(false).create(true).truncate(false);
                options.open(file).map(drop)
            }
        },
        made => made.map(drop),
    };
    match made {
        Ok(()) => {}
        Err(error) => {
            let kind = match error.kind() {
                ErrorKind::PermissionDenied
                | ErrorKind::ReadOnlyFilesystem
                | ErrorKind::StorageFull => StoreErrorKind::NotWritable,
                _ => StoreErrorKind::Config,
            };
            let message = format!(
                "the store {} cannot be written to: {error}; give this user the file and its folder",
                file.display()
            );
            return Err(StoreError::new(kind, message));
        }
    }
    for suffix in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        tighten(Path::new(&name))?;
    }
    Ok(())
}

/// Takes the file from everybody but its owner.
#[cfg(unix)]
fn tighten(file: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;

    let Ok(metadata) = std::fs::metadata(file) else {
        return Ok(());
    };
    let mut permissions = metadata.permissions();
    if permissions.mode() & 0o077 == 0 {
        return Ok(());
    }
    permissions.set_mode(permissions.mode() & 0o700);
    std::fs::set_permissions(file, permissions).map_err(|error| {
        config(format!(
            "others than its owner may use {}, and that cannot be changed: {error}; run \
             `chmod 600` on it as its owner",
            file.display()
        ))
    })
}

#[cfg(not(unix))]
fn tighten(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let file = |text| Address::parse(text).unwrap().file;
        assert_eq!(file("a/b.db"), Path::new("a/b.db"));
        assert_eq!(file("///tmp/b.db"), Path::new("/tmp/b.db"));
        let limited = Address::parse("b.db?max_page_count=20").unwrap();
        assert_eq!(limited.pages, Some(20));
        for wrong in ["", ":memory:", "b.db?mode=rw", "b.db?max_page_count=x"] {
            let error = Address::parse(wrong).unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Config, "{wrong}");
        }
    }

    #[test]
    fn a_password_is_not_taken_for_a_folder() {
        let error = Address::parse("//me:hunter2@db.example/retm")
            .err()
            .unwrap();
        assert!(
            !format!("{error} {error:?}").contains("hunter"),
            "{error:?}"
        );
        assert!(Address::parse("a@b/retm.db").is_ok());
    }
}
