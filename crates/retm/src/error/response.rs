//! Errors from the responses of the API.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use retm_types::{ApiError, JsonObject};

use super::{Error, ErrorKind};

/// A response as it came: kept so that nothing of it is lost, whatever the decoder makes of it.
#[derive(Clone)]
pub(crate) struct Captured {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// When it came, by the client's clock.
    pub(crate) received: SystemTime,
}

impl fmt::Debug for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Captured")
            .field("status", &self.status)
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl Captured {
    /// What the server calls this request.
    pub(crate) fn request_id(&self) -> Option<&str> {
        ["x-request-id", "x-correlation-id", "cf-ray"]
            .iter()
            .find_map(|name| self.headers.get(*name)?.to_str().ok())
    }

    /// `Retry-After`, in seconds or as a date. A date is reckoned from the answer's own `Date`, so that
    /// two clocks that differ do no harm, and by the client's clock only where there is none; one that
    /// has passed asks for no wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let text = |name| Some(self.headers.get(name)?.to_str().ok()?.trim());
        let value = text(http::header::RETRY_AFTER)?;
        if let Ok(seconds) = value.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let retry_at = httpdate::parse_http_date(value).ok()?;
        let answered_at = text(http::header::DATE)
            .and_then(|date| httpdate::parse_http_date(date).ok())
            .unwrap_or(self.received);
        Some(retry_at.duration_since(answered_at).unwrap_or_default())
    }

    /// The refusal of a resource operation.
    pub(crate) fn error(&self) -> Error {
        let kind = match self.status.as_u16() {
            401 => ErrorKind::Unauthorized,
            403 => ErrorKind::Forbidden,
            404 => ErrorKind::NotFound,
            408 => ErrorKind::Timeout,
            400 | 409 | 422 => ErrorKind::Validation,
            429 => ErrorKind::RateLimited,
            500..=599 => ErrorKind::Server,
            _ => ErrorKind::Status,
        };
        self.as_error(kind)
    }

    /// An error of that kind with everything that the response says.
    pub(crate) fn as_error(&self, kind: ErrorKind) -> Error {
        let mut error = Error::new(kind);
        let inner = &mut *error.0;
        inner.status = Some(self.status);
        inner.headers = self.headers.clone();
        inner.request_id = self.request_id().map(str::to_owned);
        inner.retry_after = self.retry_after();
        inner.retry_at = inner
            .retry_after
            .and_then(|wait| self.received.checked_add(wait));
        inner.raw = self.body.clone();
        match refusal(&self.body) {
            Some(refusal) => {
                inner.message = [refusal.message, refusal.error_description, refusal.error]
                    .into_iter()
                    .flatten()
                    .find(|message| !message.is_empty());
                inner.fields = refusal
                    .errors
                    .iter()
                    .flat_map(|errors| errors.iter())
                    .map(|(field, message)| {
                        (field.unwrap_or_default().to_owned(), message.to_owned())
                    })
                    .collect();
                if inner.message.is_none() {
                    // A bare list of reasons is all that was said.
                    let reasons = inner.fields.iter().filter(|(field, _)| field.is_empty());
                    let reasons: Vec<&str> = reasons.map(|(_, reason)| reason.as_str()).collect();
                    inner.message = Some(reasons.join(" ")).filter(|message| !message.is_empty());
                }
            }
            None if self.status.is_success() => {}
            None if self.status.is_redirection() => {
                inner.detail =
                    Some("a redirect, which is not followed; check the base URL".to_owned());
            }
            None => inner.detail = Some(self.looks_like().to_owned()),
        }
        error
    }

    /// What kind of text the body is, for an answer that is not the JSON expected.
    pub(crate) fn looks_like(&self) -> &'static str {
        let text = self.body.trim_ascii_start();
        match text.first() {
            None => "the body is empty",
            Some(b'<') => "the body is HTML, not JSON; a gateway answered in the API's place",
            Some(b'{' | b'[') => match serde_json::from_slice::<serde::de::IgnoredAny>(text) {
                Err(error) if error.is_eof() => "the JSON body is cut short",
                Err(_) => "the body is not valid JSON",
                Ok(_) => "the JSON body has another shape",
            },
            Some(_) => "the body is not JSON",
        }
    }
}

/// A body as the API's error shape, where it has it. The shape is assumed: a member that does not
/// fit loses none of the others.
pub(crate) fn refusal(body: &[u8]) -> Option<ApiError> {
    let refusal = serde_json::from_slice(body).or_else(|_| loose_refusal(body));
    let refusal: ApiError = refusal.ok()?;
    (refusal != ApiError::default()).then_some(refusal)
}

fn loose_refusal(body: &[u8]) -> serde_json::Result<ApiError> {
    let members: JsonObject = serde_json::from_slice(body)?;
    let text = |name| serde_json::from_str::<String>(members.get(name)?.get()).ok();
    let mut refusal = ApiError::default();
    refusal.message = text("message");
    refusal.error = text("error");
    refusal.error_description = text("error_description");
    refusal.errors = members
        .get("errors")
        .and_then(|errors| serde_json::from_str(errors.get()).ok());
    Ok(refusal)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::{DATE, RETRY_AFTER};

    use super::*;

    fn wait(retry_after: &'static str, date: Option<&'static str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(retry_after));
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_static(date));
        }
        let captured = Captured {
            status: StatusCode::TOO_MANY_REQUESTS,
            headers,
            body: Bytes::new(),
            received: httpdate::parse_http_date("Sun, 06 Nov 1994 08:48:57 GMT").unwrap(),
        };
        captured.retry_after().map(|wait| wait.as_secs())
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        let now = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(wait("7", now), Some(7));
        assert_eq!(wait(" 7 ", None), Some(7));
        assert_eq!(wait("Sun, 06 Nov 1994 08:50:07 GMT", now), Some(30));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:00 GMT", now), Some(0));
        // Without a date of the answer's own, the client's clock says 40 seconds earlier.
        assert_eq!(wait("Sun, 06 Nov 1994 08:50:07 GMT", None), Some(70));
        assert_eq!(
            wait("Sun, 06 Nov 1994 08:50:07 GMT", Some("today")),
            Some(70)
        );
        assert_eq!(wait("soon", now), None);
        assert_eq!(wait("-1", now), None);
    }
}
