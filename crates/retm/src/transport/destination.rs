//! Where the calls of one business go, and what is kept of how they fare there.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use reqwest::Url;

use crate::business_id::BusinessId;
use crate::environment::BaseUrl;
use crate::limit::{Limiter, Quotas};
use crate::observe::Plan;
use crate::retry::Balance;

/// Where the calls of one business go.
pub(crate) struct Destination {
    pub(crate) business: BusinessId,
    /// Without a slash at its end.
    pub(crate) base_url: String,
    /// Builds the requests.
    pub(crate) client: retm_client::Client,
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    /// The retries that all businesses of the host have left.
    pub(crate) host_budget: Arc<Balance>,
    groups: Box<[OnceLock<Group>]>,
}

/// What is kept for one business and group of operations; made by its first call.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) budget: Balance,
}

impl Destination {
    pub(crate) fn group(&self, plan: &Plan, quotas: &Quotas) -> Option<&Group> {
        let group = || {
            let name = plan.operation.tag;
            Group {
                limiter: Arc::new(Limiter::new(name, quotas.get(name))),
                budget: Balance::default(),
            }
        };
        Some(self.groups.get(plan.group)?.get_or_init(group))
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Destination")
            .field("business", &self.business)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// The destinations of all businesses that have been called, and the budgets of their hosts.
#[derive(Debug, Default)]
pub(crate) struct Destinations(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    of: HashMap<BusinessId, Arc<Destination>>,
    hosts: HashMap<String, Arc<Balance>>,
}

impl Destinations {
    /// The one destination of a business, however many handles there are.
    pub(crate) fn of(
        &self,
        base: &BaseUrl,
        http: &reqwest::Client,
        business: &BusinessId,
    ) -> Arc<Destination> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(destination) = known.of.get(business) {
            return destination.clone();
        }
        let base_url = base.of(business);
        let url = Url::parse(&base_url).ok();
        let host = url.as_ref().and_then(|url| url.host_str());
        let host = host.unwrap_or_default().to_owned();
        let origin = base.origin(business);
        let destination = Arc::new(Destination {
            business: business.clone(),
            client: retm_client::Client::new_with_client(&base_url, http.clone()),
            base_url,
            host,
            port: url.as_ref().and_then(Url::port_or_known_default),
            host_budget: known.hosts.entry(origin).or_default().clone(),
            groups: (0..Plan::groups()).map(|_| OnceLock::new()).collect(),
        });
        known.of.insert(business.clone(), destination.clone());
        destination
    }
}
