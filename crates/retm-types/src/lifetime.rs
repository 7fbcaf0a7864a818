//! How long a token lives.

use std::fmt;
use std::time::Duration;

use rust_decimal::Decimal as Amount;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{self, Token};
use crate::{LooseString, decimal};

/// A lifetime in seconds: `expires_in` of a token.
///
/// An integer on the wire, or a numeric string; the form is kept. A fraction of a second is not counted, and a negative
/// lifetime counts as none.
#[derive(Clone, Debug)]
pub struct Lifetime {
    seconds: u64,
    text: LooseString,
}

impl Lifetime {
    /// A lifetime that is written as a JSON number.
    pub fn from_secs(seconds: u64) -> Self {
        Self {
            seconds,
            text: seconds.into(),
        }
    }

    /// The seconds.
    pub fn as_secs(&self) -> u64 {
        self.seconds
    }

    /// The lifetime as a duration.
    pub fn duration(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

impl fmt::Display for Lifetime {
    /// The seconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.seconds, f)
    }
}

impl std::str::FromStr for Lifetime {
    type Err = std::num::ParseIntError;

    /// Whole seconds.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::from_secs)
    }
}

impl PartialEq for Lifetime {
    /// By the seconds.
    fn eq(&self, other: &Self) -> bool {
        self.seconds == other.seconds
    }
}

impl Eq for Lifetime {}

impl From<u64> for Lifetime {
    fn from(seconds: u64) -> Self {
        Self::from_secs(seconds)
    }
}

impl From<Lifetime> for Duration {
    fn from(lifetime: Lifetime) -> Self {
        lifetime.duration()
    }
}

impl<'de> Deserialize<'de> for Lifetime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const EXPECTED: &str = "seconds as an integer or a numeric string";
        json::read(deserializer, |token| {
            let text = match &token {
                Token::Number(text) => text,
                Token::Text(text) => text.trim(),
                other => return Err(other.unexpected(EXPECTED)),
            };
            let (value, _) = decimal::parse(text)
                .map_err(|_| format!("expected {EXPECTED}, found another text"))?;
            let seconds = value.max(Amount::ZERO).to_u64().unwrap_or(u64::MAX);
            LooseString::from_token(&token)
                .map(|text| Self { seconds, text })
                .ok_or_else(|| token.unexpected(EXPECTED))
        })
    }
}

impl Serialize for Lifetime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::Lifetime;

    #[test]
    fn odd_spellings_do_not_lose_a_token() {
        for (json, seconds) in [
            ("3600", 3600),
            ("\"3600\"", 3600),
            ("\" 60 \"", 60),
            ("59.9", 59),
            ("\"-1\"", 0),
            ("-1.5", 0),
            ("99999999999999999999", u64::MAX),
        ] {
            let lifetime: Lifetime = serde_json::from_str(json).unwrap();
            assert_eq!(lifetime.as_secs(), seconds, "{json}");
            assert_eq!(lifetime.duration().as_secs(), seconds);
            assert_eq!(serde_json::to_string(&lifetime).unwrap(), json);
        }
        for json in ["\"soon\"", "\"\"", "null", "[]", "true"] {
            let error = serde_json::from_str::<Lifetime>(json)
                .unwrap_err()
                .to_string();
            assert!(
                error.starts_with("expected seconds as an integer"),
                "{json}: {error}"
            );
        }
    }
}
