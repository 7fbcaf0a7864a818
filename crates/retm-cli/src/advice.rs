//! What to do next, where the client's own advice speaks of Rust.

use retm::{Error, ErrorKind};

/// The error in one line, with advice for the command line.
pub(crate) fn explain(error: &Error) -> String {
    let text = error.to_string();
    match (text.strip_suffix(error.advice()), advice(error.kind())) {
        (Some(what), Some(advice)) => format!("{what}{advice}"),
        _ => text,
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
        _ => return None,
    })
}
