//! Reading the answer of the token endpoint.
//!
//! A code or a refresh token is spent by the request that presents it, so whatever a good answer brought is kept: a member
//! that cannot be read costs that member, never the new tokens.
//!
//! | member | taken from | otherwise |
//! |---|---|---|
//! | `access_token` | a text that is not blank, without surrounding white space | the answer is an error |
//! | `refresh_token` | such a text, or a number | none: the last one stays good |
//! | `expires_in` | a number or a numeric text, in seconds | an hour |
//! | `token_type`, `scope`, others | – | not read |
//!
//! All members may stand at the top or under `data` (assumed). An answer without an access token is the server's own error if
//! it says one, whatever its status.

use std::borrow::Cow;
use std::time::Duration;

use retm_types::{JsonObject, Lifetime, Secret, TokenResponse};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{Captured, Error, ErrorKind};

/// How long a token is taken to live if its answer does not say.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(3600);

/// What a token answer brought.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TokenAnswer {
    pub(super) access_token: Secret,
    pub(super) refresh_token: Option<Secret>,
    pub(super) lifetime: Duration,
}

/// Reads an answer, whatever its status.
pub(super) fn read(captured: &Captured) -> Result<TokenAnswer, Error> {
    if !captured.status.is_success() {
        return Err(captured.error());
    }
    TokenAnswer::of(&captured.body).ok_or_else(|| unusable(captured))
}

impl TokenAnswer {
    /// `None` if there is no access token.
    fn of(body: &[u8]) -> Option<Self> {
        // A text of another charset elsewhere in the answer costs no token.
        let text = String::from_utf8_lossy(body);
        let top: JsonObject = serde_json::from_str(&text).ok()?;
        let data = top.get("data");
        let data = data.and_then(|data| serde_json::from_str::<JsonObject>(data.get()).ok());
        let objects = [Some(&top), data.as_ref()];
        let members = |name| {
            objects
                .into_iter()
                .flatten()
                .filter_map(move |of| of.get(name))
        };
        Some(Self {
            access_token: members("access_token").find_map(text_secret)?,
            refresh_token: members("refresh_token").find_map(secret),
            lifetime: members("expires_in")
                .find_map(|json| serde_json::from_str::<Lifetime>(json.get()).ok())
                .map_or(DEFAULT_LIFETIME, |lifetime| lifetime.duration()),
        })
    }
}

fn text_secret(json: &RawValue) -> Option<Secret> {
    let text: String = serde_json::from_str(json.get()).ok()?;
    let trimmed = text.trim();
    // A character that was lost on the way makes it another text.
    if trimmed.is_empty() || trimmed.contains(char::REPLACEMENT_CHARACTER) {
        return None;
    }
    Some(match trimmed.len() == text.len() {
        true => Secret::new(text),
        false => Secret::new(trimmed),
    })
}

fn secret(json: &RawValue) -> Option<Secret> {
    let number = || match serde_json::from_str(json.get()) {
        Ok(Value::Number(_)) => Some(Secret::new(json.get())),
        _ => None,
    };
    text_secret(json).or_else(number)
}

/// What an answer without an access token is instead.
fn unusable(captured: &Captured) -> Error {
    if let Some(refused) = captured.refused() {
        return refused;
    }
    let text: Cow<'_, str> = String::from_utf8_lossy(&captured.body);
    match retm_types::decode::<TokenResponse>(text.as_bytes()) {
        Err(cause) => captured.undecodable(cause),
        Ok(_) => captured
            .as_error(ErrorKind::Decode)
            .with_detail("`access_token` is empty"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Option<(String, Option<String>, u64)> {
        let answer = TokenAnswer::of(body.as_bytes())?;
        let shown = |secret: Secret| secret.expose().to_owned();
        Some((
            shown(answer.access_token),
            answer.refresh_token.map(shown),
            answer.lifetime.as_secs(),
        ))
    }

    fn is(body: &str, refresh_token: Option<&str>, lifetime: u64) {
        let refresh_token = refresh_token.map(str::to_owned);
        let expected = Some(("a".to_owned(), refresh_token, lifetime));
        assert_eq!(read(body), expected, "{body}");
    }

    #[test]
    fn an_unreadable_lifetime_costs_no_token() {
        for lifetime in [
            "\"soon\"", "\"\"", "true", "{}", "[3600]", "null", "\"1 h\"",
        ] {
            let body = format!(
                r#"{{"access_token": "a", "refresh_token": "r", "expires_in": {lifetime}}}"#
            );
            is(&body, Some("r"), 3600);
        }
        is(r#"{"access_token": "a", "expires_in": "60"}"#, None, 60);
    }

    #[test]
    fn an_unreadable_refresh_token_costs_itself_alone() {
        for refresh_token in ["false", "null", "\"\"", "\"  \"", "{}", "[\"r\"]"] {
            let body = format!(
                r#"{{"access_token": "a", "expires_in": 60, "refresh_token": {refresh_token}}}"#
            );
            is(&body, None, 60);
        }
        is(
            r#"{"access_token": "a", "refresh_token": 123456789012345678901}"#,
            Some("123456789012345678901"),
            3600,
        );
    }

    #[test]
    fn odd_other_members_cost_nothing() {
        is(
            r#"{"access_token": "a", "refresh_token": "r", "expires_in": 60, "token_type": 7, "scope": ["x"]}"#,
            Some("r"),
            60,
        );
        is(
            r#"{"access_token": "a", "error": "", "token_type": {"x": null}}"#,
            None,
            3600,
        );
        let body = b"{\"access_token\": \"a\", \"scope\": \"\xe3\xd1\"}";
        assert!(TokenAnswer::of(body).is_some());
    }

    #[test]
    fn tokens_may_stand_under_data() {
        is(
            r#"{"success": true, "data": {"access_token": "a", "refresh_token": "r", "expires_in": 60}}"#,
            Some("r"),
            60,
        );
        is(
            r#"{"access_token": "a", "data": {"refresh_token": "r"}, "expires_in": "60"}"#,
            Some("r"),
            60,
        );
        is(r#"{"access_token": "a", "data": []}"#, None, 3600);
    }

    #[test]
    fn white_space_around_a_token_is_none_of_it() {
        is(
            r#"{"access_token": " a\n", "refresh_token": "r\r\n"}"#,
            Some("r"),
            3600,
        );
    }

    #[test]
    fn without_an_access_token_there_is_none() {
        for body in [
            "",
            "[]",
            "{}",
            "\"a\"",
            "<html>",
            r#"{"access_token": ""}"#,
            r#"{"access_token": " "}"#,
            r#"{"access_token": ["a"]}"#,
            r#"{"access_token": 7}"#,
            r#"{"error": "invalid_grant"}"#,
            r#"{"access_token": "a"#,
        ] {
            assert_eq!(read(body), None, "{body}");
        }
        assert_eq!(TokenAnswer::of(b"{\"access_token\": \"\xe3\"}"), None);
    }
}
