//! The grant of one business: its token, and the one refresh that all callers share.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use retm_types::Secret;
use tokio::sync::oneshot;
use tracing::Instrument;

use super::refresh::Refresh;
use super::state::{Exchange, Need, State};
use super::token::AccessToken;
use crate::business_id::BusinessId;
use crate::core::Core;
use crate::error::{Error, ErrorKind};
use crate::store::GrantKey;

/// The grant of one business.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(super) key: GrantKey,
    state: Mutex<State>,
}

/// What an exchange is for.
pub(super) enum Purpose {
    Refresh,
    Code(Secret),
}

/// Who waits for an exchange.
enum Wait {
    /// A refresh that somebody else has started.
    Joined(Exchange),
    /// The refresh that this caller has started.
    Own(Exchange),
    /// The exchange of a code, which will bring a new grant if it succeeds.
    Code(Exchange),
}

impl Grant {
    pub(crate) fn new(key: GrantKey) -> Self {
        Self {
            key,
            state: Mutex::default(),
        }
    }

    /// A token that will live long enough to be used; asks for one where there is none.
    pub(crate) async fn token(
        self: &Arc<Self>,
        core: &Arc<Core>,
        business: &BusinessId,
    ) -> Result<Arc<AccessToken>, Error> {
        loop {
            let wait = {
                let mut state = self.lock();
                match state.need(core.timers.clock.monotonic()) {
                    Need::Use(token) => return Ok(token),
                    Need::Renew(token) => {
                        self.start(&mut state, core, business, Purpose::Refresh);
                        return Ok(token);
                    }
                    Need::Wait => {}
                }
                match (&state.refresh, &state.code) {
                    (Some(running), _) => Wait::Joined(running.clone()),
                    (None, Some(running)) => Wait::Code(running.clone()),
                    (None, None) => {
                        Wait::Own(self.start(&mut state, core, business, Purpose::Refresh))
                    }
                }
            };
            let error = match wait {
                Wait::Code(exchange) => match exchange.token.await {
                    Ok(token) => return Ok(token),
                    // A bad code says nothing of the grant that there is.
                    Err(_) => continue,
                },
                // Another caller may have been refused with that token already.
                Wait::Joined(exchange) => match exchange.token.await {
                    Ok(token) if self.lock().is_refused(&token) => continue,
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
            // The old token may have some time left, or a code may have brought another grant meanwhile.
            let now = core.timers.clock.monotonic();
            return self.lock().working(now).ok_or(error);
        }
    }

    /// Exchanges a code; its grant replaces the one there was.
    pub(crate) async fn authorize(
        self: &Arc<Self>,
        core: &Arc<Core>,
        business: &BusinessId,
        code: Secret,
    ) -> Result<Arc<AccessToken>, Error> {
        let exchange = self.start(&mut self.lock(), core, business, Purpose::Code(code));
        exchange.token.await
    }

    /// Forgets a token that the API refused, unless another has taken its place.
    pub(crate) fn invalidate(&self, refused: &Arc<AccessToken>) {
        let mut state = self.lock();
        let is_refused = |token: &mut Arc<AccessToken>| Arc::ptr_eq(token, refused);
        if let Some(token) = state.token.take_if(is_refused) {
            state.refused = Some(token);
            state.retry_at = std::time::Duration::ZERO;
        }
    }

    /// Forgets everything here and in the store; an exchange that is under way changes nothing any more.
    pub(crate) async fn reset(&self, core: &Core) -> Result<(), Error> {
        {
            let mut state = self.lock();
            let started = state.started + 1;
            *state = State {
                started,
                granted_by: started,
                ..State::default()
            };
        }
        let forgotten = core.tokens.forget(&self.key).await;
        forgotten.map_err(Error::of_store)
    }

    /// Starts an exchange in a task of its own: the server may spend a single-use code or refresh token,
    /// so neither the request nor its result may be lost when the callers go away.
    fn start(
        self: &Arc<Self>,
        state: &mut State,
        core: &Arc<Core>,
        business: &BusinessId,
        purpose: Purpose,
    ) -> Exchange {
        state.started += 1;
        let number = state.started;
        let by_code = matches!(purpose, Purpose::Code(_));
        let (answer, answered) = oneshot::channel();
        let refresh = Refresh {
            core: core.clone(),
            business: business.clone(),
            grant: self.clone(),
            number,
            leased: AtomicBool::new(false),
        };
        tokio::spawn(refresh.run(purpose, answer).in_current_span());
        let grant = Arc::downgrade(self);
        let token = answered.map(move |answered| {
            answered.unwrap_or_else(|_| {
                if let Some(grant) = grant.upgrade() {
                    grant.lock().forget(number);
                }
                Err(Error::new(ErrorKind::Internal)
                    .with_detail("the task of the token request ended"))
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

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
