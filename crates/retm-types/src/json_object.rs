//! Free JSON objects.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::DecodeError;
use crate::decode::decode_str;
use crate::json::{self, Token};

/// A JSON object whose members are the sender's choice. They are kept as written, in their order.
///
/// The API writes an empty object as an empty array or null, too; the form is kept and written back. `Debug` shows the names
/// of the members only.
#[derive(Clone, Default)]
pub struct JsonObject {
    members: Vec<(String, Box<RawValue>)>,
    /// What stands on the wire while there are no members.
    empty: Empty,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Empty {
    #[default]
    Object,
    Array,
    Null,
}

impl JsonObject {
    /// An object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a member; the last one where a name is doubled.
    pub fn get(&self, name: &str) -> Option<&RawValue> {
        self.members
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| &**value)
    }

    /// The text of a member that is a string.
    pub fn get_str(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    /// Sets a member to a value that was serialised already; [`RawValue`] and `serde_json::value::to_raw_value` make one.
    pub fn insert(&mut self, name: impl Into<String>, value: Box<RawValue>) {
        let name = name.into();
        match self.members.iter_mut().rev().find(|(key, _)| *key == name) {
            Some((_, old)) => *old = value,
            None => self.members.push((name, value)),
        }
    }

    /// Sets a member to a text.
    pub fn insert_str(&mut self, name: impl Into<String>, text: &str) {
        self.insert(name, json::to_raw(text));
    }

    /// The members in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &RawValue)> {
        self.members
            .iter()
            .map(|(name, value)| (name.as_str(), &**value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Decodes the object into a type of the caller's.
    ///
    /// # Errors
    ///
    /// Where the object has another shape; the error names the member.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        let object = json::to_raw(&AsObject(self));
        decode_str(object.get())
    }

    pub(crate) fn from_token(token: &Token<'_>) -> Result<Self, String> {
        let none = |empty| Self {
            members: Vec::new(),
            empty,
        };
        match token {
            Token::Null => Ok(none(Empty::Null)),
            Token::Array(array) if json::elements(array)?.is_empty() => Ok(none(Empty::Array)),
            Token::Array(_) => Err("expected an object, found an array with elements".to_owned()),
            Token::Object(object) => Ok(json::Members::of(object)?
                .into_iter()
                .map(|(name, value)| (name, value.to_owned()))
                .collect()),
            other => Err(other.unexpected("an object")),
        }
    }
}

/// An object on the wire, even where it is empty and was read in another form.
struct AsObject<'a>(&'a JsonObject);

impl Serialize for AsObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json::write_members(self.0.iter(), serializer)
    }
}

impl<K: Into<String>> FromIterator<(K, Box<RawValue>)> for JsonObject {
    fn from_iter<I: IntoIterator<Item = (K, Box<RawValue>)>>(members: I) -> Self {
        Self {
            members: members
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
            empty: Empty::Object,
        }
    }
}

impl fmt::Debug for JsonObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.members.iter().map(|(name, _)| name))
            .finish()
    }
}

impl PartialEq for JsonObject {
    /// By the text of the members, in their order. The forms of an empty object differ.
    fn eq(&self, other: &Self) -> bool {
        self.iter()
            .map(|(name, value)| (name, value.get()))
            .eq(other.iter().map(|(name, value)| (name, value.get())))
            && (!self.is_empty() || self.empty == other.empty)
    }
}

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::read(deserializer, |token| Self::from_token(&token))
    }
}

impl Serialize for JsonObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.empty {
            Empty::Array if self.is_empty() => serializer.serialize_seq(Some(0))?.end(),
            Empty::Null if self.is_empty() => serializer.serialize_unit(),
            _ => AsObject(self).serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::JsonObject;

    fn read(json: &str) -> JsonObject {
        let object: JsonObject = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&object).unwrap(), json);
        object
    }

    #[test]
    fn members_are_kept_as_written() {
        let object = read("{\"b\":1.10,\"a\":\"x\\n\",\"b\":[ 2 ]}");
        assert_eq!(object.len(), 3);
        assert_eq!(object.get("b").map(|value| value.get()), Some("[ 2 ]"));
        assert_eq!(object.get_str("a").as_deref(), Some("x\n"));
        assert_eq!(object.get_str("b"), None);
        assert_eq!(format!("{object:?}"), "{\"b\", \"a\", \"b\"}");
    }

    #[test]
    fn an_empty_one_keeps_its_form() {
        for json in ["{}", "[]", "null"] {
            let mut object = read(json);
            assert!(object.is_empty());
            assert_eq!(object.decode::<BTreeMap<String, u8>>(), Ok(BTreeMap::new()));
            object.insert_str("shop", "a\"b");
            assert_eq!(
                serde_json::to_string(&object).unwrap(),
                "{\"shop\":\"a\\\"b\"}"
            );
        }
        assert_ne!(read("{}"), read("[]"));
        assert!(serde_json::from_str::<JsonObject>("[1]").is_err());
    }

    #[test]
    fn decodes_into_a_type() {
        let object = read("{\"a\":1,\"b\":2}");
        assert_eq!(
            object.decode::<BTreeMap<String, u8>>().unwrap().get("b"),
            Some(&2)
        );
        let error = object.decode::<BTreeMap<String, bool>>().unwrap_err();
        assert_eq!(
            (error.path(), error.reason()),
            ("a", "invalid type: integer, expected a boolean")
        );
    }
}
