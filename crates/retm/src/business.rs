//! One merchant's business: its token and its resources.

use std::sync::Arc;

use futures::future::BoxFuture;
use retm_types::Secret;

use crate::auth::{Grant, TokenStatus};
use crate::business_id::BusinessId;
use crate::core::{Alive, Core};
use crate::error::Error;
use crate::options::CallOptions;
use crate::transport::{Call, Destination};

/// The handle of one business. Cheap to clone; all handles of a business share its token.
#[derive(Clone, Debug)]
pub struct Business {
    core: Arc<Core>,
    id: BusinessId,
    grant: Arc<Grant>,
    /// Held for its end: the last handle ends the client's tasks.
    _alive: Arc<Alive>,
    to: Arc<Destination>,
}

impl Business {
    pub(crate) fn new(alive: &Arc<Alive>, id: BusinessId) -> Self {
        let core = alive.0.clone();
        let grant = core.grant(&id);
        let to = core.destination(&id);
        Self {
            core,
            id,
            grant,
            _alive: alive.clone(),
            to,
        }
    }

    /// The id of the business.
    pub fn id(&self) -> &BusinessId {
        &self.id
    }

    /// What its grant and its orders are kept under in a [store](crate::store).
    pub fn grant_key(&self) -> crate::store::GrantKey {
        self.core.grant_key(&self.id)
    }

    /// Exchanges the code of an installation for a grant (`exchange_token`, documented). Without
    /// one, the app's own credentials serve.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::CodeRejected`](crate::ErrorKind::CodeRejected) where the code is wrong, expired
    /// or used; [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) where the secret is wrong.
    pub fn authorize(
        &self,
        code: impl Into<Secret>,
    ) -> BoxFuture<'static, Result<TokenStatus, Error>> {
        let (business, code) = (self.clone(), code.into());
        Box::pin(async move {
            let Self {
                core, id, grant, ..
            } = &business;
            let token = grant.authorize(core, id, code).await;
            Ok(token
                .map_err(|error| error.of_call("exchange_token", id).of_token_request())?
                .status)
        })
    }

    /// Makes sure that there is a token, and says when it expires: never the token itself.
    ///
    /// # Errors
    ///
    /// Those of the token request: see [`Error::is_auth`].
    pub fn token(&self) -> BoxFuture<'static, Result<TokenStatus, Error>> {
        let business = self.clone();
        Box::pin(async move {
            let Self {
                core, id, grant, ..
            } = &business;
            let token = grant.token(core, id, core.timeouts.overall).await;
            Ok(token
                .map_err(|error| error.of_call("exchange_token", id))?
                .status)
        })
    }

    /// Forgets the token, the refresh token and a revocation, here and in the store: the next call starts
    /// over with the app's own credentials. For an app that a merchant has removed and installed again,
    /// where no new code is at hand; sends nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) where the store cannot forget it.
    pub fn forget_grant(&self) -> BoxFuture<'static, Result<(), Error>> {
        let business = self.clone();
        Box::pin(async move {
            let Self { core, grant, .. } = &business;
            grant.reset(core).await
        })
    }

    /// The time of day by the client's clock.
    pub(crate) fn now(&self) -> std::time::SystemTime {
        self.core.timers.clock.now()
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// What builds the requests of this business.
    pub(crate) fn client(&self) -> &retm_client::Client {
        &self.to.client
    }

    pub(crate) fn call<'a>(&'a self, options: &'a CallOptions) -> Call<'a> {
        Call::new(&self.core, &self.to, Some(&self.grant), options)
    }
}
