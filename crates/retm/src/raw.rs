//! Values with the JSON that they were received as.

use std::fmt;
use std::ops::{Deref, DerefMut};

use retm_types::{ExtraMember, extra_members};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A value with the JSON that it was received as: from `with_raw`, as in `list().with_raw()` and `get(id).with_raw()`.
///
/// Derefs to the value. `Debug` shows the value alone; the JSON may hold a person's data.
#[derive(Clone)]
pub struct Raw<T> {
    value: T,
    raw: Box<RawValue>,
}

impl<T> Raw<T> {
    pub(crate) fn new(value: T, raw: Box<RawValue>) -> Self {
        Self { value, raw }
    }

    /// The JSON as received.
    pub fn raw(&self) -> &RawValue {
        &self.raw
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The value and the JSON.
    pub fn into_parts(self) -> (T, Box<RawValue>) {
        (self.value, self.raw)
    }
}

impl<T: Serialize> Raw<T> {
    /// The members received that the value does not have, each with its JSON pointer: those that the spec lacks, and those that
    /// did not fit. Reckoned at each call.
    pub fn extra(&self) -> Vec<ExtraMember> {
        extra_members(&self.raw, &self.value)
    }
}

impl<T> Deref for Raw<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Raw<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> Serialize for Raw<T> {
    /// As received.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

impl<T: fmt::Debug> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Raw").field(&self.value).finish()
    }
}
