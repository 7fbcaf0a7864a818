//! A decoded answer with what came along with it.

use std::ops::{Deref, DerefMut};

use http::{HeaderMap, StatusCode};

use crate::error::Captured;

/// A decoded answer with its status, headers, request id and raw body.
#[derive(Clone, Debug)]
pub struct Response<T> {
    value: T,
    captured: Captured,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, captured: Captured) -> Self {
        Self { value, captured }
    }

    /// The decoded answer alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.captured.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.captured.headers
    }

    /// What the server calls this request: `x-request-id`, `x-correlation-id` or `cf-ray`.
    pub fn request_id(&self) -> Option<&str> {
        self.captured.request_id()
    }

    /// The body as it came.
    pub fn raw_body(&self) -> &[u8] {
        &self.captured.body
    }

    pub(crate) fn map<U>(self, f: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: f(self.value),
            captured: self.captured,
        }
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
