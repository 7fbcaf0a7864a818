//! The grant of one business: its token, and the one refresh that all callers share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use retm_types::Secret;

use super::exchange::{GrantRequest, Granted};
use super::token::AccessToken;
use crate::business_id::BusinessId;
use crate::core::Core;
use crate::error::{Error, ErrorKind};

type Refresh = Shared<BoxFuture<'static, Result<Arc<AccessToken>, Error>>>;

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
    refresh: Option<Refresh>,
}

impl Grant {
    /// A token that will live long enough to be used; asks for one where there is none.
    pub(crate) async fn token(
        self: &Arc<Self>,
        core: &Arc<Core>,
        business: &BusinessId,
    ) -> Result<Arc<AccessToken>, Error> {
        let refresh = {
            let mut state = self.lock();
            if let Some(token) = &state.token
                && token.is_fresh(core.timers.clock.now())
            {
                return Ok(token.clone());
            }
            match &state.refresh {
                Some(running) => running.clone(),
                None => {
                    let request = state.next_request()?;
                    self.start(&mut state, core, business, request)
                }
            }
        };
        refresh.await
    }

    /// Exchanges a code; its grant replaces the one there was.
    pub(crate) async fn authorize(
        self: &Arc<Self>,
        core: &Arc<Core>,
        business: &BusinessId,
        code: Secret,
    ) -> Result<Arc<AccessToken>, Error> {
        let exchange = self.start(&mut self.lock(), core, business, GrantRequest::Code(code));
        exchange.await
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

    /// Starts the exchange in a task of its own: the server may spend a single-use code or refresh
    /// token, so neither the request nor its result may be lost when the callers go away.
    fn start(
        self: &Arc<Self>,
        state: &mut State,
        core: &Arc<Core>,
        business: &BusinessId,
        request: GrantRequest,
    ) -> Refresh {
        let (grant, core, business) = (self.clone(), core.clone(), business.clone());
        let task = tokio::spawn(async move {
            let by_code = request.is_code();
            let result = request.send(&core, &business).await;
            grant.finish(result, by_code)
        });
        let refresh = task
            .map(|joined| {
                joined
                    .unwrap_or_else(|error| Err(Error::new(ErrorKind::Internal).with_source(error)))
            })
            .boxed()
            .shared();
        state.refresh = Some(refresh.clone());
        refresh
    }

    fn finish(
        &self,
        result: Result<Granted, Error>,
        by_code: bool,
    ) -> Result<Arc<AccessToken>, Error> {
        let mut state = self.lock();
        state.refresh = None;
        match result {
            Ok(granted) => {
                let token = Arc::new(granted.token);
                state.token = Some(token.clone());
                state.by_code |= by_code;
                // "Possibly a refresh token": where the answer has none, the last one stays good.
                if by_code || granted.refresh_token.is_some() {
                    state.refresh_token = granted.refresh_token;
                }
                state.revoked = None;
                Ok(token)
            }
            Err(error) => {
                if error.kind() == ErrorKind::Revoked {
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
    fn next_request(&self) -> Result<GrantRequest, Error> {
        if let Some(revoked) = &self.revoked {
            return Err(revoked.clone());
        }
        match (&self.refresh_token, self.by_code) {
            (Some(refresh_token), _) => Ok(GrantRequest::Refresh(refresh_token.clone())),
            (None, false) => Ok(GrantRequest::ClientCredentials),
            (None, true) => Err(Error::new(ErrorKind::Revoked)
                .with_detail("the token has expired and the grant came without a refresh token")),
        }
    }
}
