//! What a rule says about the spec.

use std::fmt;

/// A place in the spec that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// The operation, webhook or schema, as a person calls it.
    pub place: String,
    /// The JSON pointer, from `#`.
    pub pointer: String,
    /// What is wrong there.
    pub problem: String,
    /// What to do about it.
    pub mend: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule,
            place,
            pointer,
            problem,
            mend,
        } = self;
        write!(
            f,
            "{place}: {problem}\n    rule: {rule}\n    at:   {pointer}\n    mend: {mend}"
        )
    }
}
