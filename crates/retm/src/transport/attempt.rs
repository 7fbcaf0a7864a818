//! One request with its attempts: time-outs, and which failures are tried again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder, Retryable};
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::{Method, Request};

use super::CallTransport;
use crate::error::{Captured, Error, ErrorKind};
use crate::time::Timers;

/// The retry policy, in one place: back-off from 200 ms, doubling to 5 s, with jitter, 3 attempts in all.
fn backoff() -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(200))
        .with_max_delay(Duration::from_secs(5))
        .with_factor(2.0)
        .with_jitter()
        .with_max_times(2)
}

/// A longer wait than this is the caller's to decide on.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10);

/// An attempt that gave no usable answer.
enum Failure {
    /// The network failed.
    Network(Error),
    /// A status that may be different the next time.
    Status(Captured),
}

impl Failure {
    /// Safe methods are sent again; anything else only where it was certainly never sent.
    fn is_retryable(&self, safe: bool) -> bool {
        match self {
            Self::Network(error) => error.is_connect() || (safe && error.is_network()),
            Self::Status(captured) => {
                safe && captured
                    .retry_after()
                    .is_none_or(|wait| wait <= LONGEST_RETRY_AFTER)
            }
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Network(_) => None,
            Self::Status(captured) => captured.retry_after(),
        }
    }
}

impl CallTransport {
    /// Sends a request until it is answered, refused for good or out of time.
    ///
    /// Not an `async fn`: the compiler cannot tell that one which awaits backon's future is `Send`.
    pub(super) fn attempts(&self, request: Request) -> BoxFuture<'static, Result<Captured, Error>> {
        let timeouts = self.0.core.timeouts;
        let Timers { clock, sleep } = self.0.core.timers.clone();
        let safe = request.method() == Method::GET;
        let deadline = clock.monotonic() + timeouts.overall;
        let left = move || deadline.saturating_sub(clock.monotonic());
        let may_wait = left.clone();
        let call = self.clone();
        let attempt = move || {
            let (call, request) = (call.clone(), request.try_clone());
            let timeout = timeouts.attempt.min(left());
            async move { call.attempt(request, timeout).await }
        };
        attempt
            .retry(backoff().build())
            .sleep(move |duration| sleep.sleep(duration))
            .when(move |failure: &Failure| failure.is_retryable(safe) && !may_wait().is_zero())
            .adjust(|failure: &Failure, planned| {
                planned.map(|planned| {
                    failure
                        .retry_after()
                        .map_or(planned, |wait| wait.max(planned))
                })
            })
            .map(|outcome| match outcome {
                Ok(captured) | Err(Failure::Status(captured)) => Ok(captured),
                Err(Failure::Network(error)) => Err(error),
            })
            .boxed()
    }

    async fn attempt(
        &self,
        request: Option<Request>,
        timeout: Duration,
    ) -> Result<Captured, Failure> {
        let Some(mut request) = request else {
            return Err(Failure::Network(Error::new(ErrorKind::Internal)));
        };
        *request.timeout_mut() = Some(timeout);
        self.outcome().attempts += 1;
        let answer = self.0.core.http.execute(request).await;
        let response = answer.map_err(|error| Failure::Network(network(error)))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response
            .bytes()
            .await
            .map_err(|error| Failure::Network(network(error)))?;
        let captured = Captured {
            status,
            headers,
            body,
        };
        match status.as_u16() {
            408 | 429 | 500 | 502 | 503 | 504 => Err(Failure::Status(captured)),
            _ => Ok(captured),
        }
    }
}

/// A failure of the network, without the URL: its query may hold personal data.
pub(super) fn network(error: reqwest::Error) -> Error {
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
    Error::new(kind).with_source(error)
}
