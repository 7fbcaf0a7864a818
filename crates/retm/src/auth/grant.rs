//! The grant of one business: its token, and the one refresh that all callers share.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use retm_types::Secret;
use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;
use tracing::Instrument;

use super::refresh::Refresh;
use super::state::{Exchange, Need, State};
use super::token::AccessToken;
use crate::business_id::BusinessId;
use crate::core::{AtWork, Core};
use crate::error::{Error, ErrorKind};
use crate::store::GrantKey;

/// The grant of one business.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(super) key: GrantKey,
    state: Mutex<State>,
    /// Wakes those who wait without any token when the store had one that works.
    pub(super) adopted: Notify,
}

/// What an exchange is for.
pub(super) enum Purpose {
    Refresh,
    Code(Secret),
}

/// Whose exchange a caller waits for.
enum Whose {
    /// A refresh that somebody else has started.
    Joined,
    /// The refresh that this caller has started.
    Own,
    /// The exchange of a code, which will bring a new grant if it succeeds.
    Code,
}

/// Nobody who has a token that works waits longer for the next one.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

impl Grant {
    pub(crate) fn new(key: GrantKey) -> Self {
        Self {
            key,
            state: Mutex::default(),
            adopted: Notify::new(),
        }
    }

    /// A token that will live long enough to be used; asks for one where there is none. The caller has
    /// that much time: a renewal that hangs may not cost a call that the old token can serve.
    pub(crate) async fn token(
        self: &Arc<Self>,
        core: &Arc<Core>,
        business: &BusinessId,
        time: Duration,
    ) -> Result<Arc<AccessToken>, Error> {
        // What nearly every call needs, and no more.
        if let Need::Use(token) = self.lock().need(core.timers.clock.monotonic()) {
            return Ok(token);
        }
        loop {
            let adopted = self.adopted.notified();
            let (whose, exchange, patience) = {
                let mut state = self.lock();
                let patience = match state.need(core.timers.clock.monotonic()) {
                    Need::Use(token) => return Ok(token),
                    Need::Renew(token) => {
                        self.start(&mut state, core, business, Purpose::Refresh);
                        return Ok(token);
                    }
                    Need::Wait(most) => most.map(|most| most.min(time / 2).min(LONGEST_WAIT)),
                };
                let (whose, exchange) = match (&state.refresh, &state.code) {
                    (Some(running), _) => (Whose::Joined, running.clone()),
                    (None, Some(running)) => (Whose::Code, running.clone()),
                    (None, None) => {
                        let own = self.start(&mut state, core, business, Purpose::Refresh);
                        (Whose::Own, own)
                    }
                };
                (whose, exchange, patience)
            };
            let answer = match patience {
                None => tokio::select! {
                    biased;
                    answer = exchange.token => Some(answer),
                    () = adopted => continue,
                },
                Some(patience) => timeout(patience, exchange.token).await.ok(),
            };
            let error = match (whose, answer) {
                // The renewal goes on, and the old token serves.
                (_, None) => match self.lock().working(core.timers.clock.monotonic()) {
                    Some(token) => return Ok(token),
                    None => continue,
                },
                // A bad code says nothing of the grant that there is.
                (Whose::Code, Some(Err(_))) => continue,
                // Another caller may have been refused with that token already.
                (Whose::Joined, Some(Ok(token))) if self.lock().is_refused(&token) => continue,
                // Whoever started it took it down with their runtime.
                (Whose::Joined, Some(Err(error))) if error.kind() == ErrorKind::Internal => {
                    continue;
                }
                (_, Some(Ok(token))) => return Ok(token),
                (_, Some(Err(error))) => error,
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
            state.retry_at = Duration::ZERO;
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
            at_work: Mutex::new(Some(AtWork::new(core))),
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
