//! Resuming the orders of every business of the store.

use std::collections::BTreeSet;
use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{self, StreamExt};

use super::recover::Recovery;
use super::waiting::{OnWait, Waiting};
use crate::business::Business;
use crate::business_id::BusinessId;
use crate::error::{Error, ErrorKind};
use crate::retm::Retm;

/// How many businesses are looked after at once.
const AT_ONCE: usize = 16;

/// Resumes the open orders of every business in the store that this client's base URL and client id reach; `.await` gives
/// what became of them. See [`Retm::recover_all`].
#[must_use = "nothing is recovered until it is awaited"]
#[derive(Clone)]
pub struct RecoverAll {
    retm: Retm,
    wait: Duration,
    window: Option<Duration>,
    on_wait: OnWait,
}

/// What became of the open orders of one business.
#[derive(Debug)]
#[non_exhaustive]
pub struct RecoveredBusiness {
    /// The business.
    pub business: BusinessId,
    /// What became of its orders; an error is the journal's.
    pub result: Result<Recovery, Error>,
}

impl RecoverAll {
    pub(crate) fn new(retm: &Retm) -> Self {
        Self {
            retm: retm.clone(),
            wait: Duration::ZERO,
            window: None,
            on_wait: OnWait::default(),
        }
    }

    /// Waits for orders that another process holds: see [`Recover::wait`](crate::Recover::wait).
    pub fn wait(mut self, limit: Duration) -> Self {
        self.wait = limit;
        self
    }

    /// See [`Recover::settle_window`](crate::Recover::settle_window).
    pub fn settle_window(mut self, window: Duration) -> Self {
        self.window = Some(window);
        self
    }

    /// Calls that at the beginning of each wait, with what is waited for and how long at most.
    pub fn on_wait(mut self, f: impl Fn(&Waiting) + Send + Sync + 'static) -> Self {
        self.on_wait = OnWait::new(f);
        self
    }

    async fn recover(self) -> Result<Vec<RecoveredBusiness>, Error> {
        let core = self.retm.core();
        let pending = core.journal.pending(None).await.map_err(Error::of_store)?;
        let grants: BTreeSet<_> = pending.iter().map(|key| key.grant().clone()).collect();
        let ours = |grant: &crate::store::GrantKey| core.grant_key(grant.business()) == *grant;
        let mut businesses: Vec<Business> = Vec::new();
        for grant in grants.into_iter().filter(ours) {
            businesses.push(self.retm.business(grant.business().as_str())?);
        }
        if businesses.len() > 1 && !core.base.tells_businesses_apart() {
            return Err(Error::new(ErrorKind::Config).with_detail(
                "the base URL does not tell businesses apart, so the orders of all would go to one; recover each with a \
                 client of its own",
            ));
        }
        let recover = |business: Business| {
            let mut recover = business.orders().recover().wait(self.wait);
            if let Some(window) = self.window {
                recover = recover.settle_window(window);
            }
            recover.set_on_wait(self.on_wait.clone());
            async move {
                RecoveredBusiness {
                    business: business.id().clone(),
                    result: recover.await,
                }
            }
        };
        let recovered = stream::iter(businesses).map(recover);
        Ok(recovered.buffer_unordered(AT_ONCE).collect().await)
    }
}

impl IntoFuture for RecoverAll {
    type Output = Result<Vec<RecoveredBusiness>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.recover())
    }
}

impl fmt::Debug for RecoverAll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecoverAll")
            .field("wait", &self.wait)
            .finish_non_exhaustive()
    }
}
