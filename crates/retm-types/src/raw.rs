//! The JSON text of a value, borrowed from the input where the input is in memory.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::value::RawValue;

/// The name by which serde_json knows that the text is wanted.
///
/// `&RawValue` takes borrowed texts only and `Box<RawValue>` copies each; asking in its stead takes either as it comes. Should
/// serde_json ever use another name, `Box<RawValue>` is what is left.
const TOKEN: &str = "$serde_json::private::RawValue";

/// The text of the next value.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    deserializer.deserialize_newtype_struct(TOKEN, Raw)
}

struct Raw;

impl<'de> Visitor<'de> for Raw {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match map.next_key::<Name>()? {
            Some(Name) => map.next_value_seed(Text),
            None => Err(A::Error::invalid_type(de::Unexpected::Map, &self)),
        }
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Cow::Owned(Box::<str>::from(raw).into_string()))
    }
}

struct Name;

impl<'de> Deserialize<'de> for Name {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(Self)
    }
}

impl Visitor<'_> for Name {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("raw value")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<Self, E> {
        match name {
            TOKEN => Ok(self),
            _ => Err(E::custom("unexpected raw value")),
        }
    }
}

struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("raw value")
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::text;

    #[test]
    fn a_text_in_memory_is_borrowed_and_any_other_copied() {
        let json = " [1.10, \"x\"] ";
        let borrowed = text(&mut serde_json::Deserializer::from_str(json)).unwrap();
        assert!(
            matches!(borrowed, Cow::Borrowed("[1.10, \"x\"]")),
            "{borrowed}"
        );
        let read = text(&mut serde_json::Deserializer::from_reader(json.as_bytes())).unwrap();
        assert_eq!(read, "[1.10, \"x\"]");
        let of_value = text(serde_json::json!([1, "x"])).unwrap();
        assert_eq!(of_value, "[1,\"x\"]");
    }
}
