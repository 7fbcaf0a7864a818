//! Yes or no.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{self, Token};

/// A yes or no that the API writes as 1 or 0.
///
/// Read from 0 and 1, from a JSON boolean and from either as a string (`"1"`, `"true"`); always written as 0 or 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Flag(bool);

impl Flag {
    /// Yes: 1.
    pub const ON: Self = Self(true);
    /// No: 0.
    pub const OFF: Self = Self(false);

    /// Whether it is yes.
    pub fn is_set(self) -> bool {
        self.0
    }
}

impl fmt::Display for Flag {
    /// `1` or `0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if self.0 { "1" } else { "0" })
    }
}

impl From<bool> for Flag {
    fn from(set: bool) -> Self {
        Self(set)
    }
}

impl From<Flag> for bool {
    fn from(flag: Flag) -> Self {
        flag.0
    }
}

/// A text that is no yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseFlagError(());

impl fmt::Display for ParseFlagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected 0, 1, true or false")
    }
}

impl std::error::Error for ParseFlagError {}

impl FromStr for Flag {
    type Err = ParseFlagError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "1" => Ok(Self::ON),
            "0" => Ok(Self::OFF),
            _ if text.eq_ignore_ascii_case("true") => Ok(Self::ON),
            _ if text.eq_ignore_ascii_case("false") => Ok(Self::OFF),
            _ => Err(ParseFlagError(())),
        }
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::read_scalar(deserializer, |token| match &token {
            Token::Bool(set) => Ok(Self(*set)),
            Token::Number(text) => text
                .parse()
                .map_err(|_| "expected 0 or 1, found another number".to_owned()),
            Token::Text(text) => text
                .parse()
                .map_err(|_| token.unexpected("0, 1, true or false")),
            other => Err(other.unexpected("0 or 1")),
        })
    }
}

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0.into())
    }
}

#[cfg(test)]
mod tests {
    use super::Flag;

    #[test]
    fn every_form_is_read_and_a_digit_written() {
        for (json, expected) in [
            ("0", Flag::OFF),
            ("1", Flag::ON),
            ("false", Flag::OFF),
            ("true", Flag::ON),
            ("\"0\"", Flag::OFF),
            ("\"1\"", Flag::ON),
            ("\"False\"", Flag::OFF),
            ("\"true\"", Flag::ON),
        ] {
            let flag: Flag = serde_json::from_str(json).unwrap();
            assert_eq!(flag, expected, "{json}");
            assert_eq!(serde_json::to_string(&flag).unwrap(), flag.to_string());
            assert_eq!(flag.to_string().parse(), Ok(flag));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for (json, reason) in [
            ("2", "expected 0 or 1, found another number"),
            ("\"yes\"", "expected 0, 1, true or false, found a string"),
            (
                "\"\"",
                "expected 0, 1, true or false, found an empty string",
            ),
            ("null", "expected 0 or 1, found null"),
            ("[1]", "expected 0 or 1, found an array"),
        ] {
            let error = serde_json::from_str::<Flag>(json).unwrap_err();
            assert!(error.to_string().starts_with(reason), "{json}: {error}");
        }
    }
}
