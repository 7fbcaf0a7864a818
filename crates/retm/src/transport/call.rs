//! One call: what it needs before its first attempt, and how it ends.

use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use reqwest::Request;
use retm_client::OperationRequest;
use retm_types::ApiError;
use tracing::{Instrument, Span};

use super::decode::Decode;
use super::destination::{Destination, Group};
use crate::auth::{AccessToken, Grant};
use crate::core::Core;
use crate::error::{Captured, Error, ErrorKind};
use crate::limit::{Permit, Refusal};
use crate::observe::{self, Plan};
use crate::options::CallOptions;
use crate::response::Response;
use crate::retry::{Backoff, RetryPolicy};

/// A request that the generated client has built, or why it could not.
pub(crate) type Built = Result<OperationRequest, Error>;

/// What the generated `request()` returned, as ours.
pub(crate) fn built(
    request: Result<OperationRequest, retm_client::Error<ApiError>>,
) -> Result<OperationRequest, Error> {
    request.map_err(|error| match error {
        retm_client::Error::InvalidRequest(why) => {
            Error::new(ErrorKind::InvalidRequest).with_detail(why)
        }
        retm_client::Error::CommunicationError(error) => Error::of_network(error),
        _ => Error::new(ErrorKind::Internal),
    })
}

/// A call that is being made.
pub(crate) struct Call<'a> {
    pub(super) core: &'a Arc<Core>,
    pub(super) to: &'a Destination,
    grant: Option<&'a Arc<Grant>>,
    pub(super) options: &'a CallOptions,
    pub(super) started: Duration,
    /// When the whole call, its token and all its attempts, is out of time.
    deadline: Duration,
    pub(super) begun: Option<Begun>,
    pub(super) permit: Option<Permit>,
    token: Option<Arc<AccessToken>>,
    pub(super) attempts: u32,
}

/// What is known once the request says which operation it is of.
pub(super) struct Begun {
    pub(super) plan: &'static Plan,
    span: Span,
}

impl<'a> Call<'a> {
    /// A call with the token of the business, or the token request itself, which has none.
    pub(crate) fn new(
        core: &'a Arc<Core>,
        to: &'a Destination,
        grant: Option<&'a Arc<Grant>>,
        options: &'a CallOptions,
    ) -> Self {
        let started = core.timers.clock.monotonic();
        let overall = options.deadline.unwrap_or(core.timeouts.overall);
        Self {
            core,
            to,
            grant,
            options,
            started,
            deadline: started.saturating_add(overall),
            begun: None,
            permit: None,
            token: None,
            attempts: 0,
        }
    }

    /// Sends the request and decodes the answer.
    pub(crate) async fn answer<T>(
        mut self,
        request: Built,
        decode: Decode<T>,
    ) -> Result<Response<T>, Error> {
        match self.fetch(request).await {
            Err(error) => Err(self.failed(error)),
            Ok(captured) => match decode(&captured) {
                Err(error) => Err(self.failed(error)),
                Ok(value) => {
                    self.end(Ok(()));
                    Ok(Response::new(value, captured))
                }
            },
        }
    }

    async fn fetch(&mut self, request: Built) -> Result<Captured, Error> {
        let OperationRequest {
            operation_id,
            mut request,
            ..
        } = request?;
        let plan = Plan::of(operation_id).ok_or_else(|| Error::new(ErrorKind::Internal))?;
        let span = observe::call_span(plan, &self.to.business);
        self.begun = Some(Begun {
            plan,
            span: span.clone(),
        });
        async move {
            self.prepare(plan, &mut request).await?;
            self.send_until_answered(request).await
        }
        .instrument(span)
        .await
    }

    /// How much time the call has left.
    pub(super) fn left(&self) -> Duration {
        self.deadline
            .saturating_sub(self.core.timers.clock.monotonic())
    }

    pub(super) fn retry_policy(&self) -> &dyn RetryPolicy {
        self.options.retry().unwrap_or(&*self.core.sending.retry)
    }

    pub(super) fn backoff(&self) -> &dyn Backoff {
        self.options
            .backoff()
            .unwrap_or(&*self.core.sending.backoff)
    }

    /// What is kept for the business and the group of the operation.
    pub(super) fn group(&self, plan: &Plan) -> Option<&'a Group> {
        self.to.group(plan, &self.core.sending.quotas)
    }

    /// What comes before the first attempt: path, headers, limit, token.
    async fn prepare(&mut self, plan: &'static Plan, request: &mut Request) -> Result<(), Error> {
        let base = || self.to.base_url.clone();
        self.core.overrides.apply(plan.operation.id, base, request);
        self.options.apply(request.headers_mut())?;
        self.admit(None).await?;
        self.authorize(request).await?;
        if let Some(group) = self.group(plan) {
            group.budget.earn(self.core.sending.budget);
        }
        self.to.host_budget.earn(self.core.sending.budget);
        Ok(())
    }

    /// Waits until the limits let a request through.
    pub(super) async fn admit(&mut self, slept_until: Option<Duration>) -> Result<(), Error> {
        let group = self.begun.as_ref().and_then(|begun| self.group(begun.plan));
        let Some(group) = group else { return Ok(()) };
        let timers = &self.core.timers;
        match group
            .limiter
            .admit(timers, self.deadline, slept_until)
            .await
        {
            Ok(permit) => {
                self.permit = Some(permit);
                Ok(())
            }
            Err(Refusal(wait)) => Err(Error::held_back(group.limiter.group(), wait, timers)),
        }
    }

    /// Puts the token of the business into the request.
    pub(super) async fn authorize(&mut self, request: &mut Request) -> Result<(), Error> {
        let Some(grant) = self.grant else {
            return Ok(());
        };
        let late = || Error::new(ErrorKind::Timeout).with_detail("waiting for a token");
        let left = self.left();
        if left.is_zero() {
            return Err(late());
        }
        let token = grant.token(self.core, &self.to.business, left);
        let token = tokio::time::timeout(left, token)
            .await
            .map_err(|_| late())??;
        let bearer = token.bearer().clone();
        request.headers_mut().insert(AUTHORIZATION, bearer);
        self.token = Some(token);
        Ok(())
    }

    /// Forgets the token that the API refused. Returns `true` if there was one.
    pub(super) fn forget_token(&mut self) -> bool {
        let (Some(grant), Some(token)) = (self.grant, self.token.take()) else {
            return false;
        };
        grant.invalidate(&token);
        self.token = Some(token);
        true
    }

    /// Completes an error with what the call knows, and reports it.
    fn failed(&mut self, error: Error) -> Error {
        // The error of a token request has its own attempts.
        let error = match error.attempts() {
            0 => error.with_attempts(self.attempts),
            _ => error,
        };
        let token = self.token.as_ref();
        let error = error.hiding(token.map(|token| token.stored.access_token.clone()));
        self.end(Err(&error));
        error
    }

    /// Reports how the call ended, once.
    fn end(&mut self, result: Result<(), &Error>) {
        if let Some(Begun { plan, span }) = self.begun.take() {
            observe::end_call(&span, self.attempts, result);
            observe::call_ended(plan, Some(result), self.took());
        }
    }

    fn took(&self) -> Duration {
        let now = self.core.timers.clock.monotonic();
        now.saturating_sub(self.started)
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if let Some(begun) = self.begun.take() {
            observe::call_ended(begun.plan, None, self.took());
        }
    }
}
