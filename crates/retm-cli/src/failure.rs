//! Why a command did not do what it was asked to.

use std::borrow::Cow;
use std::fmt;
use std::io;

use retm::store::{StoreError, StoreErrorKind};

use crate::advice;
use crate::exit::Exit;

/// A failed command. `Display` is the text after `error: `.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The client could not do it.
    #[error("{}", advice::explain(.0))]
    Api(#[from] retm::Error),
    /// The store could not do it.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The command line, a file or the configuration is wrong.
    #[error("{0}")]
    Usage(String),
    /// It ended otherwise, for a reason to be told.
    #[error("{1}")]
    Other(Exit, String),
    /// It ended otherwise, and everything has been said.
    #[error("")]
    Said(Exit),
    /// Standard output or standard error could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Api(error) => Exit::of(error),
            Self::Store(error) => match error.kind() {
                StoreErrorKind::Config | StoreErrorKind::WrongKey | StoreErrorKind::Newer => {
                    Exit::Usage
                }
                _ => Exit::Failed,
            },
            Self::Usage(_) => Exit::Usage,
            Self::Other(exit, _) | Self::Said(exit) => *exit,
            Self::Output(_) => Exit::Failed,
        }
    }

    /// Whether the reader of the output has gone, as `head` does: no failure at all.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// A text on one line, with nothing in it that steers a terminal.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(self.0))
    }
}

/// The text with control characters written as escapes: what a server sends must not steer a terminal.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if steers(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Control characters, and the marks that turn the direction of a text around.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(plain("برجر Burger"), "برجر Burger");
        assert_eq!(
            plain("a\x1b[31mb\nc\u{202e}d"),
            "a\\u{1b}[31mb\\nc\\u{202e}d"
        );
    }
}
