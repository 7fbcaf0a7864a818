//! The one error type of the client.

mod kind;
mod mask;
mod network;
mod outcome;
mod response;
mod store;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use retm_types::Secret;

use crate::business_id::BusinessId;
use crate::time::whole_seconds;
pub use kind::ErrorKind;
pub use outcome::Outcome;
pub(crate) use response::{Captured, refusal};

/// Why a call failed.
///
/// `Display` says, in one line: the operation, the business, what happened, the server's message
/// (e-mail addresses, long digit runs and the secrets that were sent masked), the status, the request
/// id, the attempts and what to do next. [`message`](Self::message) and [`raw_body`](Self::raw_body) hold the unmasked texts.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: Option<&'static str>,
    business: Option<BusinessId>,
    status: Option<StatusCode>,
    detail: Option<String>,
    message: Option<String>,
    fields: Vec<(String, String)>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    retry_at: Option<SystemTime>,
    headers: HeaderMap,
    raw: Bytes,
    attempts: u32,
    /// Whether it took effect, where kind and status do not tell.
    outcome: Option<Outcome>,
    /// What the request carried and no text may repeat.
    hidden: Vec<Secret>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            business: None,
            status: None,
            detail: None,
            message: None,
            fields: Vec::new(),
            request_id: None,
            retry_after: None,
            retry_at: None,
            headers: HeaderMap::new(),
            raw: Bytes::new(),
            attempts: 0,
            outcome: None,
            hidden: Vec::new(),
            source: None,
        }))
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Says more about what happened.
    pub(crate) fn with_note(mut self, note: impl fmt::Display) -> Self {
        self.0.detail = Some(match self.0.detail.take() {
            Some(detail) => format!("{detail}; {note}"),
            None => note.to_string(),
        });
        self
    }

    /// Says what had gone wrong before; that is the cause unless there is another one.
    pub(crate) fn after(self, earlier: &Self) -> Self {
        let this = self.with_note(format_args!(
            "when it was sent, {}",
            earlier.0.kind.summary()
        ));
        match this.0.source {
            Some(_) => this,
            None => this.with_source(earlier.clone()),
        }
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    pub(crate) fn with_raw(mut self, raw: Bytes) -> Self {
        self.0.raw = raw;
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.0.outcome = Some(outcome);
        self
    }

    /// Shows none of these texts, whatever the server repeats of the request.
    pub(crate) fn hiding(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        // What is shorter stands in many a word.
        let secrets = secrets.into_iter();
        let secrets = secrets.filter(|secret| secret.expose().len() >= 4);
        self.0.hidden.extend(secrets);
        self
    }

    /// A text of the server's without what the request carried.
    fn without_secrets<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut shown = Cow::Borrowed(text);
        for secret in &self.0.hidden {
            if shown.contains(secret.expose()) {
                shown = Cow::Owned(shown.replace(secret.expose(), mask::MASK));
            }
        }
        shown
    }

    /// Names the call, unless an inner call has named itself.
    pub(crate) fn of_call(mut self, operation: &'static str, business: &BusinessId) -> Self {
        self.0.operation.get_or_insert(operation);
        self.0.business.get_or_insert_with(|| business.clone());
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The `operationId` of the call, such as `list_orders`; `exchange_token` where the token request failed.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The business that was called.
    pub fn business(&self) -> Option<&BusinessId> {
        self.0.business.as_ref()
    }

    /// The status of the response, where there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The server's message as it came: may hold a customer's data.
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The fields that the server refused with its message on each, as they came: may hold a
    /// customer's data. A refusal without a field has an empty name.
    pub fn field_errors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .fields
            .iter()
            .map(|(field, message)| (field.as_str(), message.as_str()))
    }

    /// The body of the response as it came (of a broken list element: its JSON); empty without one.
    pub fn raw_body(&self) -> &[u8] {
        &self.0.raw
    }

    /// The headers of the response; empty without one.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// What the server calls this request: `x-request-id`, `x-correlation-id` or `cf-ray`.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the server asks to wait (`Retry-After`, in seconds or as a date), or how long the
    /// client's own limit would have waited.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// When that wait is over, by the client's clock.
    pub fn retry_at(&self) -> Option<SystemTime> {
        self.0.retry_at
    }

    /// How often it was tried to send the request; 0 where it did not come to that.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What to do next, in a sentence.
    pub fn advice(&self) -> &'static str {
        let told = self.0.outcome == Some(Outcome::Unknown);
        let order = self.0.operation == Some("create_order");
        if self.0.kind == ErrorKind::InDoubt || (told && order) {
            return ErrorKind::InDoubt.advice();
        }
        if self.may_have_written() {
            return "Whether it took effect is unknown: look before sending it again.";
        }
        match self.0.kind {
            ErrorKind::Validation if self.0.fields.is_empty() => {
                "Correct what the message says; `raw_body()` has the whole answer."
            }
            kind => kind.advice(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(operation) = inner.operation {
            write!(f, "{operation}")?;
            if let Some(business) = &inner.business {
                write!(f, " for {business}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(inner.kind.summary())?;
        if let Some(detail) = &inner.detail {
            write!(f, ": {}", mask::line(detail))?;
        }
        if let Some(message) = &inner.message {
            write!(f, ": {:?}", mask::mask(&self.without_secrets(message)))?;
        }
        let named = |(field, _): &&(String, String)| !field.is_empty();
        let mut separator = "; fields: ";
        for (field, _) in inner.fields.iter().filter(named) {
            write!(f, "{separator}{}", mask::line(&self.without_secrets(field)))?;
            separator = ", ";
        }
        let mut facts = Vec::new();
        if let Some(status) = inner.status {
            facts.push(format!("status {}", status.as_u16()));
        }
        if let Some(id) = &inner.request_id {
            facts.push(format!("request {}", self.without_secrets(id)));
        }
        if inner.attempts > 1 {
            facts.push(format!("{} attempts", inner.attempts));
        }
        if let Some(wait) = inner.retry_after {
            let seconds = whole_seconds(wait);
            facts.push(format!("retry after {seconds} s"));
        }
        if !facts.is_empty() {
            write!(f, " ({})", facts.join(", "))?;
        }
        write!(f, ". {}", self.advice())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}, {self}", self.0.kind)?;
        if !self.0.raw.is_empty() {
            write!(f, " [body of {} bytes]", self.0.raw.len())?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static_assertions::assert_impl_all!(Error: Send, Sync, Clone);
    static_assertions::const_assert!(size_of::<Error>() <= 16);

    /// A server may repeat the token that it refuses.
    #[test]
    fn what_the_request_carried_is_shown_nowhere() {
        let mut error = Error::new(ErrorKind::Forbidden);
        error.0.message = Some("no ab~/+c= for you".to_owned());
        error.0.fields = vec![("ab~/+c=".to_owned(), "ab~/+c=".to_owned())];
        error.0.request_id = Some("ab~/+c=".to_owned());
        let error = error.hiding(["ab~/+c=".into(), "for".into()]);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("ab~/+c="), "{shown}");
        // Three letters are hidden nowhere: they stand in many a word.
        assert!(shown.contains("no [masked] for you"), "{shown}");
        assert_eq!(error.message(), Some("no ab~/+c= for you"));
    }

    #[test]
    fn neither_display_nor_debug_shows_the_body_or_personal_data() {
        let error = Error::new(ErrorKind::Validation)
            .with_detail("phone 0551234567 of ahmed@example.com")
            .with_raw(Bytes::from_static(b"{\"canary\":1}"));
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains("0551234567"), "{text}");
            assert!(!text.contains("ahmed"), "{text}");
            assert!(!text.contains("canary"), "{text}");
        }
        assert_eq!(error.raw_body(), b"{\"canary\":1}");
    }
}
