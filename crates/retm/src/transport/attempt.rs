//! One attempt: sends a request and reads the answer.

use http::StatusCode;
use reqwest::{Request, Response};
use tracing::Instrument;

use super::body::{self, Cut};
use super::call::Call;
use crate::error::{Captured, Error};
use crate::observe::Attempt;
use crate::retry::Failure;

impl Call<'_> {
    /// Sends a request once, in the time that is left.
    pub(super) async fn attempt(&mut self, mut request: Request) -> Result<Captured, Error> {
        let timeout = self.options.attempt_timeout;
        let timeout = timeout.unwrap_or(self.core.timeouts.attempt);
        *request.timeout_mut() = Some(timeout.min(self.left()));
        self.attempts += 1;
        let Some(begun) = &self.begun else {
            return self.exchange(request).await;
        };
        let template = self.core.overrides.template(begun.plan.operation);
        let peer = (self.to.host.as_str(), self.to.port);
        let watched = Attempt::new(begun.plan, template, peer, self.attempts);
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
        let limit = self.core.sending.body_limit;
        let (body, cut) = body::read(&mut response, limit).await;
        let captured = Captured {
            status,
            headers,
            body,
            received,
        };
        match cut {
            None => Ok(captured),
            // The status says what happened, whatever follows it.
            Some(Cut::TooLarge(_)) if !status.is_success() => Ok(captured),
            Some(Cut::TooLarge(announced)) => Err(captured.too_large(announced, limit)),
            Some(Cut::Failed(error)) => Err(captured.broken_off(error)),
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
