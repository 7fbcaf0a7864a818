//! A decoded answer with what came along with it.

use std::ops::{Deref, DerefMut};

use http::{HeaderMap, StatusCode};

use retm_types::Problems;
use serde::de::DeserializeOwned;

use crate::error::{Captured, Error};

/// A decoded answer with its status, headers, request id and raw body.
#[derive(Clone, Debug)]
pub struct Response<T> {
    value: T,
    problems: Problems,
    captured: Captured,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, problems: Problems, captured: Captured) -> Self {
        Self {
            value,
            problems,
            captured,
        }
    }

    /// The members that did not fit and were left out of the value, each with its JSON pointer into the answer, the reason and
    /// its JSON; nearly always none.
    pub fn problems(&self) -> &Problems {
        &self.problems
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

    /// Decodes the raw body as another type: for what the spec does not have.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode), which says where it does not fit.
    pub fn decode<U: DeserializeOwned>(&self) -> Result<U, Error> {
        let decoded = retm_types::decode(&self.captured.body);
        decoded.map_err(|cause| self.captured.undecodable(cause))
    }

    pub(crate) fn map<U>(self, f: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: f(self.value),
            problems: self.problems,
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
