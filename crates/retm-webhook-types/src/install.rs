//! The call to the app's success endpoint, and its reply.

use std::fmt;

use retm_types::{JsonObject, Secret};
use serde::Serialize;

use crate::error::ParseError;
use crate::invalid_reply::InvalidReply;
use crate::json;
use crate::web_url::{self, Scheme, Shown};

/// A merchant has installed the app (`InstallCallback`). Answer 200 within 1 second.
///
/// It carries no `event` and no token: it is told apart by the route it comes in on, and anybody can send one. Check
/// `data` against the merchant before keeping `code` and `business_id`.
#[derive(Clone)]
#[non_exhaustive]
pub struct InstallCallback {
    /// The code that buys the first access token.
    pub code: Secret,
    /// The merchant's business id, as received. It becomes part of a host name: let the client check it.
    pub business_id: String,
    /// The extra query parameters that the installation was started with; empty where there were none.
    pub data: JsonObject,
}

impl InstallCallback {
    /// Reads a callback from the bytes of its body.
    ///
    /// ```
    /// use retm_webhook_types::InstallCallback;
    ///
    /// let callback = InstallCallback::parse(br#"{"code": "abc", "business_id": "acme", "data": []}"#)?;
    /// assert_eq!(callback.business_id, "acme");
    /// # Ok::<(), retm_webhook_types::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A body that is empty, cut off, not JSON or not an object; one without `code` or `business_id`, or with an empty one.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        const SCHEMA: &str = "InstallCallback";
        let wire: retm_types::InstallCallback = json::decode(SCHEMA, body)?;
        for (member, empty) in [
            ("code", wire.code.is_empty()),
            ("business_id", wire.business_id.is_empty()),
        ] {
            if empty {
                return Err(ParseError::member(SCHEMA, member, "empty", body));
            }
        }
        Ok(Self {
            code: wire.code,
            business_id: wire.business_id,
            data: wire.data.unwrap_or_default(),
        })
    }
}

impl fmt::Debug for InstallCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstallCallback")
            .field("code", &self.code)
            .field("business_id", &self.business_id)
            .field("data", &self.data)
            .finish()
    }
}

/// The reply to the install callback. Both members are optional (`InstallReply`).
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct InstallReply {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl InstallReply {
    /// A reply without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// The token that RETM sends as the Bearer of every webhook to this app and appends to the settings page's address.
    ///
    /// ```
    /// use retm_webhook_types::InstallReply;
    ///
    /// let reply = InstallReply::new()
    ///     .with_token("a-long-random-token")?
    ///     .with_url("https://app.example.com/retm/settings")?;
    /// assert!(reply.to_json().starts_with(br#"{"token":"#));
    /// # Ok::<(), retm_webhook_types::InvalidReply>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A token that is empty or could not stand in a header: it takes visible ASCII characters.
    pub fn with_token(mut self, token: impl Into<Secret>) -> Result<Self, InvalidReply> {
        let token = token.into();
        let text = token.expose();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidReply::new(
                "token",
                "must be visible ASCII characters, at least one",
            ));
        }
        self.token = Some(token);
        Ok(self)
    }

    /// The address of the app's settings page. RETM appends the token as the query parameter `token`.
    ///
    /// # Errors
    ///
    /// Anything but an absolute `https://` address (or `http://` to this machine, for development): the token would
    /// travel in the open.
    pub fn with_url(mut self, url: impl Into<String>) -> Result<Self, InvalidReply> {
        let url = url.into();
        if !web_url::is_valid(&url, Scheme::HttpsOrLoopback) {
            return Err(InvalidReply::new(
                "url",
                "must be an absolute https address without credentials (http only to this machine)",
            ));
        }
        self.url = Some(url);
        Ok(self)
    }

    /// The token of the webhooks to this app.
    pub fn token(&self) -> Option<&Secret> {
        self.token.as_ref()
    }

    /// The address of the settings page.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The bytes to send with status 200. They hold the token: do not log them.
    pub fn to_json(&self) -> Vec<u8> {
        json::encode(self)
    }

    /// Reads a reply as RETM would. An empty body is the reply without members.
    ///
    /// # Errors
    ///
    /// A body that is cut off, not JSON or not an object, or a member that [`with_token`](Self::with_token) or
    /// [`with_url`](Self::with_url) refuses.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        const SCHEMA: &str = "InstallReply";
        let mut reply = Self::new();
        if body.trim_ascii().is_empty() {
            return Ok(reply);
        }
        let wire: retm_types::InstallReply = json::decode(SCHEMA, body)?;
        let refused = |error: InvalidReply| ParseError::invalid(SCHEMA, error, body);
        if let Some(token) = wire.token {
            reply = reply.with_token(token).map_err(refused)?;
        }
        if let Some(url) = wire.url {
            reply = reply.with_url(url).map_err(refused)?;
        }
        Ok(reply)
    }
}

impl fmt::Debug for InstallReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstallReply")
            .field("token", &self.token)
            .field("url", &self.url.as_deref().map(Shown))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_needs_a_code_and_a_business() {
        for (body, path) in [
            (r#"{"business_id": "acme"}"#, "code"),
            (r#"{"code": "", "business_id": "acme"}"#, "code"),
            (r#"{"code": "c"}"#, "business_id"),
            (r#"{"code": "c", "business_id": ""}"#, "business_id"),
            (
                r#"{"code": "c", "business_id": "acme", "data": "d"}"#,
                "data",
            ),
        ] {
            let error = InstallCallback::parse(body.as_bytes()).unwrap_err();
            assert_eq!(error.path(), Some(path), "{body}");
            assert_eq!(error.raw(), body.as_bytes());
        }
        for data in [
            "",
            r#", "data": null"#,
            r#", "data": []"#,
            r#", "data": {}"#,
        ] {
            let body = format!(r#"{{"code": "c", "business_id": "acme"{data}}}"#);
            let callback = InstallCallback::parse(body.as_bytes()).unwrap();
            assert!(callback.data.is_empty());
            assert_eq!(callback.code.expose(), "c");
        }
    }

    #[test]
    fn a_reply_reads_as_it_was_written() {
        let reply = InstallReply::new()
            .with_token("abc-123")
            .unwrap()
            .with_url("http://127.0.0.1:8080/settings")
            .unwrap();
        let json = reply.to_json();
        assert_eq!(
            json,
            br#"{"token":"abc-123","url":"http://127.0.0.1:8080/settings"}"#
        );
        assert_eq!(InstallReply::parse(&json).unwrap(), reply);
        assert_eq!(InstallReply::new().to_json(), b"{}");
        for body in ["", "\n", "{}", r#"{"token": null, "url": null}"#] {
            let reply = InstallReply::parse(body.as_bytes()).unwrap();
            assert_eq!((reply.token(), reply.url()), (None, None), "{body}");
        }
    }

    #[test]
    fn a_reply_that_could_not_be_used_cannot_be_made() {
        for token in ["", "a b", "line\nbreak", "مفتاح"] {
            let error = InstallReply::new().with_token(token).unwrap_err();
            assert_eq!(error.member(), "token");
            assert!(token.is_empty() || !error.to_string().contains(token));
        }
        let error = InstallReply::new().with_url("http://app.example.com");
        assert_eq!(error.unwrap_err().member(), "url");
        let error = InstallReply::parse(br#"{"token": "a b"}"#).unwrap_err();
        assert_eq!(
            (error.schema(), error.path()),
            ("InstallReply", Some("token"))
        );
    }
}
