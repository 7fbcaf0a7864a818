//! How a call travels: limit → token → send → classify → retry, or refresh once on 401.
//!
//! Each call has a transport of its own. The generated code can pass on neither our errors nor the
//! bytes of an answer, so both are put down here and the wrapper reads them first.

mod attempt;
mod destination;
mod http_client;
mod path_override;
mod retry_loop;
mod strange;

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use http::header::AUTHORIZATION;
use progenitor_client::ResponseValue;
use reqwest::{Request, Response as HttpResponse, ResponseBuilderExt, Url};
use retm_client::{Client, Inner, Refused, Transport};
use retm_types::ApiError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::{Instrument, Span};

use crate::auth::{AccessToken, Grant};
use crate::business_id::BusinessId;
use crate::core::Core;
use crate::error::{Captured, Error, ErrorKind};
use crate::limit::{Permit, Refusal};
use crate::observe::{self, Plan};
use crate::options::CallOptions;
use crate::response::Response;
use crate::retry::{Backoff, RetryPolicy};
use destination::Group;
pub(crate) use destination::{Destination, Destinations};
pub(crate) use http_client::HttpOptions;
pub(crate) use path_override::PathOverrides;

/// What the generated code returns.
pub(crate) type Sent<T> = Result<ResponseValue<T>, progenitor_client::Error<ApiError>>;

/// The transport of one call. Cloning shares the outcome.
#[derive(Clone)]
pub(crate) struct CallTransport(Arc<Call>);

struct Call {
    core: Arc<Core>,
    to: Arc<Destination>,
    grant: Option<Arc<Grant>>,
    options: CallOptions,
    started: Duration,
    /// When the whole call, its token and all its attempts, is out of time.
    deadline: Duration,
    begun: OnceLock<Begun>,
    outcome: Mutex<Outcome>,
}

/// What is known once the generated code has said which operation it is.
struct Begun {
    plan: &'static Plan,
    span: Span,
}

#[derive(Default)]
struct Outcome {
    permit: Option<Permit>,
    token: Option<Arc<AccessToken>>,
    error: Option<Error>,
    captured: Option<Captured>,
    attempts: u32,
    /// Whether the call has been reported.
    ended: bool,
}

impl CallTransport {
    /// A call with the token of the business.
    pub(crate) fn new(
        core: &Arc<Core>,
        to: &Arc<Destination>,
        grant: &Arc<Grant>,
        options: &CallOptions,
    ) -> Self {
        Self::build(core, to.clone(), Some(grant.clone()), options)
    }

    /// A call without a token: the token request itself.
    pub(crate) fn without_token(
        core: &Arc<Core>,
        business: &BusinessId,
        options: &CallOptions,
    ) -> Self {
        Self::build(core, core.destination(business), None, options)
    }

    fn build(
        core: &Arc<Core>,
        to: Arc<Destination>,
        grant: Option<Arc<Grant>>,
        options: &CallOptions,
    ) -> Self {
        let started = core.timers.clock.monotonic();
        let overall = options.deadline.unwrap_or(core.timeouts.overall);
        Self(Arc::new(Call {
            started,
            deadline: started.saturating_add(overall),
            core: core.clone(),
            to,
            grant,
            options: options.clone(),
            begun: OnceLock::new(),
            outcome: Mutex::default(),
        }))
    }

    /// The generated client that sends through this call.
    pub(crate) fn client(&self) -> Client {
        let Call { core, to, .. } = &*self.0;
        let transport: Arc<dyn Transport> = self.0.clone();
        Client::new_with_client(&to.base_url, core.http.clone(), Inner::from(transport))
    }

    /// The outcome of the call: what was put down here first, then what the generated code made of it.
    pub(crate) fn finish<T: DeserializeOwned + Serialize>(
        &self,
        sent: Sent<T>,
    ) -> Result<Response<T>, Error> {
        self.finish_or(sent, |_| None)
    }

    /// As [`finish`](Self::finish); a success that does not decode is given to `salvage` first.
    pub(crate) fn finish_or<T: DeserializeOwned + Serialize>(
        &self,
        sent: Sent<T>,
        salvage: fn(&[u8]) -> Option<T>,
    ) -> Result<Response<T>, Error> {
        let result = self.result(sent, salvage).map_err(|error| {
            let token = self.0.outcome().token.clone();
            error.hiding(token.map(|token| token.stored.access_token.clone()))
        });
        self.0.end(match &result {
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        });
        result
    }

    fn result<T: DeserializeOwned + Serialize>(
        &self,
        sent: Sent<T>,
        salvage: fn(&[u8]) -> Option<T>,
    ) -> Result<Response<T>, Error> {
        let mut outcome = self.0.outcome();
        if let Some(error) = outcome.error.take() {
            // The error of a token request tells of its own attempts.
            return Err(match error.attempts() {
                0 => error.with_attempts(outcome.attempts),
                _ => error,
            });
        }
        let attempts = outcome.attempts;
        let captured = outcome.captured.take();
        drop(outcome);
        match (captured, sent) {
            (Some(captured), Ok(value)) if strange::is_strange(&*value, &captured.body) => {
                Err(strange::error(&captured).with_attempts(attempts))
            }
            (Some(captured), Ok(value)) => Ok(Response::new(value.into_inner(), captured)),
            (Some(captured), Err(_)) if !captured.status.is_success() => {
                Err(captured.error().with_attempts(attempts))
            }
            (Some(captured), Err(_)) => match salvage(&captured.body) {
                Some(value) => Ok(Response::new(value, captured)),
                None => Err(undecodable::<T>(&captured).with_attempts(attempts)),
            },
            (None, Err(progenitor_client::Error::InvalidRequest(why))) => {
                Err(Error::new(ErrorKind::InvalidRequest).with_detail(why))
            }
            (None, Err(progenitor_client::Error::CommunicationError(error))) => {
                Err(Error::of_network(error).with_attempts(attempts))
            }
            (None, _) => Err(Error::new(ErrorKind::Internal).with_attempts(attempts)),
        }
    }
}

impl Call {
    /// How much time the call has left.
    fn left(&self) -> Duration {
        self.deadline
            .saturating_sub(self.core.timers.clock.monotonic())
    }

    fn outcome(&self) -> MutexGuard<'_, Outcome> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn retry_policy(&self) -> &dyn RetryPolicy {
        self.options.retry().unwrap_or(&*self.core.sending.retry)
    }

    fn backoff(&self) -> &dyn Backoff {
        self.options
            .backoff()
            .unwrap_or(&*self.core.sending.backoff)
    }

    /// What is kept for the business and the group of the operation.
    fn group(&self, plan: &Plan) -> Option<&Group> {
        self.to.group(plan, &self.core.sending.quotas)
    }

    /// What comes before the first attempt: path, headers, limit, token.
    async fn prepare(&self, plan: &'static Plan, request: &mut Request) -> Result<(), Error> {
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
    async fn admit(&self, slept_until: Option<Duration>) -> Result<(), Error> {
        let group = self.begun.get().and_then(|begun| self.group(begun.plan));
        let Some(group) = group else { return Ok(()) };
        let timers = &self.core.timers;
        match group
            .limiter
            .admit(timers, self.deadline, slept_until)
            .await
        {
            Ok(permit) => {
                self.outcome().permit = Some(permit);
                Ok(())
            }
            Err(Refusal(wait)) => Err(Error::held_back(group.limiter.group(), wait, timers)),
        }
    }

    /// Puts the token of the business into the request.
    async fn authorize(&self, request: &mut Request) -> Result<(), Error> {
        let Some(grant) = &self.grant else {
            return Ok(());
        };
        let late = || Error::new(ErrorKind::Timeout).with_detail("waiting for a token");
        let left = self.left();
        if left.is_zero() {
            return Err(late());
        }
        let token = grant.token(&self.core, &self.to.business, left);
        let token = tokio::time::timeout(left, token)
            .await
            .map_err(|_| late())??;
        let bearer = token.bearer().clone();
        request.headers_mut().insert(AUTHORIZATION, bearer);
        self.outcome().token = Some(token);
        Ok(())
    }

    /// Forgets the token that the API refused. Whether there was one.
    fn forget_token(&self) -> bool {
        let token = self.outcome().token.clone();
        let (Some(grant), Some(token)) = (&self.grant, token) else {
            return false;
        };
        grant.invalidate(&token);
        true
    }

    /// Reports how the call ended, once.
    fn end(&self, result: Result<(), &Error>) {
        let Some(begun) = self.begun.get() else {
            return;
        };
        let attempts = {
            let mut outcome = self.outcome();
            outcome.ended = true;
            outcome.attempts
        };
        observe::end_call(&begun.span, attempts, result);
        observe::call_ended(begun.plan, Some(result), self.took());
    }

    fn took(&self) -> Duration {
        let now = self.core.timers.clock.monotonic();
        now.saturating_sub(self.started)
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let ended = self.outcome().ended;
        if let Some(begun) = self.begun.get().filter(|_| !ended) {
            observe::call_ended(begun.plan, None, self.took());
        }
    }
}

impl Transport for Call {
    fn before<'a>(
        &'a self,
        request: &'a mut Request,
        operation_id: &'static str,
    ) -> BoxFuture<'a, Result<(), Refused>> {
        Box::pin(async move {
            let Some(plan) = Plan::of(operation_id) else {
                return Err(Refused(operation_id.to_owned()));
            };
            let begun = self.begun.get_or_init(|| Begun {
                plan,
                span: observe::call_span(plan, &self.to.business),
            });
            let prepared = self.prepare(plan, request);
            prepared
                .instrument(begun.span.clone())
                .await
                .map_err(|error| {
                    // The error that is put down says it all.
                    self.outcome().error = Some(error);
                    Refused(String::new())
                })
        })
    }

    fn send<'a>(
        &'a self,
        request: Request,
        _operation_id: &'static str,
    ) -> BoxFuture<'a, reqwest::Result<HttpResponse>> {
        Box::pin(async move {
            let span = self.begun.get().map(|begun| begun.span.clone());
            let sent = self.send_until_answered(request);
            match sent.instrument(span.unwrap_or_else(Span::none)).await {
                Ok(captured) => {
                    let response = rebuild(&captured);
                    self.outcome().captured = Some(captured);
                    Ok(response)
                }
                Err(error) => {
                    self.outcome().error = Some(error);
                    // Nobody can construct a `reqwest::Error`; the wrapper reads our error first.
                    Ok(HttpResponse::from(http::Response::new("")))
                }
            }
        })
    }
}

/// The response again, for the generated code to decode; it looks at neither headers nor URL. One of its
/// own spares the parsing of the one that would be made up.
fn rebuild(captured: &Captured) -> HttpResponse {
    static NOWHERE: LazyLock<Option<Url>> =
        LazyLock::new(|| Url::parse("http://retm.invalid").ok());
    let mut response = http::Response::builder().status(captured.status);
    if let Some(url) = &*NOWHERE {
        response = response.url(url.clone());
    }
    let response = response.body(captured.body.clone());
    // A status that has come is one.
    HttpResponse::from(response.unwrap_or_default())
}

/// A success whose body does not decode: says where, or what the body is instead. Decoded once more
/// for that, since the generated code tells the line and not the member.
fn undecodable<T: DeserializeOwned>(captured: &Captured) -> Error {
    let error = captured.as_error(ErrorKind::Decode);
    match retm_types::decode::<T>(&captured.body) {
        Err(cause) if cause.is_data() => error.with_detail(cause.to_string()).with_source(cause),
        Err(cause) => error.with_detail(captured.looks_like()).with_source(cause),
        Ok(_) => error.with_detail(captured.looks_like()),
    }
}
