//! Why a reply cannot be made.

use std::fmt;

/// A value that RETM would not take in a reply. The message names the member and the rule, never the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InvalidReply {
    member: &'static str,
    rule: &'static str,
}

impl InvalidReply {
    pub(crate) const fn new(member: &'static str, rule: &'static str) -> Self {
        Self { member, rule }
    }

    /// The path of the member in the reply, such as `data.discount_amount`.
    pub fn member(&self) -> &'static str {
        self.member
    }

    /// What holds for the member.
    pub fn rule(&self) -> &'static str {
        self.rule
    }
}

impl fmt::Display for InvalidReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.member, self.rule)
    }
}

impl std::error::Error for InvalidReply {}
