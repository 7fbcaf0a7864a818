//! How a call travels: token → send → classify → retry, or refresh once on 401.
//!
//! Each call has a transport of its own. The generated code can pass on neither our errors nor the
//! bytes of an answer, so both are put down here and the wrapper reads them first.

mod attempt;
mod path_override;
mod strange;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use http::header::AUTHORIZATION;
use progenitor_client::ResponseValue;
use reqwest::{Request, Response as HttpResponse};
use retm_client::{Client, Inner, Refused, Transport};
use retm_types::ApiError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::auth::{AccessToken, Grant};
use crate::business_id::BusinessId;
use crate::core::Core;
use crate::error::{Captured, Error, ErrorKind};
use crate::options::CallOptions;
use crate::response::Response;
pub(crate) use path_override::PathOverrides;

/// What the generated code returns.
pub(crate) type Sent<T> = Result<ResponseValue<T>, progenitor_client::Error<ApiError>>;

/// The transport of one call. Cloning shares the outcome.
#[derive(Clone)]
pub(crate) struct CallTransport(Arc<Call>);

struct Call {
    core: Arc<Core>,
    business: BusinessId,
    grant: Option<Arc<Grant>>,
    /// When the whole call, its token and all its attempts, is out of time.
    deadline: Duration,
    outcome: Mutex<Outcome>,
}

#[derive(Default)]
struct Outcome {
    token: Option<Arc<AccessToken>>,
    error: Option<Error>,
    captured: Option<Captured>,
    attempts: u32,
}

impl CallTransport {
    /// A call with the token of the business.
    pub(crate) fn new(
        core: &Arc<Core>,
        business: &BusinessId,
        grant: &Arc<Grant>,
        options: &CallOptions,
    ) -> Self {
        Self::build(core, business, Some(grant.clone()), options)
    }

    /// A call without a token: the token request itself.
    pub(crate) fn without_token(
        core: &Arc<Core>,
        business: &BusinessId,
        options: &CallOptions,
    ) -> Self {
        Self::build(core, business, None, options)
    }

    fn build(
        core: &Arc<Core>,
        business: &BusinessId,
        grant: Option<Arc<Grant>>,
        options: &CallOptions,
    ) -> Self {
        let started = core.timers.clock.monotonic();
        let overall = options.deadline.unwrap_or(core.timeouts.overall);
        Self(Arc::new(Call {
            deadline: started.saturating_add(overall),
            core: core.clone(),
            business: business.clone(),
            grant,
            outcome: Mutex::default(),
        }))
    }

    /// The generated client that sends through this call.
    pub(crate) fn client(&self) -> Client {
        let Call { core, business, .. } = &*self.0;
        Client::new_with_client(
            &core.base.of(business),
            core.http.clone(),
            Inner::new(self.clone()),
        )
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
        let mut outcome = self.outcome();
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

    /// How much time the call has left.
    fn left(&self) -> Duration {
        self.0
            .deadline
            .saturating_sub(self.0.core.timers.clock.monotonic())
    }

    fn outcome(&self) -> MutexGuard<'_, Outcome> {
        self.0
            .outcome
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the token of the business into the request.
    async fn authorize(&self, request: &mut Request) -> Result<(), Error> {
        let Call {
            core,
            business,
            grant,
            ..
        } = &*self.0;
        let Some(grant) = grant else { return Ok(()) };
        let late = || Error::new(ErrorKind::Timeout).with_detail("waiting for a token");
        let left = self.left();
        if left.is_zero() {
            return Err(late());
        }
        let token = tokio::time::timeout(left, grant.token(core, business))
            .await
            .map_err(|_| late())??;
        let bearer = token.bearer().clone();
        request.headers_mut().insert(AUTHORIZATION, bearer);
        self.outcome().token = Some(token);
        Ok(())
    }

    /// Sends; after a 401, once more with a fresh token.
    async fn run(&self, request: Request) -> Result<Captured, Error> {
        let replay = request.try_clone();
        let captured = self.attempts(request).await?;
        let token = self.outcome().token.clone();
        let (Some(grant), Some(token), Some(mut replay)) = (&self.0.grant, token, replay) else {
            return Ok(captured);
        };
        if captured.status != http::StatusCode::UNAUTHORIZED {
            return Ok(captured);
        }
        grant.invalidate(&token);
        self.authorize(&mut replay).await?;
        self.attempts(replay).await
    }
}

impl Transport for CallTransport {
    fn before<'a>(
        &'a self,
        request: &'a mut Request,
        operation_id: &'static str,
    ) -> BoxFuture<'a, Result<(), Refused>> {
        Box::pin(async move {
            let Call { core, business, .. } = &*self.0;
            core.overrides
                .apply(operation_id, || core.base.of(business), request);
            self.authorize(request).await.map_err(|error| {
                let refused = Refused(error.to_string());
                self.outcome().error = Some(error);
                refused
            })
        })
    }

    fn send<'a>(
        &'a self,
        request: Request,
        _operation_id: &'static str,
    ) -> BoxFuture<'a, reqwest::Result<HttpResponse>> {
        Box::pin(async move {
            match self.run(request).await {
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

/// The response again, for the generated code to decode.
fn rebuild(captured: &Captured) -> HttpResponse {
    let mut response = http::Response::new(captured.body.clone());
    *response.status_mut() = captured.status;
    *response.headers_mut() = captured.headers.clone();
    HttpResponse::from(response)
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
