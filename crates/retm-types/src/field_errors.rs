//! What is wrong with a request, field by field.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::{self, Token};

/// The server's complaints about a request: Laravel's `errors`.
///
/// On the wire an object of messages by field (`{"customer.phone": ["…"]}`, or one message per field), an array of messages
/// without a field, an empty array or null. It never fails to decode: what holds no message is kept and written back, too.
/// `Debug` shows the fields, not the messages, which may repeat a person's data.
#[derive(Clone)]
pub struct FieldErrors {
    raw: Box<RawValue>,
    messages: Vec<(Option<String>, String)>,
}

impl FieldErrors {
    /// No complaints, written as an empty array.
    pub fn none() -> Self {
        Self::without_fields([])
    }

    /// Messages by field, in this order. Messages of the same field go together.
    pub fn by_field<'a>(messages: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut fields: Vec<(String, Vec<&str>)> = Vec::new();
        for (field, message) in messages {
            match fields.iter_mut().find(|(known, _)| known == field) {
                Some((_, messages)) => messages.push(message),
                None => fields.push((field.to_owned(), vec![message])),
            }
        }
        let values: Vec<_> = fields
            .iter()
            .map(|(field, messages)| (field.as_str(), json::to_raw(messages)))
            .collect();
        Self::read(json::to_raw(&ByField(&values)))
    }

    /// Messages that name no field, written as an array.
    pub fn without_fields<'a>(messages: impl IntoIterator<Item = &'a str>) -> Self {
        Self::read(json::to_raw(&Vec::from_iter(messages)))
    }

    /// The messages, each with its field where it names one, in the order received. Names of nested fields have dots.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Option<&str>, &str)> {
        self.messages
            .iter()
            .map(|(field, message)| (field.as_deref(), message.as_str()))
    }

    /// The messages of one field.
    pub fn of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter()
            .filter(move |(named, _)| *named == Some(field))
            .map(|(_, message)| message)
    }

    /// Whether there are no messages.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// What was received.
    pub fn raw(&self) -> &RawValue {
        &self.raw
    }

    fn read(raw: Box<RawValue>) -> Self {
        let mut messages = Vec::new();
        if let Ok(Token::Object(object)) = Token::new(raw.get()) {
            for (field, value) in json::Members::of(object).unwrap_or_default() {
                collect(Some(&field), value, &mut messages);
            }
        } else {
            collect(None, &raw, &mut messages);
        }
        Self { raw, messages }
    }
}

/// Takes a message, or an array of them.
fn collect(field: Option<&str>, value: &RawValue, messages: &mut Vec<(Option<String>, String)>) {
    let mut push = |token| {
        if let Ok(Token::Text(text)) = token {
            messages.push((field.map(str::to_owned), text.into_owned()));
        }
    };
    match Token::new(value.get()) {
        Ok(Token::Array(array)) => json::elements(array)
            .unwrap_or_default()
            .into_iter()
            .for_each(|element| push(Token::new(element.get()))),
        token => push(token),
    }
}

struct ByField<'a>(&'a [(&'a str, Box<RawValue>)]);

impl Serialize for ByField<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json::write_members(
            self.0.iter().map(|(field, messages)| (*field, &**messages)),
            serializer,
        )
    }
}

impl Default for FieldErrors {
    fn default() -> Self {
        Self::none()
    }
}

impl fmt::Debug for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|(field, _)| field.unwrap_or("[no field]")))
            .finish()
    }
}

impl PartialEq for FieldErrors {
    /// By the text received.
    fn eq(&self, other: &Self) -> bool {
        self.raw.get() == other.raw.get()
    }
}

impl<'de> Deserialize<'de> for FieldErrors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::read)
    }
}

impl Serialize for FieldErrors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::FieldErrors;

    type Message = (Option<&'static str>, &'static str);

    #[test]
    fn every_form_is_read_and_kept() {
        let cases: [(&str, &[Message]); 10] = [
            (
                "{\"phone\":[\"is short\",\"is odd\"],\"total\":\"is low\"}",
                &[
                    (Some("phone"), "is short"),
                    (Some("phone"), "is odd"),
                    (Some("total"), "is low"),
                ],
            ),
            (
                "[\"merchant doesn't exist\"]",
                &[(None, "merchant doesn't exist")],
            ),
            ("\"no\"", &[(None, "no")]),
            ("[]", &[]),
            ("{}", &[]),
            ("null", &[]),
            (
                "{\"a\":[1,{\"b\":[]},\"c\"],\"d\":null}",
                &[(Some("a"), "c")],
            ),
            ("[[\"nested\"],\"x\"]", &[(None, "x")]),
            ("5", &[]),
            ("true", &[]),
        ];
        for (json, expected) in cases {
            let errors: FieldErrors = serde_json::from_str(json).unwrap();
            assert_eq!(errors.iter().collect::<Vec<_>>(), expected, "{json}");
            assert_eq!(
                (errors.len(), errors.is_empty()),
                (expected.len(), expected.is_empty())
            );
            assert_eq!(serde_json::to_string(&errors).unwrap(), json);
        }
    }

    #[test]
    fn what_is_made_goes_together_by_field() {
        let errors = FieldErrors::by_field([("a", "1"), ("b", "2"), ("a", "3")]);
        assert_eq!(errors.raw().get(), "{\"a\":[\"1\",\"3\"],\"b\":[\"2\"]}");
        assert_eq!(errors.of("a").collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(FieldErrors::none().raw().get(), "[]");
        assert_eq!(FieldErrors::without_fields(["x"]).raw().get(), "[\"x\"]");
    }

    #[test]
    fn debug_shows_fields_only() {
        let errors = FieldErrors::by_field([("phone", "0551234567 is taken")]);
        assert_eq!(format!("{errors:?}"), "[\"phone\"]");
    }
}
