//! Reading a scalar from the JSON text it was written as.
//!
//! Every scalar that takes more than one form looks at the text itself: a number keeps its digits, whatever features
//! serde_json was built with, and an error can say what was found without repeating it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Error as _, SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{pass, raw};

/// One JSON value, seen from outside.
#[derive(Debug)]
pub(crate) enum Token<'a> {
    Null,
    Bool(bool),
    /// The number as written.
    Number(&'a str),
    /// The string's content, unescaped.
    Text(Cow<'a, str>),
    /// The whole array as written.
    Array(&'a str),
    /// The whole object as written.
    Object(&'a str),
}

impl<'a> Token<'a> {
    /// Takes apart what serde_json has already scanned.
    pub(crate) fn new(json: &'a str) -> Result<Self, String> {
        let json = json.trim_ascii();
        Ok(match json.bytes().next() {
            Some(b'"') => Self::Text(unquote(json)?),
            Some(b'[') => Self::Array(json),
            Some(b'{') => Self::Object(json),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'n') => Self::Null,
            Some(b'-' | b'0'..=b'9') => Self::Number(json),
            _ => return Err("not a JSON value".to_owned()),
        })
    }

    /// What it is, for an error message that must not repeat it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(text) if text.is_empty() => "an empty string",
            Self::Text(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// The message for a value of a kind that the scalar does not take.
    pub(crate) fn unexpected(&self, expected: &str) -> String {
        format!("expected {expected}, found {}", self.kind())
    }
}

fn unquote(json: &str) -> Result<Cow<'_, str>, String> {
    let inner = json
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|inner| !inner.as_bytes().contains(&b'\\'));
    match inner {
        Some(inner) => Ok(Cow::Borrowed(inner)),
        None => serde_json::from_str(json)
            .map(Cow::Owned)
            .map_err(|_| "a string with an escape that stands for no character".to_owned()),
    }
}

/// Deserialises through the text of the value. The message that `read` returns must not contain that text.
pub(crate) fn read<'de, D, T>(
    deserializer: D,
    read: impl FnOnce(Token<'_>) -> Result<T, String>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    read_text(deserializer, |text| Token::new(text).and_then(read))
}

/// The same for a type that looks at the text itself first.
#[inline]
pub(crate) fn read_text<'de, D, T>(
    deserializer: D,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    let text = raw::text(deserializer)?;
    read(&text).map_err(D::Error::custom)
}

/// The same for a value that is neither an array nor an object. In the quick pass it comes without its text, but for a number
/// that may have more digits than a float: that one fails, and is read in the next pass.
pub(crate) fn read_scalar<'de, D, T>(
    deserializer: D,
    read: impl FnOnce(Token<'_>) -> Result<T, String>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    if pass::is_quick() {
        deserializer.deserialize_any(Scalar(read))
    } else {
        self::read(deserializer, read)
    }
}

struct Scalar<F>(F);

impl<'de, T, F: FnOnce(Token<'_>) -> Result<T, String>> Visitor<'de> for Scalar<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that needs no second pass")
    }

    #[inline]
    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(Token::Text(Cow::Borrowed(text))).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        (self.0)(Token::Number(itoa::Buffer::new().format(number))).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        (self.0)(Token::Number(itoa::Buffer::new().format(number))).map_err(E::custom)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<T, E> {
        (self.0)(Token::Bool(value)).map_err(E::custom)
    }

    fn visit_unit<E: de::Error>(self) -> Result<T, E> {
        (self.0)(Token::Null).map_err(E::custom)
    }
}

/// Writes a number exactly as spelled.
pub(crate) fn write_number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if text != "-0" {
        if let Ok(number) = text.parse::<i64>() {
            return serializer.serialize_i64(number);
        }
        if let Ok(number) = text.parse::<u64>() {
            return serializer.serialize_u64(number);
        }
    }
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => raw.serialize(serializer),
        Err(_) => Err(S::Error::custom("not a JSON number")),
    }
}

/// Writes members in order, doubled keys included.
pub(crate) fn write_members<'a, S: Serializer>(
    members: impl ExactSizeIterator<Item = (&'a str, &'a RawValue)>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(members.len()))?;
    for (key, value) in members {
        map.serialize_entry(key, value)?;
    }
    map.end()
}

/// The members of an object in the order written, doubled keys included. Keys without escapes are borrowed.
#[derive(Debug)]
pub(crate) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    pub(crate) fn of(object: &'a str) -> Result<Vec<(Cow<'a, str>, &'a RawValue)>, String> {
        serde_json::from_str::<Members<'a>>(object)
            .map(|members| members.0)
            .map_err(|_| "an object that cannot be read".to_owned())
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Key(key), value)) = map.next_entry()? {
                    members.push((key, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// The member's value: the last one where the key is doubled, as JSON readers commonly have it.
pub(crate) fn member<'a>(
    members: &[(Cow<'_, str>, &'a RawValue)],
    key: &str,
) -> Option<&'a RawValue> {
    members
        .iter()
        .rev()
        .find(|(name, _)| name == key)
        .map(|(_, value)| *value)
}

/// The elements of an array.
pub(crate) fn elements(array: &str) -> Result<Vec<&RawValue>, String> {
    serde_json::from_str(array).map_err(|_| "an array that cannot be read".to_owned())
}

/// A value as JSON text. Only a `Serialize` implementation that fails yields null.
pub(crate) fn to_raw<T: Serialize + ?Sized>(value: &T) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
