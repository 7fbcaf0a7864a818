//! Members that a value received had and its type does not.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::json::{self, Token};

/// A member that the spec does not have, from [`extra_members`].
///
/// `Debug` shows the pointer, never the value: it may hold a person's data.
#[derive(Clone)]
pub struct ExtraMember {
    pointer: String,
    value: Box<RawValue>,
}

impl ExtraMember {
    /// Where it stands: a JSON pointer into what was received.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Its value as received.
    pub fn value(&self) -> &RawValue {
        &self.value
    }
}

impl std::fmt::Debug for ExtraMember {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExtraMember")
            .field("pointer", &self.pointer)
            .finish_non_exhaustive()
    }
}

/// The members of a JSON value that the value decoded from it lacks when it is encoded again: those that the spec does not have,
/// and those that did not fit. A member that is null is none.
///
/// Costs an encoding and a walk over both texts.
pub fn extra_members(received: &RawValue, decoded: &impl Serialize) -> Vec<ExtraMember> {
    let mut found = Vec::new();
    if let Ok(encoded) = serde_json::value::to_raw_value(decoded) {
        walk(received, &encoded, &mut String::new(), &mut found);
    }
    found
}

fn walk(received: &RawValue, encoded: &RawValue, at: &mut String, found: &mut Vec<ExtraMember>) {
    let tokens = (Token::new(received.get()), Token::new(encoded.get()));
    match tokens {
        (Ok(Token::Object(received)), Ok(Token::Object(encoded))) => {
            let (Ok(received), Ok(encoded)) =
                (json::Members::of(received), json::Members::of(encoded))
            else {
                return;
            };
            for (name, value) in &received {
                step(
                    at,
                    &name.replace('~', "~0").replace('/', "~1"),
                    |at| match json::member(&encoded, name) {
                        Some(encoded) => walk(value, encoded, at, found),
                        None if value.get() == "null" => {}
                        None => found.push(ExtraMember {
                            pointer: at.clone(),
                            value: (*value).to_owned(),
                        }),
                    },
                );
            }
        }
        (Ok(Token::Array(received)), Ok(Token::Array(encoded))) => {
            let (Ok(received), Ok(encoded)) = (json::elements(received), json::elements(encoded))
            else {
                return;
            };
            for (index, (received, encoded)) in received.into_iter().zip(encoded).enumerate() {
                step(at, &index.to_string(), |at| {
                    walk(received, encoded, at, found)
                });
            }
        }
        _ => {}
    }
}

/// Goes down into a member or element and comes back.
fn step(at: &mut String, name: &str, inside: impl FnOnce(&mut String)) {
    let length = at.len();
    at.push('/');
    at.push_str(name);
    inside(at);
    at.truncate(length);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Product, decode};

    #[test]
    fn members_that_the_spec_lacks_are_found_with_their_values() {
        let json = r#"{"id": "1", "colour": "red", "gone": null, "a/b": {"x": [1.10]},
            "variations": [{"id": "2"}, {"id": "3", "weight": 7}], "price": "1.00"}"#;
        let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
        let product: Product = decode(json.as_bytes()).unwrap();
        let found = extra_members(&raw, &product);
        let found: Vec<_> = found
            .iter()
            .map(|extra| (extra.pointer(), extra.value().get()))
            .collect();
        assert_eq!(
            found,
            [
                ("/colour", "\"red\""),
                ("/a~1b", r#"{"x": [1.10]}"#),
                ("/variations/1/weight", "7"),
            ]
        );
    }

    #[test]
    fn debug_shows_no_value() {
        let raw: Box<RawValue> = serde_json::from_str(r#"{"phone2": "hush"}"#).unwrap();
        let shown = format!("{:?}", extra_members(&raw, &Product::default()));
        assert!(
            shown.contains("/phone2") && !shown.contains("hush"),
            "{shown}"
        );
    }
}
