//! What all handles of one client share.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::auth::Grant;
use crate::business_id::BusinessId;
use crate::credentials::CredentialsProvider;
use crate::environment::BaseUrl;
use crate::orders::OrderSettings;
use crate::store::{GrantKey, OrderJournal, TokenStore};
use crate::time::Timers;
use crate::transport::PathOverrides;

/// The time-outs of a client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) attempt: Duration,
    pub(crate) overall: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(30),
            overall: Duration::from_secs(60),
        }
    }
}

pub(crate) struct Core {
    pub(crate) base: BaseUrl,
    pub(crate) http: reqwest::Client,
    pub(crate) credentials: Option<Arc<dyn CredentialsProvider>>,
    pub(crate) timeouts: Timeouts,
    pub(crate) timers: Timers,
    pub(crate) overrides: PathOverrides,
    pub(crate) tokens: Arc<dyn TokenStore>,
    pub(crate) journal: Arc<dyn OrderJournal>,
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

    /// The one grant of a business, however many handles there are.
    pub(crate) fn grant(&self, business: &BusinessId) -> Arc<Grant> {
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        grants.entry(business.clone()).or_default().clone()
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
