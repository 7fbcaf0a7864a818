//! One request with its attempts: time-outs, and which failures are tried again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder, Retryable};
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::{Method, Request, Response};

use super::CallTransport;
use crate::error::{Captured, Error, ErrorKind};

/// The retry policy, in one place: back-off up to 200 ms, doubling to 5 s, 3 attempts in all. Each wait
/// is drawn from all of it (full jitter), so that callers who failed together do not come back together.
fn backoff() -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(200))
        .with_max_delay(Duration::from_secs(5))
        .with_factor(2.0)
        .with_max_times(2)
}

/// A longer wait than this is the caller's to decide on.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10);

/// How much memory the announced length of an answer is trusted with.
const MOST_TRUSTED: usize = 1 << 20;

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
        let sleep = self.0.core.timers.sleep.clone();
        let safe = request.method() == Method::GET;
        let call = self.clone();
        let attempt = move || {
            let (call, request) = (call.clone(), request.try_clone());
            async move { call.attempt(request).await }
        };
        let call = self.clone();
        attempt
            .retry(backoff().build())
            .sleep(move |duration| sleep.sleep(duration))
            .when(move |failure: &Failure| failure.is_retryable(safe))
            .adjust(move |failure: &Failure, planned| {
                let unit = call.0.core.timers.random.unit();
                let share = if (0.0..1.0).contains(&unit) {
                    unit
                } else {
                    1.0
                };
                let drawn = planned?.mul_f64(share);
                let wait = drawn.max(failure.retry_after().unwrap_or_default());
                // An attempt that could only run out of time would hide the failure there is.
                (wait < call.left()).then_some(wait)
            })
            .map(|outcome| match outcome {
                Ok(captured) | Err(Failure::Status(captured)) => Ok(captured),
                Err(Failure::Network(error)) => Err(error),
            })
            .boxed()
    }

    async fn attempt(&self, request: Option<Request>) -> Result<Captured, Failure> {
        let Some(mut request) = request else {
            return Err(Failure::Network(Error::new(ErrorKind::Internal)));
        };
        let timeout = self.0.core.timeouts.attempt.min(self.left());
        *request.timeout_mut() = Some(timeout);
        self.outcome().attempts += 1;
        let answer = self.0.core.http.execute(request).await;
        let response = answer.map_err(|error| Failure::Network(Error::of_network(error)))?;
        let captured = read(response).await.map_err(Failure::Network)?;
        match captured.status.as_u16() {
            408 | 429 | 500 | 502..=504 | 506..=599 => Err(Failure::Status(captured)),
            _ => Ok(captured),
        }
    }
}

/// Reads the body; an answer that breaks off keeps what has come.
async fn read(mut response: Response) -> Result<Captured, Error> {
    let (status, headers) = (response.status(), response.headers().clone());
    let announced = response.content_length().unwrap_or_default();
    let mut body = Vec::with_capacity(usize::try_from(announced).unwrap_or(0).min(MOST_TRUSTED));
    let broken = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let captured = Captured {
        status,
        headers,
        body: body.into(),
    };
    match broken {
        None => Ok(captured),
        Some(error) => Err(captured.broken_off(error)),
    }
}
