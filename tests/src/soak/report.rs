//! What a run found broken.

use std::fmt;

/// A promise that did not hold, or a run that could not be made.
#[derive(Debug)]
pub struct Broken(String);

impl Broken {
    /// A promise that did not hold.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Broken {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Fails the run unless both are the same.
pub(super) fn expect<T: PartialEq + fmt::Debug>(
    what: &str,
    found: &T,
    wanted: &T,
) -> Result<(), Broken> {
    match found == wanted {
        true => Ok(()),
        false => Err(Broken(format!("{what}: {found:?} in place of {wanted:?}"))),
    }
}
