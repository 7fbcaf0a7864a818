//! What a process knows of a grant.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, Shared};

use super::token::{AccessToken, Age};
use crate::error::Error;
use crate::store::StoredGrant;

/// A token request on its way, which any number of callers can wait for.
#[derive(Clone)]
pub(super) struct Exchange {
    pub(super) number: u64,
    pub(super) token: Shared<BoxFuture<'static, Result<Arc<AccessToken>, Error>>>,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exchange({})", self.number)
    }
}

/// A grant that the store has not taken yet.
#[derive(Clone, Debug)]
pub(super) struct Unsaved {
    /// The version that it takes the place of.
    pub(super) expected: u64,
    pub(super) grant: StoredGrant,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) token: Option<Arc<AccessToken>>,
    /// The token that the API refused last: the store may still have it.
    pub(super) refused: Option<Arc<AccessToken>>,
    pub(super) unsaved: Option<Unsaved>,
    /// How the grant ended, with the version that says so.
    pub(super) revoked: Option<(u64, Error)>,
    /// How many exchanges have been started.
    pub(super) started: u64,
    /// The exchange of a code that gave the present grant: an earlier exchange may not touch it.
    pub(super) granted_by: u64,
    pub(super) refresh: Option<Exchange>,
    pub(super) code: Option<Exchange>,
    /// How many refreshes have failed one after the other, and when the next may be tried.
    pub(super) failures: u32,
    pub(super) retry_at: Duration,
}

/// What a caller who needs a token does.
pub(super) enum Need {
    /// Uses this one.
    Use(Arc<AccessToken>),
    /// Uses this one, after it has started a refresh.
    Renew(Arc<AccessToken>),
    /// Waits for one.
    Wait,
}

impl State {
    /// What a caller does at that moment.
    pub(super) fn need(&self, now: Duration) -> Need {
        let Some(token) = &self.token else {
            return Need::Wait;
        };
        let busy = self.refresh.is_some() || self.code.is_some() || now < self.retry_at;
        match token.age(now) {
            Age::Fresh => Need::Use(token.clone()),
            Age::Advisory if busy => Need::Use(token.clone()),
            Age::Advisory => Need::Renew(token.clone()),
            // After a failure it serves to its end rather than have every caller wait for the next one.
            Age::Mandatory if now < self.retry_at => Need::Use(token.clone()),
            Age::Mandatory | Age::Expired => Need::Wait,
        }
    }

    /// A token that has not expired, however old.
    pub(super) fn working(&self, now: Duration) -> Option<Arc<AccessToken>> {
        let token = self.token.as_ref()?;
        (token.age(now) != Age::Expired).then(|| token.clone())
    }

    /// Forgets an exchange that has ended, unless another has taken its place.
    pub(super) fn forget(&mut self, number: u64) {
        for slot in [&mut self.refresh, &mut self.code] {
            slot.take_if(|exchange| exchange.number == number);
        }
    }

    /// Whether the store's token is the one that was refused.
    pub(super) fn is_refused(&self, token: &AccessToken) -> bool {
        let same =
            |refused: &Arc<AccessToken>| refused.stored.access_token == token.stored.access_token;
        self.refused.as_ref().is_some_and(same)
    }
}
