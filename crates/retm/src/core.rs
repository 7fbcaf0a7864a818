//! What all handles of one client share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::auth::Grant;
use crate::business_id::BusinessId;
use crate::credentials::CredentialsProvider;
use crate::environment::BaseUrl;
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

#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) base: BaseUrl,
    pub(crate) http: reqwest::Client,
    pub(crate) credentials: Option<Arc<dyn CredentialsProvider>>,
    pub(crate) timeouts: Timeouts,
    pub(crate) timers: Timers,
    pub(crate) overrides: PathOverrides,
    grants: Mutex<HashMap<BusinessId, Arc<Grant>>>,
}

impl Core {
    pub(crate) fn new(
        base: BaseUrl,
        http: reqwest::Client,
        credentials: Option<Arc<dyn CredentialsProvider>>,
        timeouts: Timeouts,
        timers: Timers,
        overrides: PathOverrides,
    ) -> Self {
        Self {
            base,
            http,
            credentials,
            timeouts,
            timers,
            overrides,
            grants: Mutex::default(),
        }
    }

    /// The one grant of a business, however many handles there are.
    pub(crate) fn grant(&self, business: &BusinessId) -> Arc<Grant> {
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        grants.entry(business.clone()).or_default().clone()
    }
}
