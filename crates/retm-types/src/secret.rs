//! Credentials, codes and tokens.

use std::fmt;

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// A client secret, an authorization code or a token.
///
/// `Debug` shows `[redacted]` whatever it holds, there is no `Display`, and the memory is wiped when it is dropped. It is a
/// plain JSON string on the wire: serialising one writes the secret. The comparison takes no care of timing; do not
/// authenticate a caller with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the secret over. Copies the caller keeps are the caller's to wipe.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }

    /// The secret itself. Not for logs, errors or names of metrics.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self::new(secret)
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self::new(secret)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not `deserialize_str`: there the deserializer itself would make the error, and quote what it found.
        deserializer.deserialize_any(Text)
    }
}

struct Text;

impl Text {
    fn other<T, E: serde::de::Error>(kind: &str) -> Result<T, E> {
        Err(E::custom(format_args!("expected a string, found {kind}")))
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, secret: &str) -> Result<Secret, E> {
        Ok(Secret::new(secret))
    }

    fn visit_string<E>(self, secret: String) -> Result<Secret, E> {
        Ok(Secret::new(secret))
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Secret, E> {
        Self::other("a boolean")
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Secret, E> {
        Self::other("a number")
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Secret, E> {
        Self::other("a number")
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Secret, E> {
        Self::other("a number")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Secret, E> {
        Self::other("null")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Secret, A::Error> {
        Self::other("an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Secret, A::Error> {
        // With serde_json's `arbitrary_precision` a number arrives as a map, too.
        Err(A::Error::custom(
            "expected a string, found an object or a number",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn is_redacted_whatever_it_holds() {
        for secret in ["", "s", "a much longer secret"] {
            assert_eq!(format!("{:?}", Secret::from(secret)), "[redacted]");
            assert_eq!(
                format!("{:#?}", Some(Secret::from(secret))),
                "Some(\n    [redacted],\n)"
            );
        }
    }

    #[test]
    fn goes_on_the_wire_as_it_is() {
        let secret: Secret = serde_json::from_str("\"a\\n\\u00e9\"").unwrap();
        assert_eq!(secret.expose(), "a\né");
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"a\\né\"");
        assert!(!secret.is_empty());
    }

    #[test]
    fn another_kind_is_refused_without_showing_it() {
        for (json, kind) in [
            ("12345678", "a number"),
            ("-1", "a number"),
            ("true", "a boolean"),
            ("null", "null"),
            ("[\"hush\"]", "an array"),
            ("{\"hush\":1}", "an object or a number"),
        ] {
            let error = serde_json::from_str::<Secret>(json)
                .unwrap_err()
                .to_string();
            assert!(
                error.starts_with(&format!("expected a string, found {kind}")),
                "{error}"
            );
            assert!(!error.contains("hush") && !error.contains("12345678"));
        }
    }
}
