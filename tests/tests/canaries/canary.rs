//! Texts that stand for secrets and for people, and the spellings in which one could come out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub(crate) const CLIENT_SECRET: &str = "canary-client-secret-7c1f~A/+b";
pub(crate) const ACCESS: &str = "canary-access-token-9d2e~A/+b";
pub(crate) const SECOND_ACCESS: &str = "canary-second-access-41aa~A/+b";
pub(crate) const REFRESH: &str = "canary-refresh-token-5e3b~A/+b";
pub(crate) const SECOND_REFRESH: &str = "canary-second-refresh-0c17~A/+b";
pub(crate) const CODE: &str = "canary-authorization-code-1f6d~A/+b";
/// The bytes of the key of a store.
pub(crate) const STORE_KEY: &str = "canary-store-key-of-32-bytes-8a1";
pub(crate) const PROXY_PASSWORD: &str = "canary-proxy-password-3d90";
pub(crate) const URL_PASSWORD: &str = "canary-base-url-password-62be";
pub(crate) const STORE_PASSWORD: &str = "canary-store-password-a7c4";
/// The value of a header of the caller's own.
pub(crate) const HEADER: &str = "canary-request-header-b81d~A/+b";
/// The value of a header of the answer.
pub(crate) const COOKIE: &str = "canary-response-header-d5f0~A/+b";
/// What the app and RETM hand each other on installation.
pub(crate) const STATE: &str = "canary-install-state-c2e9~A/+b";
pub(crate) const REWARD_CODE: &str = "canary-reward-code-f44e~A/+b";
pub(crate) const PHONE: &str = "0559173846";
pub(crate) const EMAIL: &str = "canary.leila.8273@leak.example";
pub(crate) const NAME: &str = "Canaryna Leakvale";
pub(crate) const NAME_AR: &str = "كناريتا تسريبان";
pub(crate) const ADDRESS: &str = "1847 Canaryleak Street, Riyadh";

/// What nobody may ever see: not the one who runs the program either.
pub(crate) const SECRETS: [&str; 14] = [
    CLIENT_SECRET,
    ACCESS,
    SECOND_ACCESS,
    REFRESH,
    SECOND_REFRESH,
    CODE,
    STORE_KEY,
    PROXY_PASSWORD,
    URL_PASSWORD,
    STORE_PASSWORD,
    HEADER,
    COOKIE,
    STATE,
    REWARD_CODE,
];

/// A person's data. A list on the command line shows it: that is what it is asked for.
pub(crate) const PEOPLE: [&str; 5] = [PHONE, EMAIL, NAME, NAME_AR, ADDRESS];

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    SECRETS.into_iter().chain(PEOPLE)
}

/// What a form or a query leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The same with the digits of what is encoded in lower case.
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

/// Every spelling that is looked for, with its name.
fn spellings(canary: &str) -> Vec<(&'static str, String)> {
    let hex: String = canary.bytes().map(|byte| format!("{byte:02x}")).collect();
    let upper = hex.to_uppercase();
    let numbers: Vec<String> = canary.bytes().map(|byte| byte.to_string()).collect();
    let json = serde_json::to_string(canary).unwrap();
    let mut spellings = vec![
        ("raw", canary.to_owned()),
        ("hex", hex),
        ("hex", upper),
        ("bytes", numbers.join(", ")),
        ("escaped", json.trim_matches('"').replace('/', "\\/")),
        ("escaped", canary.escape_default().to_string()),
    ];
    for set in [NON_ALPHANUMERIC, UNRESERVED] {
        let encoded = utf8_percent_encode(canary, set).to_string();
        spellings.push(("percent-encoded", lower(&encoded)));
        spellings.push(("percent-encoded", encoded.replace("%20", "+")));
        spellings.push(("percent-encoded", encoded));
    }
    // Base64 of a text inside of others depends on where it begins; its inner part is the same.
    for before in 0..3 {
        let padded = [&b"..."[..before], canary.as_bytes()].concat();
        let encoded = STANDARD.encode(padded);
        let inner = encoded[4..encoded.len() - 4].to_owned();
        spellings.push(("base64", inner.replace('+', "-").replace('/', "_")));
        spellings.push(("base64", inner));
    }
    spellings
}

/// In which spelling the canary stands in the text, and what is around it.
pub(crate) fn found(text: &str, canary: &str) -> Option<String> {
    let (spelling, at) = spellings(canary)
        .into_iter()
        .find_map(|(spelling, needle)| Some((spelling, text.find(&needle)?)))?;
    let before: String = text[..at].chars().rev().take(160).collect();
    let before: String = before.chars().rev().collect();
    let after: String = text[at..].chars().take(80).collect();
    Some(format!("{spelling}: …{before}{after}…"))
}

/// Nothing of these is in the text.
#[track_caller]
pub(crate) fn assert_none(
    source: &str,
    text: &str,
    canaries: impl IntoIterator<Item = &'static str>,
) {
    let leaks: Vec<String> = canaries
        .into_iter()
        .filter_map(|canary| Some(format!("{canary} in {source}, {}", found(text, canary)?)))
        .collect();
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

#[test]
fn the_search_finds_every_spelling() {
    for canary in all() {
        let percent = utf8_percent_encode(canary, NON_ALPHANUMERIC).to_string();
        let upper: String = canary.bytes().map(|byte| format!("{byte:02X}")).collect();
        let mut planted = vec![
            format!("..{canary}.."),
            format!("{:?}", canary.as_bytes()),
            format!("{:?}", json(canary)),
            lower(&percent),
            percent,
            upper,
        ];
        for before in ["", "x", "xx"] {
            let text = STANDARD.encode(format!("{before}{{\"a\":\"{canary}\"}}"));
            planted.push(text.replace('+', "-").replace('/', "_"));
            planted.push(text);
        }
        for text in planted {
            assert!(found(&text, canary).is_some(), "{canary} in {text}");
            assert!(found(&text, "another-canary-of-nobody").is_none());
        }
    }
}

fn json(canary: &str) -> String {
    serde_json::json!({ "a": canary }).to_string()
}
