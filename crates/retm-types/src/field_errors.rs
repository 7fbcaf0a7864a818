//! What is wrong with a request, field by field.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::{self, Token};

/// The server's complaints about a request: Laravel's `errors`.
///
/// On the wire an object of messages by field (`{"customer.phone": ["…"]}`, or one message per field; objects in it are nested
/// fields), an array of messages without a field or of objects that describe an error (`{"title", "detail", "source"}`), an
/// empty array or null. It never fails to decode: what holds no message is kept and written back, too.
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

    /// Returns `true` if there are no messages.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// The number of messages.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// What was received.
    pub fn raw(&self) -> &RawValue {
        &self.raw
    }

    fn read(raw: Box<RawValue>) -> Self {
        let mut messages = Vec::new();
        collect(None, &raw, &mut messages, 0);
        Self { raw, messages }
    }
}

type Messages = Vec<(Option<String>, String)>;

/// How deep messages may stand in arrays and objects.
const DEEPEST: u32 = 6;

/// Takes a message, an array of them, an object of them by field, or one object that describes an error.
fn collect(field: Option<&str>, value: &RawValue, messages: &mut Messages, depth: u32) {
    if depth > DEEPEST {
        return;
    }
    match Token::new(value.get()) {
        Ok(Token::Text(text)) => messages.push((field.map(str::to_owned), text.into_owned())),
        Ok(Token::Array(array)) => {
            for element in json::elements(array).unwrap_or_default() {
                collect(field, element, messages, depth + 1);
            }
        }
        Ok(Token::Object(object)) => {
            let members = json::Members::of(object).unwrap_or_default();
            if let Some(reason) = described(&members) {
                let named = named(&members).or_else(|| field.map(str::to_owned));
                messages.push((named, reason));
                return;
            }
            for (name, value) in members {
                let name = match field {
                    Some(outer) => format!("{outer}.{name}"),
                    None => name.into_owned(),
                };
                collect(Some(&name), value, messages, depth + 1);
            }
        }
        _ => {}
    }
}

type Members<'a> = [(Cow<'a, str>, &'a RawValue)];

/// The members of an object that describes one error, as in JSON:API and RFC 9457; another one is an object by field.
const DESCRIBING: &[&str] = &[
    "code", "detail", "field", "id", "links", "message", "meta", "name", "path", "rule", "source",
    "status", "title", "type",
];

/// The reason of an object that describes one error.
fn described(members: &Members<'_>) -> Option<String> {
    let describes = members
        .iter()
        .all(|(name, _)| DESCRIBING.contains(&name.as_ref()));
    if !describes {
        return None;
    }
    let text = |name| text(json::member(members, name)?);
    let marked = ["code", "source", "status"];
    let marked = marked
        .iter()
        .any(|name| json::member(members, name).is_some());
    text("detail")
        .or_else(|| text("message"))
        .or_else(|| text("title").filter(|_| marked))
}

/// The field that such an object is about.
fn named(members: &Members<'_>) -> Option<String> {
    let field = ["field", "path", "name"];
    let field = field
        .iter()
        .find_map(|name| text(json::member(members, name)?));
    field.or_else(|| {
        let source = Token::new(json::member(members, "source")?.get()).ok()?;
        let Token::Object(source) = source else {
            return None;
        };
        let source = json::Members::of(source).ok()?;
        let names = ["pointer", "parameter"];
        names
            .iter()
            .find_map(|name| text(json::member(&source, name)?))
    })
}

fn text(value: &RawValue) -> Option<String> {
    match Token::new(value.get()) {
        Ok(Token::Text(text)) if !text.trim().is_empty() => Some(text.into_owned()),
        _ => None,
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
            ("[[\"nested\"],\"x\"]", &[(None, "nested"), (None, "x")]),
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

    /// Seen: the reason of such a 422 was not said.
    #[test]
    fn objects_that_describe_an_error_are_read() {
        let cases: [(&str, &[Message]); 6] = [
            (
                r#"[{"title":"Invalid","detail":"name is required"}]"#,
                &[(None, "name is required")],
            ),
            (
                r#"[{"status":"422","title":"Too long","source":{"pointer":"/value"}}]"#,
                &[(Some("/value"), "Too long")],
            ),
            (
                r#"[{"field":"phone","message":"is odd","code":7}]"#,
                &[(Some("phone"), "is odd")],
            ),
            (
                r#"{"phone":{"code":"E7","message":"is odd"}}"#,
                &[(Some("phone"), "is odd")],
            ),
            (
                r#"{"customer":{"phone":["is odd"]}}"#,
                &[(Some("customer.phone"), "is odd")],
            ),
            // A field of that name, not a description.
            (
                r#"{"title":["is required"]}"#,
                &[(Some("title"), "is required")],
            ),
        ];
        for (json, expected) in cases {
            let errors: FieldErrors = serde_json::from_str(json).unwrap();
            assert_eq!(errors.iter().collect::<Vec<_>>(), expected, "{json}");
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
