//! YAML in which no key stands twice: of two, a reader would take one in silence.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// A document; reading it fails if a key of a mapping stands twice.
pub(crate) struct Unique(pub(crate) Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Document)
    }
}

struct Document;

impl<'de> Visitor<'de> for Document {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Unique, E> {
        Ok(Unique(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Unique, E> {
        Ok(Unique(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Unique, E> {
        Ok(Unique(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Unique, E> {
        Ok(Unique(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Unique, E> {
        Ok(Unique(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Unique, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_none<E>(self) -> Result<Unique, E> {
        Ok(Unique(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Unique, A::Error> {
        let mut values = Vec::new();
        while let Some(Unique(value)) = access.next_element()? {
            values.push(value);
        }
        Ok(Unique(values.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Unique, A::Error> {
        let mut members = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let Unique(value) = access.next_value()?;
            if members.contains_key(&key) {
                return Err(A::Error::custom(format_args!(
                    "the key `{key}` stands twice"
                )));
            }
            members.insert(key, value);
        }
        Ok(Unique(members.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::Unique;

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        for (yaml, key) in [
            ("a: 1\nb: 2\na: 3\n", "a"),
            ("x:\n  - { y: { z: 1, z: 1 } }\n", "z"),
        ] {
            let error = serde_norway::from_str::<Unique>(yaml).err().unwrap();
            let text = error.to_string();
            assert!(
                text.contains(&format!("the key `{key}` stands twice")),
                "{text}"
            );
        }
    }

    #[test]
    fn anything_else_is_read_as_it_would_be() {
        let yaml = "a: [1, -2, 1.5, true, null, 'x', ~]\nb: { a: {}, c: [] }\n'200': 2026-01-01\n";
        let Unique(value) = serde_norway::from_str(yaml).unwrap();
        let plain: serde_json::Value = serde_norway::from_str(yaml).unwrap();
        assert_eq!(value, plain);
    }
}
