//! What goes back to the caller, before it is an HTTP response.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use serde_json::Value;

/// The content type of everything the API itself says.
pub(crate) const JSON: &str = "application/json";

/// A status, headers and a body.
///
/// Tests queue one with [`Sandbox::override_next`](crate::Sandbox::override_next) to see how a client takes it.
///
/// ```
/// use retm_sandbox::Answer;
///
/// let storm = Answer::new(429, "application/json", r#"{"message":"Too Many Attempts."}"#)
///     .header("retry-after", "30");
/// let gateway = Answer::new(502, "text/html", "<html>Bad Gateway</html>");
/// ```
#[derive(Clone, Debug)]
pub struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Answer {
    /// An answer of these bytes. An empty `content_type` sends no such header.
    pub fn new(status: u16, content_type: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            content_type: content_type.into(),
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// An answer of this JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        // Maps with text keys and numbers that came from JSON can always be written.
        Self::new(status, JSON, serde_json::to_vec(body).unwrap_or_default())
    }

    /// Adds a header. A name or value that HTTP does not allow is left out when the answer is sent.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The response; an empty request id sends no such header.
    pub(crate) fn into_response(self, request_id: &str) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if !self.content_type.is_empty()
            && let Ok(value) = HeaderValue::from_str(&self.content_type)
        {
            headers.insert(header::CONTENT_TYPE, value);
        }
        if !request_id.is_empty()
            && let Ok(value) = HeaderValue::from_str(request_id)
        {
            headers.insert(HeaderName::from_static("x-request-id"), value);
        }
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (
                HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_str(value),
            ) {
                headers.insert(name, value);
            }
        }
        response
    }
}
