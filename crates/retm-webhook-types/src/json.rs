//! From bytes to one JSON object.

use retm_types::DecodeError;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::{ParseError, ParseErrorKind};

/// Reads the body as the schema of that name. A byte order mark is skipped.
pub(crate) fn decode<T: DeserializeOwned>(
    schema: &'static str,
    body: &[u8],
) -> Result<T, ParseError> {
    let json = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    // A derived struct would also read an array, member by member.
    match json.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => retm_types::decode(json).map_err(|error| explain(schema, &error, body)),
        Some(first) => Err(not_an_object(schema, *first, json, body)),
        None => Err(ParseError::new(
            schema,
            ParseErrorKind::Empty,
            "the body is empty",
            body,
        )),
    }
}

fn not_an_object(schema: &'static str, first: u8, json: &[u8], body: &[u8]) -> ParseError {
    match retm_types::decode::<IgnoredAny>(json) {
        Err(error) => explain(schema, &error, body),
        Ok(_) => {
            let found = match first {
                b'[' => "an array",
                b'"' => "a string",
                b't' | b'f' => "a boolean",
                b'n' => "null",
                _ => "a number",
            };
            let reason = format!("expected an object, found {found}");
            ParseError::new(schema, ParseErrorKind::NotAnObject, reason, body)
        }
    }
}

fn explain(schema: &'static str, error: &DecodeError, body: &[u8]) -> ParseError {
    let (kind, reason) = if error.is_truncated() {
        (
            ParseErrorKind::Truncated,
            "the body ends in the middle of the JSON".to_owned(),
        )
    } else if error.is_data() {
        return member(schema, error, body);
    } else {
        let reason = format!("the body is not JSON: {}", error.reason());
        (ParseErrorKind::NotJson, reason)
    };
    ParseError::new(schema, kind, reason, body).on_line(error.line(), error.column())
}

/// An error about a member. One that is missing or doubled is named by the reason, with the path of its object.
fn member(schema: &'static str, error: &DecodeError, body: &[u8]) -> ParseError {
    let named = |prefix| {
        let name = error.reason().strip_prefix(prefix)?.strip_suffix('`')?;
        Some(match error.path() {
            "" => name.to_owned(),
            path if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
            path => format!("{path}.{name}"),
        })
    };
    let (path, reason) = if let Some(path) = named("missing field `") {
        (path, "missing".to_owned())
    } else if let Some(path) = named("duplicate field `") {
        (path, "there twice".to_owned())
    } else {
        (error.path().to_owned(), in_words_of_json(error.reason()))
    };
    ParseError::member(schema, path, reason, body).on_line(error.line(), error.column())
}

/// serde speaks of structs and sequences; whoever reads the message has JSON before them.
fn in_words_of_json(reason: &str) -> String {
    if reason.starts_with("invalid length") {
        // A derived struct tries to read an array by position.
        return "expected an object, found an array".to_owned();
    }
    let types = reason
        .strip_prefix("invalid type: ")
        .and_then(|rest| rest.split_once(", expected "));
    let Some((found, expected)) = types else {
        return reason.to_owned();
    };
    let found = match found {
        "string" => "a string",
        "integer" | "floating point" | "number" => "a number",
        "boolean" => "a boolean",
        "sequence" => "an array",
        "map" => "an object",
        other => other,
    };
    let expected = match expected {
        name if name.starts_with("struct ") => "an object",
        "i64" | "u64" => "an integer",
        other => other,
    };
    format!("expected {expected}, found {found}")
}

/// The bytes of a reply. Structs of texts and numbers, written to memory: this does not fail.
pub(crate) fn encode(reply: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(reply).unwrap_or_default()
}
