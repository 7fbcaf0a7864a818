//! What went wrong, in words that say what to do next and hold no secret.

use retm::store::{StoreError, StoreErrorKind};
use sqlx::Error;
use sqlx::migrate::MigrateError;

/// A failure inside of a call.
#[derive(Debug)]
pub(crate) enum Failure {
    Sql(Error),
    Store(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure {
    /// Whether the database asks to do it all again: transactions got in each other's way, and this
    /// one changed nothing.
    pub(crate) fn again(&self) -> bool {
        let Self::Sql(Error::Database(error)) = self else {
            return false;
        };
        let code = error.code().unwrap_or_default();
        ["40001", "40P01"].contains(&code.as_ref())
    }

    /// The failure as the caller sees it; `store` is where the store is, without any password.
    pub(crate) fn told(self, store: &str) -> StoreError {
        match self {
            Self::Store(error) => error,
            Self::Sql(error) => {
                let (kind, what) = classify(&error);
                StoreError::new(kind, format!("{store} {what}")).with_source(error)
            }
        }
    }
}

/// A call that took too long.
pub(crate) fn timed_out(store: &str) -> StoreError {
    let message = format!(
        "{store} did not answer in time; whether the change was made is not known: read again"
    );
    StoreError::new(StoreErrorKind::Unavailable, message)
}

/// What became of bringing the tables up to date.
pub(crate) fn migration(error: MigrateError) -> Failure {
    match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
            Failure::Store(StoreError::new(
                StoreErrorKind::Newer,
                "the store was written by a newer version of retm-store; update this program, or \
                 use another store",
            ))
        }
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            Failure::Sql(error)
        }
        other => Failure::Store(
            StoreError::new(
                StoreErrorKind::Other,
                "the store's tables cannot be brought up to date; its table retm_migrations was \
                 changed by something else",
            )
            .with_source(other),
        ),
    }
}

fn classify(error: &Error) -> (StoreErrorKind, &'static str) {
    use StoreErrorKind::{Config, Corrupted, Other, Unavailable};

    match error {
        Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            // An SQLSTATE has five characters, a code of SQLite at most four.
            match code.parse() {
                Ok(number) if code.len() < 5 => sqlite(number),
                _ => postgres(&code),
            }
        }
        Error::Io(_) | Error::Protocol(_) | Error::WorkerCrashed => (
            Unavailable,
            "cannot be reached; whether a change was made is not known: read again once it can",
        ),
        Error::PoolTimedOut => (
            Unavailable,
            "gave no connection in time: it is down, or too busy; try again later",
        ),
        Error::Tls(_) => (
            Config,
            "could not be spoken to over TLS; check its certificate and the address's sslmode",
        ),
        Error::ColumnDecode { .. } | Error::Decode(_) | Error::TypeNotFound { .. } => (
            Corrupted,
            "holds something that retm-store does not write there; restore it, or forget it",
        ),
        Error::Configuration(_) => (Config, "is not set up right; check its address"),
        _ => (Other, "failed"),
    }
}

/// <https://www.sqlite.org/rescode.html>; the low byte tells the kind.
fn sqlite(code: i32) -> (StoreErrorKind, &'static str) {
    use StoreErrorKind::{Config, Corrupted, NotWritable, Other, Unavailable};

    match code & 0xff {
        5 | 6 => (
            Unavailable,
            "is busy with another process's write; try again",
        ),
        3 | 8 => (
            NotWritable,
            "may not be written to; give this user the file and its folder",
        ),
        10 => (
            Unavailable,
            "could not be read or written; check the disk, then try again",
        ),
        11 => (
            Corrupted,
            "is damaged; restore it from a backup, or move it away to start anew",
        ),
        13 => (
            NotWritable,
            "is full; free space on its disk. What was stored before is still there",
        ),
        14 => (
            Config,
            "cannot be opened; check that the folder exists and this user may write there",
        ),
        26 => (
            Config,
            "is no SQLite database; name another file, or move this one away",
        ),
        _ => (Other, "failed"),
    }
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn postgres(code: &str) -> (StoreErrorKind, &'static str) {
    use StoreErrorKind::{Config, NotWritable, Other, Unavailable};

    match code {
        "53100" => (
            NotWritable,
            "is full; free space on the server's disk. What was stored before is still there",
        ),
        "25006" => (
            NotWritable,
            "is read-only there; name the primary server, not a replica",
        ),
        "42501" => (
            Config,
            "refused it: the user of its address may not create or change retm's tables; grant it",
        ),
        "3D000" => (Config, "is not there; create the database first"),
        "57014" | "55P03" => (
            Unavailable,
            "did not finish in time: another transaction holds it up; try again",
        ),
        "40001" | "40P01" => (
            Unavailable,
            "is busy: transactions got in each other's way; try again",
        ),
        "22021" => (
            Other,
            "refused a key with a NUL character; use references and client ids without",
        ),
        _ => match code.get(..2) {
            Some("08" | "57" | "53" | "58" | "25") => (
                Unavailable,
                "cannot be reached or is shutting down; try again once it is back",
            ),
            Some("28") => (
                Config,
                "refused the user or the password of its address; check both",
            ),
            _ => (Other, "failed"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_the_network_are_unavailable_and_tell_so() {
        let lost = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        let error = Failure::from(Error::Io(lost)).told("the store X");
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        assert_eq!(
            classify(&Error::PoolTimedOut).0,
            StoreErrorKind::Unavailable
        );
    }

    #[test]
    fn codes_are_told_apart() {
        use StoreErrorKind::{Config, Corrupted, NotWritable, Other, Unavailable};

        let extended_busy = 5 | (2 << 8);
        for (code, kind) in [
            (extended_busy, Unavailable),
            (8, NotWritable),
            (11, Corrupted),
            (13, NotWritable),
            (14, Config),
            (26, Config),
            (1, Other),
        ] {
            assert_eq!(sqlite(code).0, kind, "{code}");
        }
        for (code, kind) in [
            ("08006", Unavailable),
            ("57P01", Unavailable),
            ("57014", Unavailable),
            ("53100", NotWritable),
            ("53300", Unavailable),
            ("28P01", Config),
            ("3D000", Config),
            ("42501", Config),
            ("25006", NotWritable),
            ("42P01", Other),
            ("", Other),
        ] {
            assert_eq!(postgres(code).0, kind, "{code}");
        }
    }
}
