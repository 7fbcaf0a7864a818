//! Reading JSON without losing how it was written.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Json;

/// Deeper nesting is refused, as serde_json does for its own types.
const DEEPEST: usize = 128;

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JsonError {
    #[error("it is empty")]
    Empty,
    #[error("it is cut short (line {line}, column {column})")]
    Truncated { line: usize, column: usize },
    #[error("it is not JSON (line {line}, column {column})")]
    Syntax { line: usize, column: usize },
    #[error("a string in it has an escape that stands for no character")]
    Escape,
    #[error("it is nested more than {DEEPEST} deep")]
    TooDeep,
}

impl Json {
    /// Reads one JSON value.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        if bytes.trim_ascii().is_empty() {
            return Err(JsonError::Empty);
        }
        let raw: &RawValue = serde_json::from_slice(bytes).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            if error.is_eof() {
                JsonError::Truncated { line, column }
            } else {
                JsonError::Syntax { line, column }
            }
        })?;
        read(raw, 0)
    }

    /// The value as it goes over the wire.
    pub(crate) fn of<T: serde::Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        let bytes = serde_json::to_vec(value)?;
        Self::parse(&bytes).map_err(serde::ser::Error::custom)
    }
}

fn read(raw: &RawValue, depth: usize) -> Result<Json, JsonError> {
    if depth > DEEPEST {
        return Err(JsonError::TooDeep);
    }
    let text = raw.get();
    Ok(match text.as_bytes().first() {
        Some(b'{') => {
            let members: Members<'_> = inner(text)?;
            let members = members
                .0
                .into_iter()
                .map(|(key, value)| Ok((key, read(value, depth + 1)?)));
            Json::Object(members.collect::<Result<_, JsonError>>()?)
        }
        Some(b'[') => {
            let elements: Vec<&RawValue> = inner(text)?;
            Json::Array(
                elements
                    .into_iter()
                    .map(|element| read(element, depth + 1))
                    .collect::<Result<_, _>>()?,
            )
        }
        Some(b'"') => Json::Text(inner(text)?),
        Some(b't') => Json::Bool(true),
        Some(b'f') => Json::Bool(false),
        Some(b'n') => Json::Null,
        _ => Json::Number(text.to_owned()),
    })
}

/// What has been scanned once fails for its strings only.
fn inner<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, JsonError> {
    serde_json::from_str(text).map_err(|_| JsonError::Escape)
}

/// The members of an object as written.
struct Members<'a>(Vec<(String, &'a RawValue)>);

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
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_doubled_keys_and_digits_are_kept() {
        let json =
            Json::parse(r#" {"b": 1.50, "a": [null, true], "b": "\u0041"} "#.as_bytes()).unwrap();
        let expected = Json::Object(vec![
            ("b".to_owned(), Json::Number("1.50".to_owned())),
            (
                "a".to_owned(),
                Json::Array(vec![Json::Null, Json::Bool(true)]),
            ),
            ("b".to_owned(), Json::Text("A".to_owned())),
        ]);
        assert_eq!(json, expected);
        assert_eq!(json.get("b").and_then(Json::as_text), Some("A"));
    }

    #[test]
    fn what_is_not_json_is_told_apart() {
        assert_eq!(Json::parse(b" \n"), Err(JsonError::Empty));
        assert_eq!(
            Json::parse(b"[1,"),
            Err(JsonError::Truncated { line: 1, column: 3 })
        );
        assert_eq!(
            Json::parse(b"[1,\n}"),
            Err(JsonError::Syntax { line: 2, column: 1 })
        );
        assert_eq!(
            Json::parse(b"[1] 2"),
            Err(JsonError::Syntax { line: 1, column: 5 })
        );
        assert_eq!(Json::parse(br#"["\ud800"]"#), Err(JsonError::Escape));
        assert!(matches!(
            Json::parse(b"\"\xff\""),
            Err(JsonError::Syntax { .. })
        ));
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(Json::parse(deep.as_bytes()), Err(JsonError::TooDeep));
    }
}
