//! Errors from the responses of the API.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use retm_types::{DecodeError, Verdict};

use super::{BodyIs, Error, ErrorKind, Refusal};

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

/// How long is waited for a `Retry-After` that cannot be read.
const UNREADABLE_RETRY_AFTER: Duration = Duration::from_secs(5);

/// Seconds, also with a fraction (`3.0`) or a unit (`3 s`).
fn seconds(text: &str) -> Option<Duration> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    if !["", "s", "sec", "secs", "second", "seconds"].contains(&unit.trim_start()) {
        return None;
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    // Nothing but digits is left: what does not parse is too large.
    let whole = Duration::from_secs(whole.parse().unwrap_or(u64::MAX));
    let fraction: f64 = format!("0.{fraction}").parse().ok()?;
    Some(whole.saturating_add(Duration::try_from_secs_f64(fraction).ok()?))
}

impl Captured {
    /// What the server calls this request.
    pub(crate) fn request_id(&self) -> Option<&str> {
        ["x-request-id", "x-correlation-id", "cf-ray"]
            .iter()
            .find_map(|name| self.headers.get(*name)?.to_str().ok())
    }

    /// `Retry-After`, in seconds or as a date. A date is reckoned from the answer's own `Date`, so that
    /// two clocks that differ do no harm, and by the client's clock only if there is none; one that
    /// has passed asks for no wait. What cannot be read asks for a wait all the same.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get(http::header::RETRY_AFTER)?;
        let asked = value.to_str().ok().and_then(|value| {
            let value = value.trim();
            seconds(value).or_else(|| self.until(value))
        });
        Some(asked.unwrap_or(UNREADABLE_RETRY_AFTER))
    }

    /// The time from the answer until a date.
    fn until(&self, date: &str) -> Option<Duration> {
        let retry_at = httpdate::parse_http_date(date).ok()?;
        let answered_at = self.headers.get(http::header::DATE);
        let answered_at = answered_at
            .and_then(|date| httpdate::parse_http_date(date.to_str().ok()?.trim()).ok())
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
        // A success that is a text alone may be anything, such as a token.
        let is_text = self.status.is_success() && self.body.trim_ascii_start().starts_with(b"\"");
        match Refusal::of(&self.body).filter(|_| !is_text) {
            Some(refusal) => (inner.message, inner.fields) = (refusal.message, refusal.fields),
            None if self.status.is_redirection() => inner.detail = Some(self.redirect()),
            None if !self.status.is_success() => {
                inner.body_is = self.body_is();
                inner.detail = Some(match inner.body_is {
                    BodyIs::Json => "the answer gives no reason".to_owned(),
                    _ => self.looks_like(),
                });
            }
            None => {}
        }
        error
    }

    /// Where a redirect leads, without path and query, which may hold what is nobody's business.
    fn redirect(&self) -> String {
        let location = self.headers.get(http::header::LOCATION);
        let url = location.and_then(|location| reqwest::Url::parse(location.to_str().ok()?).ok());
        match url.map(|url| url.origin()) {
            Some(origin) if origin.is_tuple() => format!(
                "a redirect to {}, which is not followed",
                origin.ascii_serialization()
            ),
            _ => "a redirect, which is not followed".to_owned(),
        }
    }

    /// The server's own error with a status of success; `None` if the body is none.
    pub(crate) fn refused(&self) -> Option<Error> {
        let said = retm_types::server_message(&self.body).is_some();
        let failed = said || Verdict::of(&self.body).has_failure();
        failed.then(|| self.as_error(ErrorKind::Refused))
    }

    /// The error of a success that does not decode: the server's own, else where it does not fit, or what the body is instead.
    pub(crate) fn undecodable(&self, cause: DecodeError) -> Error {
        if let Some(refused) = self.refused() {
            return refused;
        }
        let fits = cause.is_data() && matches!(self.body_is(), BodyIs::Json);
        let error = match fits && self.is_container() {
            true => self
                .as_error(ErrorKind::Decode)
                .with_detail(cause.to_string()),
            false => self.unreadable(),
        };
        error.with_source(cause)
    }

    /// The error of a success whose body is not what was expected, which says what it is instead.
    pub(crate) fn unreadable(&self) -> Error {
        self.as_error(ErrorKind::Decode)
            .with_detail(self.looks_like())
            .with_body_is(self.body_is())
    }

    fn is_container(&self) -> bool {
        matches!(self.body.trim_ascii_start().first(), Some(b'{' | b'['))
    }

    fn body_is(&self) -> BodyIs {
        if std::str::from_utf8(&self.body).is_err() {
            return BodyIs::OtherCharset;
        }
        match serde_json::from_slice::<serde::de::IgnoredAny>(&self.body) {
            Ok(_) => BodyIs::Json,
            Err(error) if error.is_eof() && self.is_container() => BodyIs::CutShort,
            Err(_) => BodyIs::NotJson,
        }
    }

    /// What kind of text the body is, for an answer that is not the JSON expected.
    fn looks_like(&self) -> String {
        let text = self.body.trim_ascii_start();
        let what = match (self.body_is(), text.first()) {
            (_, None) => "the body is empty",
            (_, Some(b'<')) => {
                "the body is HTML, not JSON; a gateway or another site answered in the API's place"
            }
            (BodyIs::OtherCharset, _) => return self.charset(),
            (BodyIs::CutShort, _) => "the JSON body is cut short",
            (BodyIs::Json, Some(b'{' | b'[')) => "the JSON body has another shape",
            (BodyIs::Json, _) => "the body is a JSON text or number, not an object or an array",
            (_, Some(b'{' | b'[')) => "the body is not valid JSON",
            _ => "the body is plain text, not JSON",
        };
        what.to_owned()
    }

    /// What is known of a charset that is not UTF-8.
    fn charset(&self) -> String {
        let kind = self.headers.get(http::header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let named = kind.to_ascii_lowercase().find("charset=").map(|at| {
            let name = kind[at + "charset=".len()..].trim_start_matches('"');
            let end = name.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
            name[..end.unwrap_or(name.len())].to_owned()
        });
        match named.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("utf-8")) {
            Some(name) => format!("the body is not UTF-8 but {name}, by its `Content-Type`"),
            None => "the body is not UTF-8".to_owned(),
        }
    }
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
    }

    /// Seen: a wait of 3 s became one of 0.16 s.
    #[test]
    fn retry_after_with_a_fraction_or_a_unit_is_read() {
        for (text, seconds) in [
            ("3.0", 3),
            ("0.0", 0),
            ("2.999", 2),
            ("120 seconds", 120),
            ("7s", 7),
            ("99999999999999999999", u64::MAX),
        ] {
            assert_eq!(wait(text, None), Some(seconds), "{text}");
        }
    }

    #[test]
    fn a_retry_after_that_cannot_be_read_is_waited_for() {
        for text in [
            "",
            "soon",
            "-1",
            "3,0",
            "1e2",
            ".5",
            "3.",
            "1.2.3",
            "2026-01-01T00:00:00Z",
            "5 minutes",
        ] {
            assert_eq!(wait(text, None), Some(5), "{text}");
        }
    }
}
