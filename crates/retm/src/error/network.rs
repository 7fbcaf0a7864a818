//! Errors from the network.

use std::time::Duration;

use super::{Captured, Error, ErrorKind};
use crate::time::Timers;

impl Error {
    /// A failure of the network, without the URL: its query may hold personal data.
    pub(crate) fn of_network(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let kind = if error.is_connect() {
            ErrorKind::Connect
        } else if error.is_timeout() {
            ErrorKind::Timeout
        } else if error.is_builder() {
            ErrorKind::InvalidRequest
        } else {
            ErrorKind::Network
        };
        let mut this = Self::new(kind);
        if kind != ErrorKind::Timeout {
            this = this.with_detail(root_cause(&error));
        }
        this.with_source(error)
    }
}

impl Error {
    /// A request that the client's own limiter cannot send in the time of its call; it could after
    /// the wait, which is nothing where nobody knows.
    pub(crate) fn held_back(group: &str, wait: Duration, timers: &Timers) -> Self {
        let mut this = Self::new(ErrorKind::RateLimited).with_detail(format!(
            "the limit for {group} lets nothing through before the call is out of time; nothing was sent"
        ));
        if !wait.is_zero() {
            this.0.retry_after = Some(wait);
            this.0.retry_at = timers.clock.now().checked_add(wait);
        }
        this
    }
}

impl Captured {
    /// The failure of an answer whose body broke off; it keeps status, headers and what has come.
    pub(crate) fn broken_off(&self, error: reqwest::Error) -> Error {
        let error = Error::of_network(error);
        let detail = format!("the answer broke off after {} bytes", self.body.len());
        let mut whole = self.as_error(error.kind()).with_detail(detail);
        whole.0.source = error.0.source;
        whole
    }
}

/// The innermost cause: what the operating system, TLS or HTTP says.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
