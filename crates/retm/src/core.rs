//! What all handles of one client share.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::auth::{Events, Grant, RefreshPolicy};
use crate::business_id::BusinessId;
use crate::credentials::CredentialsProvider;
use crate::environment::BaseUrl;
use crate::limit::Quotas;
use crate::orders::OrderSettings;
use crate::retry::{Backoff, Budget, FullJitter, RetryPolicy, RetryTransient};
use crate::store::{GrantKey, OrderJournal, TokenStore};
use crate::time::Timers;
use crate::transport::{Destination, Destinations, PathOverrides};

/// The time-outs of a client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    /// How long the server may say nothing.
    pub(crate) read: Duration,
    pub(crate) attempt: Duration,
    pub(crate) overall: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(30),
            attempt: Duration::from_secs(30),
            overall: Duration::from_secs(60),
        }
    }
}

/// How a client sends: what it tries again and how often it may.
#[derive(Clone)]
pub(crate) struct Sending {
    pub(crate) retry: Arc<dyn RetryPolicy>,
    pub(crate) backoff: Arc<dyn Backoff>,
    pub(crate) budget: Budget,
    pub(crate) longest_retry_after: Duration,
    pub(crate) quotas: Quotas,
    /// How many bytes the body of an answer may have.
    pub(crate) body_limit: usize,
}

impl Default for Sending {
    fn default() -> Self {
        Self {
            retry: Arc::new(RetryTransient.attempts(3)),
            backoff: Arc::new(FullJitter::default()),
            budget: Budget::default(),
            longest_retry_after: Duration::from_secs(10),
            quotas: Quotas::default(),
            body_limit: 64 << 20,
        }
    }
}

pub(crate) struct Core {
    pub(crate) base: BaseUrl,
    pub(crate) http: reqwest::Client,
    pub(crate) credentials: Option<Arc<dyn CredentialsProvider>>,
    pub(crate) timeouts: Timeouts,
    pub(crate) timers: Timers,
    pub(crate) sending: Sending,
    pub(crate) destinations: Destinations,
    pub(crate) overrides: PathOverrides,
    pub(crate) tokens: Arc<dyn TokenStore>,
    pub(crate) journal: Arc<dyn OrderJournal>,
    pub(crate) refresh: RefreshPolicy,
    /// Names this client to the stores.
    pub(crate) owner: String,
    pub(crate) events: Events,
    /// Turns true when the last handle is dropped.
    pub(crate) dropped: watch::Sender<bool>,
    /// How many tasks spend a code or a refresh token, or have a token to store.
    pub(crate) exchanges: watch::Sender<usize>,
    pub(crate) orders: OrderSettings,
    pub(crate) grants: Mutex<HashMap<BusinessId, Arc<Grant>>>,
}

impl Core {
    /// What the grant of a business is kept under.
    pub(crate) fn grant_key(&self, business: &BusinessId) -> GrantKey {
        let client_id = self
            .credentials
            .as_deref()
            .map_or("", CredentialsProvider::client_id);
        GrantKey::new(self.base.origin(business), client_id, business.clone())
    }

    /// Where the calls of a business go.
    pub(crate) fn destination(&self, business: &BusinessId) -> Arc<Destination> {
        self.destinations.of(&self.base, &self.http, business)
    }

    /// The one grant of a business, however many handles there are.
    pub(crate) fn grant(&self, business: &BusinessId) -> Arc<Grant> {
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Grant::new(self.grant_key(business)));
        grants.entry(business.clone()).or_insert_with(new).clone()
    }
}

impl Core {
    /// Resolves when the last handle of the client is dropped.
    pub(crate) fn closed(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut dropped = self.dropped.subscribe();
        async move {
            // The sender is gone only when nobody is left to wait for it.
            let _ = dropped.wait_for(|dropped| *dropped).await;
        }
    }
}

/// Counted among the tasks that a process may not end, for as long as it lives.
pub(crate) struct AtWork(Arc<Core>);

impl AtWork {
    pub(crate) fn new(core: &Arc<Core>) -> Self {
        core.exchanges.send_modify(|count| *count += 1);
        Self(core.clone())
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0
            .exchanges
            .send_modify(|count| *count = count.saturating_sub(1));
    }
}

/// Kept by every handle: the last one ends the tasks of the client.
pub(crate) struct Alive(pub(crate) Arc<Core>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.dropped.send_replace(true);
    }
}

impl fmt::Debug for Alive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("base", &self.base)
            .field("credentials", &self.credentials)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}
