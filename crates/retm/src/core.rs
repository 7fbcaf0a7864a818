//! What all handles of one client share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::auth::{AuthSettings, Grant};
use crate::business_id::BusinessId;
use crate::environment::BaseUrl;
use crate::time::Timers;
use crate::transport::{PathOverrides, SendSettings};

#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) base: BaseUrl,
    pub(crate) http: reqwest::Client,
    pub(crate) timers: Timers,
    pub(crate) overrides: PathOverrides,
    pub(crate) auth: AuthSettings,
    pub(crate) sending: SendSettings,
    pub(crate) grants: Mutex<HashMap<BusinessId, Arc<Grant>>>,
}

impl Core {
    /// The one grant of a business, however many handles there are.
    pub(crate) fn grant(&self, business: &BusinessId) -> Arc<Grant> {
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        grants.entry(business.clone()).or_default().clone()
    }
}
