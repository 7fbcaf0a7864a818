//! Decoding JSON with errors that name the place and never repeat the payload.

use std::fmt;
use std::str::Utf8Error;

use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::bom::without_bom;
use crate::{pass, repair};

/// Decodes JSON. A byte order mark before it is skipped. The error names the path of the member that did not fit and says
/// why, without repeating any value.
///
/// Strict: one member that does not fit fails its object; only an element of a list is set aside alone
/// ([`Items::broken`](crate::Items::broken)). For what comes in there is [`decode_repaired`](crate::decode_repaired).
///
/// # Errors
///
/// If the bytes are not UTF-8, not JSON, or JSON of another shape than `T` takes.
pub fn decode<T: DeserializeOwned>(json: &[u8]) -> Result<T, DecodeError> {
    decode_str(text(json)?)
}

/// The text of a body, without a byte order mark.
pub(crate) fn text(json: &[u8]) -> Result<&str, DecodeError> {
    let json = without_bom(json);
    // As text: in bytes, serde_json would look at each string by itself for what is no UTF-8.
    std::str::from_utf8(json).map_err(|error| DecodeError::not_utf8(json, error))
}

/// The same for a text.
pub(crate) fn decode_str<T: DeserializeOwned>(json: &str) -> Result<T, DecodeError> {
    if let Ok(value) = pass::quickly(|| serde_json::from_str(json)) {
        return Ok(value);
    }
    pass::thoroughly(|| serde_json::from_str(json))
        .map_err(|error| repair::explain(json, error, &probe::<T>))
}

/// Decodes and drops: whether a text fits is all that the repair asks of a type.
pub(crate) fn probe<T: DeserializeOwned>(json: &str) -> Result<(), serde_json::Error> {
    serde_json::from_str::<T>(json).map(drop)
}

/// Why a JSON text did not decode: the path of the member and the reason. Neither repeats a value of the payload, so it may
/// be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    path: String,
    reason: String,
    category: Category,
    is_utf8: bool,
    line: usize,
    column: usize,
}

impl DecodeError {
    pub(crate) fn new(path: String, reason: String, error: &serde_json::Error) -> Self {
        Self {
            path,
            reason,
            category: error.classify(),
            is_utf8: true,
            line: error.line(),
            column: error.column(),
        }
    }

    /// A text that ends within a character is cut off; one with a byte that belongs to none has another encoding.
    fn not_utf8(json: &[u8], error: Utf8Error) -> Self {
        let (before, _) = json
            .split_at_checked(error.valid_up_to())
            .unwrap_or_default();
        let (reason, category) = match error.error_len() {
            None => ("the text ends within a character", Category::Eof),
            Some(_) => ("not UTF-8", Category::Syntax),
        };
        let line_start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        Self {
            path: String::new(),
            reason: reason.to_owned(),
            category,
            is_utf8: category == Category::Eof,
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: before.len() - line_start + 1,
        }
    }

    /// The path of the member, such as `items[3].total`; empty if it is the whole text or the text is not JSON.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What did not fit, without the path.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The line, from 1; 0 where it is not known.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in bytes, from 1; 0 where it is not known.
    pub fn column(&self) -> usize {
        self.column
    }

    /// Whether the text ends too early. An empty body does, too.
    pub fn is_truncated(&self) -> bool {
        self.category == Category::Eof
    }

    /// Returns `true` if the text is not UTF-8, as JSON is: it has another encoding, such as windows-1256, or is compressed.
    /// [`is_syntax`](Self::is_syntax) is `true`, too.
    pub fn is_not_utf8(&self) -> bool {
        !self.is_utf8
    }

    /// Whether the text is not JSON at all, for a reason other than an early end.
    pub fn is_syntax(&self) -> bool {
        self.category == Category::Syntax
    }

    /// Whether the text is JSON of another shape than expected.
    pub fn is_data(&self) -> bool {
        self.category == Category::Data
    }

    /// Path and reason, without the position.
    pub(crate) fn place_and_reason(&self) -> String {
        if self.path.is_empty() {
            self.reason.clone()
        } else {
            format!("{}: {}", self.path, self.reason)
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place_and_reason())?;
        match self.line {
            0 => Ok(()),
            line => write!(f, " (line {line}, column {})", self.column),
        }
    }
}

impl std::error::Error for DecodeError {}

/// The message of a serde_json error without the position and without the values it repeats.
///
/// serde_json's own message quotes what it found (``invalid type: string "…"``), which may be a token or a telephone number.
/// What stands between quotes is taken out of other messages, too. The types of this crate repeat no values; a type of the
/// caller's whose message repeats one without quotes is beyond this.
pub fn masked_reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&position).unwrap_or(&message);
    match error.classify() {
        Category::Data => mask(message),
        // These messages are serde_json's own and quote its grammar only.
        Category::Io | Category::Syntax | Category::Eof => message.to_owned(),
    }
}

/// Takes the values out of a message made by serde or by a `Deserialize` implementation.
pub(crate) fn mask(message: &str) -> String {
    for start in [
        "invalid type",
        "invalid value",
        "unknown variant",
        "unknown field",
    ] {
        if let Some(found) = message.strip_prefix(start) {
            let found = found.trim_start_matches([':', ' ']);
            let Some((found, expected)) = found.rsplit_once(", expected ") else {
                return start.to_owned();
            };
            return match found.split(['"', '`']).next().map(str::trim) {
                None | Some("") => format!("{start}, expected {expected}"),
                Some(kind) => format!("{start}: {kind}, expected {expected}"),
            };
        }
    }
    mask_quoted(message)
}

/// Replaces what stands between quotes or backticks: the message of a type that is not ours may repeat a value there.
/// The name of a missing or doubled member stays: it is the schema's, not the payload's.
fn mask_quoted(message: &str) -> String {
    let Some((before, quoted)) = message
        .find(['"', '`'])
        .and_then(|start| message.split_at_checked(start))
    else {
        return message.to_owned();
    };
    if ["missing field ", "duplicate field "]
        .iter()
        .any(|ending| before.ends_with(ending))
        && let Some(name) = quoted
            .strip_prefix('`')
            .and_then(|rest| rest.strip_suffix('`'))
        && name.split("` or `").all(is_plain_name)
    {
        return message.to_owned();
    }
    let after = match quoted.rfind(['"', '`']) {
        Some(end) if end > 0 => quoted.get(end + 1..).unwrap_or_default(),
        _ => "",
    };
    format!("{before}[masked]{after}")
}

fn is_plain_name(name: &str) -> bool {
    name.chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::{decode, mask};

    #[test]
    fn values_are_taken_out_of_messages() {
        for (message, masked) in [
            (
                "invalid type: string \"x\", expected u8\", expected u8",
                "invalid type: string, expected u8",
            ),
            (
                "invalid type: integer `5512`, expected a string",
                "invalid type: integer, expected a string",
            ),
            (
                "invalid type: null, expected struct Line",
                "invalid type: null, expected struct Line",
            ),
            (
                "invalid value: floating point `5.5`, expected i8",
                "invalid value: floating point, expected i8",
            ),
            (
                "unknown variant `hush`, expected one of `a`, `b`",
                "unknown variant, expected one of `a`, `b`",
            ),
            ("unknown field `hush`, there are no fields", "unknown field"),
            ("missing field `order_id`", "missing field `order_id`"),
            (
                "customer: missing field `phone`",
                "customer: missing field `phone`",
            ),
            (
                "missing field `items` or `data`",
                "missing field `items` or `data`",
            ),
            ("missing field `a`, not `hush`", "missing field [masked]"),
            ("cannot read \"hu\"sh\" here", "cannot read [masked] here"),
            ("an unclosed \"hush", "an unclosed [masked]"),
            (
                "an empty string is no amount",
                "an empty string is no amount",
            ),
        ] {
            assert_eq!(mask(message), masked);
        }
    }

    #[test]
    fn a_text_that_is_cut_off_names_the_members_it_reached() {
        let error = decode::<crate::Invoice>(b"{\"status\": 1, \"no").unwrap_err();
        assert_eq!((error.path(), error.is_truncated()), ("", true));
    }

    #[test]
    fn place_and_reason_are_named() {
        let error = decode::<Vec<u8>>(b"[1,\n\"hush\"]").unwrap_err();
        assert_eq!(
            error.to_string(),
            "[1]: invalid type: string, expected u8 (line 2, column 6)"
        );
        assert_eq!((error.path(), error.line(), error.column()), ("[1]", 2, 6));
        assert!(error.is_data() && !error.is_syntax() && !error.is_truncated());

        let error = decode::<Vec<u8>>(b"[1] 2").unwrap_err();
        assert_eq!(error.to_string(), "trailing characters (line 1, column 5)");
        let error = decode::<Vec<u8>>(b"").unwrap_err();
        assert_eq!(
            error.to_string(),
            "EOF while parsing a value (line 1, column 0)"
        );
        let error = decode::<Vec<u8>>(b"[1;").unwrap_err();
        assert_eq!(error.reason(), "expected `,` or `]`");
    }
}
