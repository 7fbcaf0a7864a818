//! Decoding JSON with errors that name the place and never repeat the payload.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::pass;

/// Decodes JSON. The error names the path of the member that did not fit and says why, without repeating any value.
///
/// # Errors
///
/// Where the bytes are not JSON, or are JSON of another shape than `T` takes.
pub fn decode<T: DeserializeOwned>(json: &[u8]) -> Result<T, DecodeError> {
    // As text: in bytes, serde_json would look at each string by itself for what is no UTF-8.
    if let Ok(text) = std::str::from_utf8(json)
        && let Ok(decoded) = pass::quickly(|| serde_json::from_str(text))
    {
        return Ok(decoded);
    }
    pass::thoroughly(|| forgiving(json))
}

fn forgiving<T: DeserializeOwned>(json: &[u8]) -> Result<T, DecodeError> {
    serde_json::from_slice(json).map_err(|error| {
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let path = serde_path_to_error::deserialize::<_, T>(&mut deserializer)
            .err()
            .map(|error| error.path().to_string());
        DecodeError::new(path, &error)
    })
}

/// The same for text that serde_json has scanned already.
pub(crate) fn decode_str<T: DeserializeOwned>(json: &str) -> Result<T, DecodeError> {
    pass::quickly(|| serde_json::from_str(json))
        .or_else(|_| pass::thoroughly(|| serde_json::from_str(json)))
        .map_err(|_| explain::<T>(json))
}

/// Why a text does not decode, once it is known that it does not.
pub(crate) fn explain<T: DeserializeOwned>(json: &str) -> DecodeError {
    match pass::thoroughly(|| forgiving::<T>(json.as_bytes())) {
        Err(error) => error,
        Ok(_) => DecodeError {
            path: String::new(),
            reason: "decodes now and then only".to_owned(),
            category: Category::Data,
            line: 0,
            column: 0,
        },
    }
}

/// Why a JSON text did not decode: the path of the member and the reason. Neither repeats a value of the payload, so it may
/// be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    path: String,
    reason: String,
    category: Category,
    line: usize,
    column: usize,
}

impl DecodeError {
    pub(crate) fn new(path: Option<String>, error: &serde_json::Error) -> Self {
        Self {
            path: path.map(known).unwrap_or_default(),
            reason: masked_reason(error),
            category: error.classify(),
            line: error.line(),
            column: error.column(),
        }
    }

    /// The path of the member, such as `items[3].total`; empty where it is the whole text.
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

/// The part of a path that is known: `?` stands for a member whose name was cut off, `.` for the whole text.
fn known(path: String) -> String {
    path.trim_end_matches(['?', '.']).to_owned()
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
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    {
        return message.to_owned();
    }
    let after = match quoted.rfind(['"', '`']) {
        Some(end) if end > 0 => quoted.get(end + 1..).unwrap_or_default(),
        _ => "",
    };
    format!("{before}[masked]{after}")
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
