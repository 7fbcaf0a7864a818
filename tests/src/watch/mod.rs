//! Listens to all that a process of the suite says, and ends it where that holds a planted secret or a person.
//!
//! Nothing has to be told what the secrets of a run are: the sandbox's say themselves what they are, and what the tests
//! plant begins alike. They are recognized raw, in base64 at any offset, percent-encoded, in hex and as lists of bytes.
//! Whatever a test asserts, it fails: the process is aborted.

mod listen;
mod outside;
mod planted;
mod spelling;

use std::io::Write as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

pub use listen::{Listening, Recording, begin};
pub use outside::{arguments, child, store};
pub use planted::{Hidden, PHONE, SECRET, TOKEN, leak};
pub use spelling::{found, spellings};

/// Where something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A span and its fields.
    Span,
    /// A field that a span got later.
    Record,
    /// An event and its fields.
    Event,
    /// A record of the `log` facade.
    Log,
    /// Name, labels and description of a metric.
    Metric,
    /// What a panic says.
    Panic,
    /// An error with its causes.
    Error,
    /// What a program writes on its standard output or standard error.
    Output,
    /// The arguments of a process.
    Arguments,
    /// What a store leaves on disk or on a server.
    Store,
}

/// Names by kind.
const NAMES: [&str; 10] = [
    "span",
    "record",
    "event",
    "log",
    "metric",
    "panic",
    "error",
    "output",
    "arguments",
    "store",
];

static HEARD: [AtomicU64; 10] = [const { AtomicU64::new(0) }; 10];
static EAR: OnceLock<fn(String, &str)> = OnceLock::new();

/// How many texts of that kind this process has said.
pub fn heard(kind: Kind) -> u64 {
    HEARD[kind as usize].load(Ordering::Relaxed)
}

/// Hands every text to that function too, with its place, such as `event of hyper_util::client`. The first one that is
/// given stays.
pub fn also(ear: fn(String, &str)) {
    let _ = EAR.set(ear);
}

/// Searches a text that somebody may come to see. Where it holds a secret, says on standard error which one and where,
/// and aborts the process.
pub fn said(kind: Kind, whose: &str, text: &str, hidden: Hidden) {
    HEARD[kind as usize].fetch_add(1, Ordering::Relaxed);
    let place = || format!("{} of {whose}", NAMES[kind as usize]);
    if let Some(leak) = leak(text, hidden) {
        // Not by the macros, whose output a test's harness keeps to itself.
        let mut stderr = std::io::stderr().lock();
        let _ = writeln!(stderr, "the watch: {} holds {leak}", place());
        let _ = stderr.flush();
        std::process::abort();
    }
    if let Some(ear) = EAR.get() {
        ear(place(), text);
    }
}

/// What a run of the command line has written. People may stand on its standard output: they are what was asked for.
pub fn written(line: &str, stdout: &str, stderr: &str) {
    said(Kind::Output, line, stdout, Hidden::Secrets);
    said(Kind::Output, line, stderr, Hidden::All);
}

/// An error with all its causes.
pub fn error(error: &(dyn std::error::Error + 'static)) {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let text = format!("{error}\n{error:?}\n{error:#?}");
        said(Kind::Error, "a call", &text, Hidden::All);
        cause = error.source();
    }
}
