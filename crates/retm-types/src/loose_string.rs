//! Texts that the API sometimes sends as numbers.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{self, Token};

/// A text that the API may also send as a JSON number (or, rarely, a boolean). The form received is kept and written back.
///
/// Two are equal when their texts are: `"177"` equals `177`.
#[derive(Clone, Default)]
pub struct LooseString {
    text: Box<str>,
    bare: bool,
}

impl LooseString {
    /// A text that is written as a JSON string.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into().into_boxed_str(),
            bare: false,
        }
    }

    /// The text, without regard to the form.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a JSON string on the wire, not a number or a boolean.
    pub fn is_string(&self) -> bool {
        !self.bare
    }

    pub(crate) fn from_token(token: &Token<'_>) -> Option<Self> {
        let (text, bare): (&str, bool) = match token {
            Token::Text(text) => (text, false),
            Token::Number(text) => (text, true),
            Token::Bool(true) => ("true", true),
            Token::Bool(false) => ("false", true),
            _ => return None,
        };
        Some(Self {
            text: text.into(),
            bare,
        })
    }
}

impl fmt::Display for LooseString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for LooseString {
    /// As in JSON: quoted where it is a string.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bare {
            f.write_str(&self.text)
        } else {
            fmt::Debug::fmt(&self.text, f)
        }
    }
}

impl Deref for LooseString {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl AsRef<str> for LooseString {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl std::borrow::Borrow<str> for LooseString {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl PartialEq for LooseString {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for LooseString {}

impl PartialEq<str> for LooseString {
    fn eq(&self, other: &str) -> bool {
        &*self.text == other
    }
}

impl PartialEq<&str> for LooseString {
    fn eq(&self, other: &&str) -> bool {
        &*self.text == *other
    }
}

impl Hash for LooseString {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PartialOrd for LooseString {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for LooseString {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl std::str::FromStr for LooseString {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(text))
    }
}

impl From<&str> for LooseString {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for LooseString {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&String> for LooseString {
    fn from(text: &String) -> Self {
        Self::new(text.as_str())
    }
}

impl From<u64> for LooseString {
    /// Written as a JSON number.
    fn from(number: u64) -> Self {
        Self {
            text: number.to_string().into(),
            bare: true,
        }
    }
}

impl From<i64> for LooseString {
    /// Written as a JSON number.
    fn from(number: i64) -> Self {
        Self {
            text: number.to_string().into(),
            bare: true,
        }
    }
}

impl From<LooseString> for String {
    fn from(loose: LooseString) -> Self {
        loose.text.into()
    }
}

impl<'de> Deserialize<'de> for LooseString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::read_scalar(deserializer, |token| {
            Self::from_token(&token).ok_or_else(|| token.unexpected("a string or a number"))
        })
    }
}

impl Serialize for LooseString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.bare, &*self.text) {
            (false, text) => serializer.serialize_str(text),
            (true, "true") => serializer.serialize_bool(true),
            (true, "false") => serializer.serialize_bool(false),
            (true, number) => json::write_number(number, serializer),
        }
    }
}
