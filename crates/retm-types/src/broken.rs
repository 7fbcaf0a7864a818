//! An element that did not decode.

use std::fmt;

use serde_json::value::RawValue;

use crate::DecodeError;

/// An element of an array that did not decode, with its place, the reason and its JSON.
///
/// `Debug` and `Display` show place and reason, never the JSON: it may hold a person's data.
#[derive(Clone)]
pub struct Broken {
    index: usize,
    error: DecodeError,
    raw: Box<RawValue>,
}

impl Broken {
    pub(crate) fn new(index: usize, error: DecodeError, raw: Box<RawValue>) -> Self {
        Self { index, error, raw }
    }

    /// Its place in the array as received, from 0, good elements counted.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The path of the member that did not fit, seen from the element; empty where it is the whole element.
    pub fn path(&self) -> &str {
        self.error.path()
    }

    /// What did not fit, without any value of the payload.
    pub fn reason(&self) -> &str {
        self.error.reason()
    }

    /// Path and reason. Line and column are the element's own.
    pub fn error(&self) -> &DecodeError {
        &self.error
    }

    /// The element as received.
    pub fn raw(&self) -> &RawValue {
        &self.raw
    }

    /// The element as received, owned.
    pub fn into_raw(self) -> Box<RawValue> {
        self.raw
    }
}

impl fmt::Display for Broken {
    /// Such as `element 3: total: an empty string is no amount`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "element {}: {}",
            self.index,
            self.error.place_and_reason()
        )
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broken")
            .field("index", &self.index)
            .field("error", &self.error.place_and_reason())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Broken {}

impl PartialEq for Broken {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.error == other.error && self.raw.get() == other.raw.get()
    }
}
