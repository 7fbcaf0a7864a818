//! What to do next, where the client's own advice speaks of Rust.

use retm::{Error, ErrorKind};

/// The error in one line, with advice for the command line.
pub(crate) fn explain(error: &Error) -> String {
    match advice(error.kind()) {
        Some(advice) => advised(error, advice),
        None => error.to_string(),
    }
}

/// The error in one line, with this advice in place of the client's own.
pub(crate) fn advised(error: &Error, advice: &str) -> String {
    let text = error.to_string();
    match text.strip_suffix(error.advice()) {
        Some(what) => format!("{} {advice}", what.trim_end()),
        None => format!("{text} {advice}"),
    }
}

fn advice(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "Check the id: `list` shows those there are.",
        ErrorKind::Validation => {
            "Correct the fields named; `--save-body FILE` keeps the whole answer."
        }
        ErrorKind::Status => "`--save-body FILE` keeps what the server said.",
        ErrorKind::Decode => {
            "`--save-body FILE` keeps the answer, and `retm payload check` compares it with the spec."
        }
        ErrorKind::Store => "Mend the store, then run the command again.",
        ErrorKind::MoneyMismatch => {
            "Correct the sums, or send it with `--money-check warn`; nothing was sent."
        }
        ErrorKind::ReferenceConflict => {
            "Give each order a partner_reference of its own; nothing was sent."
        }
        ErrorKind::InDoubt => {
            "Run `retm orders recover`, or submit the same order again: neither sends it before it is known."
        }
        _ => return None,
    })
}
