//! Errors from the network.

use std::io::ErrorKind as ErrorOfIo;
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
        } else if is_bad_compression(&error) {
            ErrorKind::Decode
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
    /// The failure of an answer whose body is longer than the limit; it keeps status, headers and what has come.
    pub(crate) fn too_large(&self, announced: Option<u64>, limit: usize) -> Error {
        let detail = match announced {
            Some(length) => format!(
                "{}, and the limit is {}; nothing was read",
                size(length),
                size(limit as u64)
            ),
            None => format!("more than {}; the rest was not read", size(limit as u64)),
        };
        self.as_error(ErrorKind::TooLarge).with_detail(detail)
    }

    /// The failure of an answer whose body broke off; it keeps status, headers and what has come.
    pub(crate) fn broken_off(&self, error: reqwest::Error) -> Error {
        let error = Error::of_network(error);
        let detail = match error.kind() {
            ErrorKind::Decode => {
                "the body is not compressed in the way that its `Content-Encoding` says".to_owned()
            }
            _ => format!("the answer broke off after {} bytes", self.body.len()),
        };
        let mut whole = self.as_error(error.kind()).with_detail(detail);
        whole.0.source = error.0.source;
        whole
    }
}

/// A size as people say it: a long number would be masked like a telephone number.
fn size(bytes: u64) -> String {
    match bytes {
        0..10_240 => format!("{bytes} bytes"),
        10_240..10_485_760 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

/// Returns `true` if the bytes came and are not what `Content-Encoding` says: a compressed body that breaks off is a
/// failure of the network.
fn is_bad_compression(error: &reqwest::Error) -> bool {
    let io = io_cause(error);
    error.is_decode()
        && io
            .is_some_and(|io| matches!(io.kind(), ErrorOfIo::InvalidData | ErrorOfIo::InvalidInput))
}

fn io_cause<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a std::io::Error> {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.filter_map(|cause| cause.downcast_ref()).last()
}

/// The innermost cause: what the operating system, TLS or HTTP says.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
