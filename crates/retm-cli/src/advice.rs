//! What to do next, where the client's own advice speaks of Rust.

use retm::{Error, ErrorKind};

/// The client's advice on a time-out, which the command line has no option for. A write that may have taken
/// effect has another one, which stays.
const RAISE: &str = "Try again later or raise the time-out.";

/// The error in one line, with advice for the command line.
pub(crate) fn explain(error: &Error) -> String {
    match advice(error) {
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

fn advice(error: &Error) -> Option<&'static str> {
    Some(match error.kind() {
        ErrorKind::NotFound => "Check the id: `list` shows those there are.",
        ErrorKind::Validation => {
            "Correct the fields named; `--save-body FILE` keeps the whole answer."
        }
        ErrorKind::Status => "`--save-body FILE` keeps what the server said.",
        ErrorKind::Decode => {
            "`--save-body FILE` keeps the answer, and `retm payload check` compares it with the spec."
        }
        ErrorKind::Timeout if error.advice() == RAISE => {
            "Try again later; check the network and the proxy."
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
