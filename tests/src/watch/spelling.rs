//! The spellings in which a secret could come out.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a form or a query leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Every spelling that is looked for, with its name; each once.
pub fn spellings(secret: &str) -> Vec<(&'static str, String)> {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let numbers: Vec<String> = secret.bytes().map(|byte| byte.to_string()).collect();
    let json = serde_json::Value::from(secret).to_string();
    let mut spellings = vec![
        ("raw", secret.to_owned()),
        ("hex", hex.to_uppercase()),
        ("hex", hex),
        ("bytes", numbers.join(", ")),
        ("escaped", json.trim_matches('"').replace('/', "\\/")),
        ("escaped", secret.escape_default().to_string()),
    ];
    for set in [NON_ALPHANUMERIC, UNRESERVED] {
        let encoded = utf8_percent_encode(secret, set).to_string();
        spellings.push(("percent-encoded", lower(&encoded)));
        spellings.push(("percent-encoded", encoded.replace("%20", "+")));
        spellings.push(("percent-encoded", encoded));
    }
    for before in 0..3 {
        let inner = base64(secret, before);
        spellings.push(("base64", inner.replace('+', "-").replace('/', "_")));
        spellings.push(("base64", inner));
    }
    let mut once = BTreeMap::new();
    for (name, spelling) in spellings {
        once.entry(spelling).or_insert(name);
    }
    let once = once.into_iter();
    once.map(|(spelling, name)| (name, spelling)).collect()
}

/// The characters of the base64 of a longer text that stand for this one alone, where so many bytes, up to a multiple of
/// three, are before it.
fn base64(secret: &str, before: usize) -> String {
    let padded = [&b"..."[..before], secret.as_bytes()].concat();
    let bits = 8 * before..8 * padded.len();
    let encoded = STANDARD_NO_PAD.encode(padded);
    encoded[bits.start.div_ceil(6)..bits.end / 6].to_owned()
}

/// The same with the digits of what is percent-encoded in lower case.
fn lower(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        text.push('%');
        text.push_str(&digits.to_lowercase());
        text.push_str(rest);
    }
    text
}

/// In which spelling the secret stands in the text, and what is around it.
pub fn found(text: &str, secret: &str) -> Option<String> {
    let (spelling, at) = spellings(secret)
        .into_iter()
        .find_map(|(spelling, needle)| Some((spelling, text.find(&needle)?)))?;
    Some(format!("{spelling}: {}", around(text, at)))
}

/// What stands around a place of a text.
pub(super) fn around(text: &str, at: usize) -> String {
    let before: Vec<char> = text[..at].chars().rev().take(160).collect();
    let before: String = before.into_iter().rev().collect();
    let after: String = text[at..].chars().take(80).collect();
    format!("…{before}{after}…")
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn a_secret_is_found_in_every_spelling_at_every_place() {
        for secret in ["hush-", "0551234567", "~A/+b?", "سر", "two words"] {
            let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
            let upper: String = secret.bytes().map(|byte| format!("{byte:02X}")).collect();
            let json = format!("{{\"a\":\"{secret}\"}}");
            let mut planted = vec![
                format!("..{secret}.."),
                format!("{:?}", secret.as_bytes()),
                format!("{json:?}"),
                lower(&percent),
                percent,
                upper,
            ];
            for before in ["", "x", "xx", "xxx"] {
                planted.push(STANDARD.encode(format!("{before}{json}")));
                planted.push(URL_SAFE_NO_PAD.encode(format!("{before}{secret}")));
            }
            for text in planted {
                assert!(found(&text, secret).is_some(), "{secret} in {text}");
                assert!(found(&text, "of-nobody").is_none(), "{text}");
            }
        }
    }
}
