//! The error webhook.

use std::fmt;

use crate::error::ParseError;
use crate::json;
use crate::web_url::Shown;

/// RETM gave up on a webhook after three failed attempts in a row (`ErrorNotice`).
///
/// It carries no `event`: it is told apart by the route it comes in on.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorNotice {
    /// The number of the error.
    pub code: Option<i64>,
    /// The app's address that failed.
    pub endpoint: Option<String>,
    /// What went wrong.
    pub message: Option<String>,
}

impl ErrorNotice {
    /// Reads a notice from the bytes of its body.
    ///
    /// ```
    /// use retm_webhook_types::ErrorNotice;
    ///
    /// let notice = ErrorNotice::parse(br#"{"code": 504, "endpoint": "https://app.example.com/retm/menu"}"#)?;
    /// assert_eq!(notice.code, Some(504));
    /// # Ok::<(), retm_webhook_types::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A body that is empty, cut off, not JSON or not an object, or a member of another type.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        let wire: retm_types::ErrorNotice = json::decode("ErrorNotice", body)?;
        Ok(Self {
            code: wire.code,
            endpoint: wire.endpoint,
            message: wire.message,
        })
    }
}

impl fmt::Debug for ErrorNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorNotice")
            .field("code", &self.code)
            .field("endpoint", &self.endpoint.as_deref().map(Shown))
            .field("message", &self.message)
            .finish()
    }
}
