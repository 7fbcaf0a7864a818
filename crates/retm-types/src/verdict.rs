//! What an answer says about itself: that it succeeded, that it failed, and in which words.
//!
//! Laravel APIs and gateways answer a failed request with status 200 and say so in the body. This is the one place that knows
//! the words. All of them are assumed: no failed answer of the API is published.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::json::{self, Token};

/// Whether an answer says that the request succeeded.
///
/// | says success | says failure |
/// |---|---|
/// | `success`: true, 1 | `success`: false, 0 |
/// | `status`: true, "success", "ok", "created", 200, 201 | `status`: false, "error", "fail", "failed", 400 to 599 |
/// | | `error` or `errors`: anything but null, false, 0, and an empty text, array or object |
///
/// Texts are compared without regard to case, and a number may be written as a text. Another `status`, such as an order's own
/// 1 to 5, says nothing. `success`, `error` and `errors` also count under `data`, `order` and `data.order`; `status` there is
/// that of the object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It says that the request succeeded.
    Success,
    /// It says that the request failed.
    Failure,
    /// It says both, so it can be relied on for neither.
    Both,
    /// It says nothing of it, or is not a JSON object.
    #[default]
    Silent,
}

impl Verdict {
    /// Reads a body. One that is not JSON, or neither an object nor an array of one object, says nothing.
    pub fn of(body: &[u8]) -> Self {
        Answer::read(body).map_or(Self::Silent, |answer| answer.verdict())
    }

    /// Returns `true` if there is a word of failure, whatever else there is.
    pub fn has_failure(self) -> bool {
        matches!(self, Self::Failure | Self::Both)
    }

    /// Returns `true` if there is a word of success, whatever else there is.
    pub fn has_success(self) -> bool {
        matches!(self, Self::Success | Self::Both)
    }

    pub(crate) fn new(success: bool, failure: bool) -> Self {
        match (success, failure) {
            (true, true) => Self::Both,
            (true, false) => Self::Success,
            (false, true) => Self::Failure,
            (false, false) => Self::Silent,
        }
    }
}

/// The server's own words in a body, for people: from `message`, `error_description`, `error` or `errors`. They may repeat a
/// person's data.
pub fn server_message(body: &[u8]) -> Option<String> {
    Answer::read(body)?.message()
}

type Members<'a> = Vec<(Cow<'a, str>, &'a RawValue)>;

/// An answer's objects: the top one first, then `data`, `order`, `data.order`.
pub(crate) struct Answer<'a>(Vec<Members<'a>>);

impl<'a> Answer<'a> {
    /// `None` unless the body is an object, or an array of one object.
    pub(crate) fn read(body: &'a [u8]) -> Option<Self> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        Self::of(serde_json::from_slice::<&RawValue>(body).ok()?)
    }

    pub(crate) fn of(value: &'a RawValue) -> Option<Self> {
        let top = object(value)?;
        let inner = |members: &Members<'a>, name| object(json::member(members, name)?);
        let data = inner(&top, "data");
        let order = inner(&top, "order");
        let nested = data.as_ref().and_then(|data| inner(data, "order"));
        let objects = [Some(top), data, order, nested];
        Some(Self(objects.into_iter().flatten().collect()))
    }

    /// An object alone, without what stands in it.
    pub(crate) fn of_members(members: &[(Cow<'a, str>, &'a RawValue)]) -> Self {
        Self(vec![members.to_vec()])
    }

    /// The value of a member, from the first object that has it in a usable form.
    pub(crate) fn find<T>(&self, name: &str, read: impl Fn(Token<'a>) -> Option<T>) -> Option<T> {
        let values = self
            .0
            .iter()
            .filter_map(|object| json::member(object, name));
        values
            .filter_map(|value| Token::new(value.get()).ok())
            .find_map(read)
    }

    pub(crate) fn verdict(&self) -> Verdict {
        let (mut success, mut failure) = (false, false);
        for (depth, object) in self.0.iter().enumerate() {
            let token = |name| Token::new(json::member(object, name)?.get()).ok();
            match token("success").as_ref().and_then(truth) {
                Some(true) => success = true,
                Some(false) => failure = true,
                None => {}
            }
            failure |= ["error", "errors"]
                .iter()
                .any(|name| token(name).is_some_and(|value| is_something(&value)));
            if depth == 0 {
                match token("status").as_ref().and_then(status) {
                    Some(true) => success = true,
                    Some(false) => failure = true,
                    None => {}
                }
            }
        }
        Verdict::new(success, failure)
    }

    pub(crate) fn message(&self) -> Option<String> {
        ["message", "error_description", "error", "errors", "msg"]
            .iter()
            .find_map(|name| self.find(name, |token| words(&token, 0)))
    }
}

/// The members of an object, or of the only element of an array.
fn object(value: &RawValue) -> Option<Members<'_>> {
    match Token::new(value.get()).ok()? {
        Token::Object(object) => json::Members::of(object).ok(),
        Token::Array(array) => match json::elements(array).ok()?.as_slice() {
            [one] => match Token::new(one.get()).ok()? {
                Token::Object(object) => json::Members::of(object).ok(),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn truth(value: &Token<'_>) -> Option<bool> {
    match value {
        Token::Bool(value) => Some(*value),
        Token::Number("1") => Some(true),
        Token::Number("0") => Some(false),
        Token::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn status(value: &Token<'_>) -> Option<bool> {
    let text: &str = match value {
        Token::Bool(value) => return Some(*value),
        Token::Number(number) => number,
        Token::Text(text) => text.trim(),
        _ => return None,
    };
    match text.to_ascii_lowercase().as_str() {
        "success" | "ok" | "created" | "true" | "200" | "201" => Some(true),
        "error" | "fail" | "failed" | "false" => Some(false),
        code => match code.parse::<u16>() {
            Ok(400..=599) => Some(false),
            _ => None,
        },
    }
}

/// Whether an `error` is one.
fn is_something(value: &Token<'_>) -> bool {
    let is_empty = |inside: &str| inside.get(1..inside.len() - 1).is_some_and(is_blank);
    match value {
        Token::Null | Token::Bool(false) => false,
        Token::Bool(true) => true,
        Token::Number(number) => number.parse::<f64>() != Ok(0.0),
        Token::Text(text) => !matches!(text.trim(), "" | "0" | "false" | "null"),
        Token::Array(json) | Token::Object(json) => !is_empty(json),
    }
}

fn is_blank(text: &str) -> bool {
    text.trim_ascii().is_empty()
}

/// How deep words may stand in arrays and objects of `errors`.
const DEEPEST: u32 = 4;

/// The first text of a value; of an object that of its telling members, else of any.
fn words(value: &Token<'_>, depth: u32) -> Option<String> {
    if depth > DEEPEST {
        return None;
    }
    let inside = |value: &RawValue| words(&Token::new(value.get()).ok()?, depth + 1);
    match value {
        Token::Text(text) if !is_blank(text) => Some(text.trim().to_owned()),
        Token::Array(json) => json::elements(json).ok()?.into_iter().find_map(inside),
        Token::Object(json) => {
            let members = json::Members::of(json).ok()?;
            ["message", "detail", "title", "description"]
                .iter()
                .find_map(|name| json::member(&members, name).and_then(inside))
                .or_else(|| members.iter().find_map(|(_, value)| inside(value)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Both, Failure, Silent, Success};
    use super::*;

    #[test]
    fn the_words_of_success_and_of_failure() {
        for (verdict, bodies) in [
            (
                Success,
                &[
                    r#"{"success":true}"#,
                    r#"{"success":1}"#,
                    r#"{"success":"true"}"#,
                    r#"{"status":true}"#,
                    r#"{"status":"Success"}"#,
                    r#"{"status":"ok"}"#,
                    r#"{"status":"created","errors":[]}"#,
                    r#"{"status":200,"error":null}"#,
                    r#"{"status":"201","error":false}"#,
                    r#"{"data":{"success":true}}"#,
                    r#"[{"success":true}]"#,
                    "\u{feff}{\"success\":true}",
                ][..],
            ),
            (
                Failure,
                &[
                    r#"{"success":false,"message":"The branch is closed"}"#,
                    r#"{"success":0}"#,
                    r#"{"success":"0"}"#,
                    r#"{"status":false}"#,
                    r#"{"status":"error"}"#,
                    r#"{"status":"FAILED"}"#,
                    r#"{"status":422,"errors":{"branch":["closed"]}}"#,
                    r#"{"status":"503"}"#,
                    r#"{"error":"no"}"#,
                    r#"{"error":{"code":7}}"#,
                    r#"{"errors":["no"]}"#,
                    r#"{"data":{"errors":["no"]}}"#,
                    r#"{"order":{"success":false}}"#,
                ],
            ),
            (
                Both,
                &[
                    r#"{"success":true,"errors":["no"]}"#,
                    r#"{"success":false,"status":"ok"}"#,
                    r#"{"status":200,"data":{"success":false}}"#,
                ],
            ),
            (
                Silent,
                &[
                    "{}",
                    "[]",
                    "null",
                    "7",
                    "",
                    "<html>",
                    r#"{"success":false"#,
                    r#"{"status":1}"#,
                    r#"{"status":"5"}"#,
                    r#"{"status":302}"#,
                    r#"{"data":{"status":false}}"#,
                    r#"{"error":null,"errors":[]}"#,
                    r#"{"error":"","errors":{ }}"#,
                    r#"{"error":0,"errors":"0"}"#,
                    r#"{"message":"Unauthenticated."}"#,
                    r#"[{"success":true},{"success":true}]"#,
                ],
            ),
        ] {
            for body in bodies {
                assert_eq!(Verdict::of(body.as_bytes()), verdict, "{body}");
            }
        }
    }

    #[test]
    fn the_servers_words_are_found_wherever_they_stand() {
        for (body, said) in [
            (r#"{"message":"closed","error":"x"}"#, Some("closed")),
            (r#"{"message":" ","error":"x"}"#, Some("x")),
            (
                r#"{"error":{"code":"E7","message":"closed"}}"#,
                Some("closed"),
            ),
            (r#"{"errors":{"branch":["is closed"]}}"#, Some("is closed")),
            (
                r#"{"errors":[{"title":"Bad","detail":"closed"}]}"#,
                Some("closed"),
            ),
            (r#"{"data":{"message":"closed"}}"#, Some("closed")),
            (r#"{"success":false}"#, None),
            ("<html>", None),
        ] {
            assert_eq!(server_message(body.as_bytes()).as_deref(), said, "{body}");
        }
    }
}
