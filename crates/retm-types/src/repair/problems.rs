//! The members that did not fit.

use std::fmt;

use serde_json::value::RawValue;

/// A member that did not fit and was left out, with its place, the reason and its JSON.
///
/// `Debug` and `Display` show place and reason, never the JSON: it may hold a person's data.
#[derive(Clone)]
pub struct Problem {
    pointer: Box<str>,
    reason: Box<str>,
    raw: Box<RawValue>,
}

impl Problem {
    pub(super) fn new(pointer: String, reason: String, raw: Box<RawValue>) -> Self {
        Self {
            pointer: pointer.into(),
            reason: reason.into(),
            raw,
        }
    }

    /// The JSON pointer of the member from the root of the text, such as `/items/3/price`.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// What did not fit, without any value of the text.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The member's value as received. It may hold a person's data: do not log it.
    pub fn raw(&self) -> &RawValue {
        &self.raw
    }
}

impl fmt::Display for Problem {
    /// Such as `/items/3/price: an empty string is no amount`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.reason)
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("pointer", &self.pointer)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Problem {
    fn eq(&self, other: &Self) -> bool {
        self.pointer == other.pointer
            && self.reason == other.reason
            && self.raw.get() == other.raw.get()
    }
}

/// The members that did not fit, in the order received: at most [`Problems::LIMIT`] are kept, the rest are counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problems {
    kept: Vec<Problem>,
    count: usize,
}

impl Problems {
    /// How many problems are kept at most.
    pub const LIMIT: usize = 1_000;

    /// No problems.
    pub fn new() -> Self {
        Self::default()
    }

    /// The problems kept, in the order received.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.kept.iter()
    }

    /// Number of problems kept.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Number of all problems, those not kept included.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns `true` if every member fitted.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds the problems of another text, such as those of the next page.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        let room = Self::LIMIT.saturating_sub(self.kept.len());
        self.kept.extend(other.kept.into_iter().take(room));
    }

    /// Counts a problem, and makes and keeps it if there is room.
    pub(super) fn add(&mut self, problem: impl FnOnce() -> Problem) {
        self.count += 1;
        if self.kept.len() < Self::LIMIT {
            self.kept.push(problem());
        }
    }

    /// Forgets what was added since there were so many in all.
    pub(super) fn forget_since(&mut self, count: usize) {
        self.count = count;
        self.kept.truncate(count);
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    /// The problems kept.
    fn into_iter(self) -> Self::IntoIter {
        self.kept.into_iter()
    }
}
