//! A person's data.

use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::decode::mask;
use crate::{LocalizedText, LooseString};

/// A piece of a person's data: a telephone number, an e-mail, a name, an address.
///
/// `Debug` shows `[redacted]` whatever it holds, and there is no `Display`: reading it is explicit. On the wire it is the
/// value itself. The default holds a text that the API may also send as a number, and keeps its form.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Personal<T = LooseString>(T);

/// A person's name or an address's name by language.
pub type PersonalText = Personal<LocalizedText>;

impl<T> Personal<T> {
    /// Marks the value as a person's.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Not for logs, errors or names of metrics.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, owned.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl Personal<LooseString> {
    /// The text itself. Not for logs, errors or names of metrics.
    pub fn expose_str(&self) -> &str {
        self.0.as_str()
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T: for<'a> From<&'a str>> From<&str> for Personal<T> {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl<T: From<String>> From<String> for Personal<T> {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<LocalizedText> for PersonalText {
    fn from(text: LocalizedText) -> Self {
        Self(text)
    }
}

impl From<LooseString> for Personal {
    fn from(text: LooseString) -> Self {
        Self(text)
    }
}

impl<T: Serialize> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The message of a type that is not ours may repeat the value.
        T::deserialize(deserializer)
            .map(Self)
            .map_err(|error| D::Error::custom(mask(&error.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::{Personal, PersonalText};
    use crate::LocalizedText;

    #[test]
    fn is_redacted_whatever_it_holds() {
        let phone: Personal = Personal::from("0551234567");
        let name = PersonalText::new(LocalizedText::new("Ahmad", "احمد"));
        assert_eq!(
            format!("{phone:?} {name:?} {:?}", Personal::new(5)),
            "[redacted] [redacted] [redacted]"
        );
        assert_eq!(phone.expose_str(), "0551234567");
        assert_eq!(name.expose().en(), Some("Ahmad"));
    }

    #[test]
    fn a_number_is_taken_and_stays_one() {
        let phone: Personal = serde_json::from_str("966551234567").unwrap();
        assert_eq!(&**phone.expose(), "966551234567");
        assert_eq!(serde_json::to_string(&phone).unwrap(), "966551234567");
        assert_eq!(String::from(phone.into_inner()), "966551234567");
    }

    #[test]
    fn an_error_of_another_type_is_masked() {
        let error = serde_json::from_str::<Personal<u8>>("\"0551234567\"").unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid type: string, expected u8 at line 1 column 12"
        );
    }
}
