//! The grant of one business: its token, and the one refresh that all callers share.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use retm_types::Secret;

use super::exchange::{GrantRequest, Granted};
use super::token::{AccessToken, GrantType};
use crate::business_id::BusinessId;
use crate::core::Core;
use crate::error::{Error, ErrorKind};

/// The grant of one business.
#[derive(Debug, Default)]
pub(crate) struct Grant(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    token: Option<Arc<AccessToken>>,
    refresh_token: Option<Secret>,
    /// Whether the merchant authorized the app with a code; without, the app's credentials serve.
    by_code: bool,
    /// The grant is gone; asking again would change nothing.
    revoked: Option<Error>,
    /// How many exchanges have been started.
    started: u64,
    /// The exchange of a code that gave the present grant: an earlier exchange may not touch it.
    granted_by: u64,
    refresh: Option<Exchange>,
    code: Option<Exchange>,
}

/// A token request on its way, which any number of callers can wait for.
#[derive(Clone)]
struct Exchange {
    number: u64,
    token: Shared<BoxFuture<'static, Result<Arc<AccessToken>, Error>>>,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exchange({})", self.number)
    }
}

/// What a caller who needs a token waits for.
enum Wait {
    /// A refresh that somebody else has started.
    Joined(Exchange),
    /// The refresh that this caller has started.
    Own(Exchange),
    /// The exchange of a code, which will bring a new grant if it succeeds.
    Code(Exchange),
}

impl Grant {
    /// A token that will live long enough to be used; asks for one where there is none.
    pub(crate) async fn token(
        self: &Arc<Self>,
        core: &Arc<Core>,
        business: &BusinessId,
    ) -> Result<Arc<AccessToken>, Error> {
        loop {
            let wait = {
                let mut state = self.lock();
                if let Some(token) = state.fresh(core.timers.clock.now()) {
                    return Ok(token);
                }
                match (&state.refresh, &state.code) {
                    (Some(running), _) => Wait::Joined(running.clone()),
                    (None, Some(running)) => Wait::Code(running.clone()),
                    (None, None) => {
                        let request = state.next_request()?;
                        Wait::Own(self.start(&mut state, core, business, request))
                    }
                }
            };
            let error = match wait {
                Wait::Code(exchange) => match exchange.token.await {
                    Ok(token) => return Ok(token),
                    // A bad code says nothing of the grant that there is.
                    Err(_) => continue,
                },
                Wait::Joined(exchange) => match exchange.token.await {
                    Ok(token) => return Ok(token),
                    // Whoever started it took it down with their runtime.
                    Err(error) if error.kind() == ErrorKind::Internal => continue,
                    Err(error) => error,
                },
                Wait::Own(exchange) => match exchange.token.await {
                    Ok(token) => return Ok(token),
                    Err(error) => error,
                },
            };
            // A code may have brought another grant meanwhile.
            return self.lock().fresh(core.timers.clock.now()).ok_or(error);
        }
    }

    /// Exchanges a code; its grant replaces the one there was.
    pub(crate) async fn authorize(
        self: &Arc<Self>,
        core: &Arc<Core>,
        business: &BusinessId,
        code: Secret,
    ) -> Result<Arc<AccessToken>, Error> {
        let exchange = self.start(&mut self.lock(), core, business, GrantRequest::Code(code));
        exchange.token.await
    }

    /// Forgets a token that the API refused, unless another has taken its place.
    pub(crate) fn invalidate(&self, refused: &Arc<AccessToken>) {
        let mut state = self.lock();
        if state
            .token
            .as_ref()
            .is_some_and(|token| Arc::ptr_eq(token, refused))
        {
            state.token = None;
        }
    }

    /// Forgets everything; an exchange that is under way changes nothing any more.
    pub(crate) fn reset(&self) {
        let mut state = self.lock();
        let started = state.started + 1;
        *state = State {
            started,
            granted_by: started,
            ..State::default()
        };
    }

    /// Starts the exchange in a task of its own: the server may spend a single-use code or refresh
    /// token, so neither the request nor its result may be lost when the callers go away.
    fn start(
        self: &Arc<Self>,
        state: &mut State,
        core: &Arc<Core>,
        business: &BusinessId,
        request: GrantRequest,
    ) -> Exchange {
        state.started += 1;
        let number = state.started;
        let (by_code, own) = (request.is_code(), !state.by_code);
        let (grant, core, business) = (self.clone(), core.clone(), business.clone());
        let task = tokio::spawn(async move {
            let result = match request.send(&core, &business).await {
                // The app's own credentials can do without the refresh token.
                Err(error) if error.is_revoked() && own && !by_code => {
                    GrantRequest::ClientCredentials.send(&core, &business).await
                }
                result => result,
            };
            grant.finish(result, number, by_code)
        });
        let grant = Arc::downgrade(self);
        let token = task.map(move |joined| {
            joined.unwrap_or_else(|error| {
                if let Some(grant) = grant.upgrade() {
                    grant.lock().forget(number);
                }
                Err(Error::new(ErrorKind::Internal).with_source(error))
            })
        });
        let token = token.boxed().shared();
        let exchange = Exchange { number, token };
        let slot = match by_code {
            true => &mut state.code,
            false => &mut state.refresh,
        };
        *slot = Some(exchange.clone());
        exchange
    }

    fn finish(
        &self,
        result: Result<Granted, Error>,
        number: u64,
        by_code: bool,
    ) -> Result<Arc<AccessToken>, Error> {
        let mut state = self.lock();
        state.forget(number);
        let overtaken = number < state.granted_by;
        match result {
            Ok(granted) => {
                let mut token = granted.token;
                if overtaken {
                    return Ok(Arc::new(token));
                }
                // "Possibly a refresh token": where the answer to a refresh has none, the last one
                // stays good.
                let refreshed = token.status.grant_type == GrantType::RefreshToken;
                if !refreshed || granted.refresh_token.is_some() {
                    state.refresh_token = granted.refresh_token;
                }
                if by_code {
                    state.by_code = true;
                    state.granted_by = number;
                }
                state.revoked = None;
                token.status.renewable = state.refresh_token.is_some() || !state.by_code;
                let token = Arc::new(token);
                state.token = Some(token.clone());
                Ok(token)
            }
            Err(error) => {
                if error.kind() == ErrorKind::Revoked && !overtaken {
                    state.token = None;
                    state.revoked = Some(error.clone());
                }
                Err(error)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn fresh(&self, now: SystemTime) -> Option<Arc<AccessToken>> {
        self.token
            .as_ref()
            .filter(|token| token.is_fresh(now))
            .cloned()
    }

    /// Forgets an exchange that has ended, unless another has taken its place.
    fn forget(&mut self, number: u64) {
        for slot in [&mut self.refresh, &mut self.code] {
            if slot
                .as_ref()
                .is_some_and(|exchange| exchange.number == number)
            {
                *slot = None;
            }
        }
    }

    fn next_request(&self) -> Result<GrantRequest, Error> {
        if let Some(revoked) = &self.revoked {
            return Err(revoked.clone());
        }
        match (&self.refresh_token, self.by_code) {
            (Some(refresh_token), _) => Ok(GrantRequest::Refresh(refresh_token.clone())),
            (None, false) => Ok(GrantRequest::ClientCredentials),
            (None, true) => Err(Error::new(ErrorKind::Revoked)
                .with_detail("the token is no longer good and came without a refresh token")),
        }
    }
}
