//! What to do next, where the client's own advice speaks of Rust.

use retm::{Error, ErrorKind};

/// What the client's advice says in Rust, and the same on the command line. The longer ones come first.
const WORDS: &[(&str, &str)] = &[
    (
        "Check the id; `get_opt` returns None instead of this error.",
        "Check the id: `list` shows those there are.",
    ),
    (
        "`raw_body()` has it; `retm payload check` compares a saved one with the spec.",
        "`--save-body FILE` keeps the answer, and `retm payload check` compares it with the spec.",
    ),
    (
        "`field_errors()` has the reason for each.",
        "`--save-body FILE` keeps the whole answer.",
    ),
    (
        "See `raw_body()` for what the server said.",
        "`--save-body FILE` keeps what the server said.",
    ),
    (
        "Correct the path given to `Builder::path_override`",
        "Correct the path in the file of `--overrides`",
    ),
    ("`Builder::path_override`", "`--overrides FILE`"),
    (
        "Ask for smaller pages with `per_page`, or raise the limit with `Builder::body_limit`.",
        "Ask for smaller pages with `--per-page N`.",
    ),
    (" `headers()` has `Location`.", ""),
    ("; `headers()` may have `Allow`", ""),
    (
        " or raise the time-out.",
        "; check the network and the proxy.",
    ),
    ("`raw_body()` has", "`--save-body FILE` keeps"),
];

/// The error in one line, with advice for the command line.
pub(crate) fn explain(error: &Error) -> String {
    advised(error, &advice(error))
}

/// The error in one line, with this advice in place of the client's own.
pub(crate) fn advised(error: &Error, advice: &str) -> String {
    let text = error.to_string();
    match text.strip_suffix(error.advice()) {
        Some(what) => format!("{} {advice}", what.trim_end()),
        None => format!("{text} {advice}"),
    }
}

fn advice(error: &Error) -> String {
    let own = match error.kind() {
        ErrorKind::Incomplete => {
            "Read the list again; `--accept-incomplete` is for a server whose total is wrong."
        }
        ErrorKind::Store => "Fix the store, then run the command again.",
        ErrorKind::MoneyMismatch => {
            "Correct the sums, or send it with `--money-check warn`; nothing was sent."
        }
        ErrorKind::ReferenceConflict => {
            "Give each order a partner_reference of its own; nothing was sent."
        }
        ErrorKind::InDoubt => {
            "Run `retm orders recover`, or submit the same order again: neither sends it before it is known."
        }
        _ => {
            let advice = error.advice().to_owned();
            return WORDS
                .iter()
                .fold(advice, |advice, (rust, here)| advice.replace(rust, here));
        }
    };
    own.to_owned()
}
