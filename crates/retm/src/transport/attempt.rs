//! One attempt: sends a request and reads the answer.

use bytes::Bytes;
use http::StatusCode;
use reqwest::{Request, Response};
use tracing::Instrument;

use super::Call;
use crate::error::{Captured, Error};
use crate::observe::Attempt;
use crate::retry::Failure;

/// How much memory the announced length of an answer is trusted with.
const MOST_TRUSTED: usize = 1 << 20;

impl Call {
    /// Sends a request once, in the time that is left.
    pub(super) async fn attempt(&self, mut request: Request) -> Result<Captured, Error> {
        let timeout = self.options.attempt_timeout;
        let timeout = timeout.unwrap_or(self.core.timeouts.attempt);
        *request.timeout_mut() = Some(timeout.min(self.left()));
        let attempts = {
            let mut outcome = self.outcome();
            outcome.attempts += 1;
            outcome.attempts
        };
        let Some(begun) = self.begun.get() else {
            return self.exchange(request).await;
        };
        let template = self.core.overrides.template(begun.plan.operation);
        let peer = (self.to.host.as_str(), self.to.port);
        let watched = Attempt::new(begun.plan, template, peer, attempts);
        let answer = self.exchange(request).instrument(watched.span()).await;
        watched.end(match &answer {
            Ok(captured) => Ok(captured.status),
            Err(error) => Err((failure(error), error.status())),
        });
        answer
    }

    async fn exchange(&self, request: Request) -> Result<Captured, Error> {
        let answer = self.core.http.execute(request).await;
        self.read(answer.map_err(Error::of_network)?).await
    }

    /// Reads the body; an answer that breaks off keeps what has come.
    async fn read(&self, mut response: Response) -> Result<Captured, Error> {
        let received = self.core.timers.clock.now();
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let (body, broken) = body(&mut response).await;
        let captured = Captured {
            status,
            headers,
            body,
            received,
        };
        match broken {
            None => Ok(captured),
            Some(error) => Err(captured.broken_off(error)),
        }
    }
}

/// What has come of a body, and what broke it off. One that comes in one piece is not copied.
async fn body(response: &mut Response) -> (Bytes, Option<reqwest::Error>) {
    let announced = response.content_length().unwrap_or_default();
    let mut only = Bytes::new();
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if only.is_empty() && body.is_empty() => only = chunk,
            Ok(Some(chunk)) => {
                if body.is_empty() {
                    let announced = usize::try_from(announced).unwrap_or(0);
                    body.reserve(announced.min(MOST_TRUSTED).max(only.len() + chunk.len()));
                    body.extend_from_slice(&std::mem::take(&mut only));
                }
                body.extend_from_slice(&chunk);
            }
            ended => {
                let body = if body.is_empty() { only } else { body.into() };
                return (body, ended.err());
            }
        }
    }
}

/// What a policy is told of an error of the network.
pub(super) fn failure(error: &Error) -> Failure {
    if error.is_connect() {
        Failure::Connect
    } else if error.is_timeout() {
        Failure::Timeout
    } else {
        Failure::Network
    }
}

/// What a policy is told of an answer; `None` of a good one.
pub(super) fn refusal(status: StatusCode) -> Option<Failure> {
    (status.is_client_error() || status.is_server_error()).then_some(Failure::Status(status))
}
