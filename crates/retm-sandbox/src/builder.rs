//! How a sandbox is set up.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::auth::{GrantRules, Grants};
use crate::clock::SandboxClock;
use crate::data::{Counts, Dataset, Samples, credential};
use crate::error::SandboxError;
use crate::fault::{Fault, Faults};
use crate::log::Log;
use crate::page::PageLimits;
use crate::routes::Routes;
use crate::sandbox::Sandbox;
use crate::server::Server;
use crate::service::Service;
use crate::spec::Spec;
use crate::state::{Business, State};

/// Sets up a [`Sandbox`]; from [`Sandbox::builder`].
///
/// What it makes as credentials says what it is, so that a scanner finds one that has leaked: `sandbox-secret-…`,
/// `sandbox-code-…`, `sandbox-access-…` and `sandbox-refresh-…`.
#[derive(Clone)]
#[must_use = "a builder does nothing until it is started"]
pub struct SandboxBuilder {
    port: u16,
    seed: u64,
    counts: Counts,
    businesses: Vec<String>,
    credentials: Option<(String, String)>,
    single_use_codes: bool,
    refresh_tokens: bool,
    token_lifetime: Duration,
    code_lifetime: Duration,
    limits: PageLimits,
    log_limit: usize,
    real_time: bool,
    moved: Vec<(String, String)>,
    faults: Vec<Fault>,
    oldest_first: bool,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            seed: 1,
            counts: Counts {
                products: 120,
                invoices: 1,
                orders: 2,
                customers: 40,
            },
            businesses: Vec::new(),
            credentials: None,
            single_use_codes: false,
            refresh_tokens: true,
            token_lifetime: Duration::from_secs(3600),
            code_lifetime: Duration::from_secs(600),
            limits: PageLimits {
                default: 50,
                most: 500,
            },
            log_limit: 100_000,
            real_time: false,
            moved: Vec::new(),
            faults: Vec::new(),
            oldest_first: false,
        }
    }
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("port", &self.port)
            .field("seed", &self.seed)
            .field("counts", &self.counts)
            .field("businesses", &self.businesses)
            .finish_non_exhaustive()
    }
}

impl SandboxBuilder {
    /// The port on 127.0.0.1; 0, the default, takes any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The seed of everything that is generated: data, ids, tokens. The default is 1.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many products each business has. The default is 120, the first are the sample payloads'.
    pub fn products(mut self, count: usize) -> Self {
        self.counts.products = count;
        self
    }

    /// How many invoices each business has. The default is 1, the sample payload.
    pub fn invoices(mut self, count: usize) -> Self {
        self.counts.invoices = count;
        self
    }

    /// How many orders each business has before the first is created. The default is 2, the spec's examples.
    pub fn orders(mut self, count: usize) -> Self {
        self.counts.orders = count;
        self
    }

    /// How many customers each business has. The default is 40.
    pub fn customers(mut self, count: usize) -> Self {
        self.counts.customers = count;
        self
    }

    /// Adds a business. Without any there are `acme` and `globex`. The first one also answers without the prefix
    /// `/b/{business_id}`.
    pub fn business(mut self, id: impl Into<String>) -> Self {
        self.businesses.push(id.into());
        self
    }

    /// The app's client id and secret; by default made from the seed.
    pub fn credentials(
        mut self,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> Self {
        self.credentials = Some((client_id.into(), client_secret.into()));
        self
    }

    /// Whether an authorization code is good for one exchange only. By default it can be used again until it expires.
    pub fn single_use_codes(mut self, single_use: bool) -> Self {
        self.single_use_codes = single_use;
        self
    }

    /// Whether token answers carry a refresh token. They do by default; a refresh token is always good for one use.
    pub fn refresh_tokens(mut self, given: bool) -> Self {
        self.refresh_tokens = given;
        self
    }

    /// How long an access token lives, by the sandbox's clock. The default is an hour.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// How long an authorization code lives, by the sandbox's clock. The default is ten minutes.
    pub fn code_lifetime(mut self, lifetime: Duration) -> Self {
        self.code_lifetime = lifetime;
        self
    }

    /// How many elements a page has when the request does not say. The default is 50.
    pub fn per_page(mut self, size: usize) -> Self {
        self.limits.default = size;
        self
    }

    /// How many elements a page has at most; a request for more gets this many. The default is 500.
    pub fn max_per_page(mut self, size: usize) -> Self {
        self.limits.most = size;
        self
    }

    /// How many requests the log keeps. The default is 100,000; 0 turns it off.
    pub fn log_limit(mut self, requests: usize) -> Self {
        self.log_limit = requests;
        self
    }

    /// Starts the clock at the system's time and lets it run. By default it stands still until it is advanced.
    pub fn real_time(mut self, runs: bool) -> Self {
        self.real_time = runs;
        self
    }

    /// Serves an operation on another path than the spec's, such as `("list_orders", "/api/v3/orders")`: for clients
    /// that can be told so. The path may hold the placeholders of the operation's own.
    pub fn path(mut self, operation_id: impl Into<String>, template: impl Into<String>) -> Self {
        self.moved.push((operation_id.into(), template.into()));
        self
    }

    /// Adds a fault from the first request on. Earlier ones come first; see [`Fault`].
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use retm_sandbox::{Fault, FaultKind, Sandbox};
    ///
    /// # async fn example() -> Result<(), retm_sandbox::SandboxError> {
    /// let sandbox = Sandbox::builder()
    ///     .fault(Fault::new(FaultKind::Delay(Duration::from_millis(5))))
    ///     .fault(Fault::new(FaultKind::LoseResponse).on("create_order").share(0.3))
    ///     .start()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Whether `list_orders` starts with the oldest order. By default it starts with the newest; what the API does is
    /// not known.
    pub fn oldest_first(mut self, oldest_first: bool) -> Self {
        self.oldest_first = oldest_first;
        self
    }

    /// Listens and serves.
    ///
    /// # Errors
    ///
    /// [`SandboxError::PortInUse`] and [`SandboxError::Listen`] when the port cannot be had,
    /// [`SandboxError::Business`] for an id that is no DNS label, [`SandboxError::Operation`] for a path of an
    /// operation the spec does not have, [`SandboxError::Fault`] for a fault that could never strike.
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        self.start_blocking()
    }

    /// [`start`](Self::start) for code that is not async. The sandbox runs on a thread of its own either way.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    pub fn start_blocking(self) -> Result<Sandbox, SandboxError> {
        let port = self.port;
        let rules = self.rules();
        let service = Arc::new(self.service(Spec::embedded()?, rules.clone())?);
        let server = Server::start(port, Arc::clone(&service))?;
        Ok(Sandbox::new(service, server, rules))
    }

    pub(crate) fn rules(&self) -> GrantRules {
        let (client_id, client_secret) = self.credentials.clone().unwrap_or_else(|| {
            let secret = credential(self.seed, "secret", 0, 40);
            ("retm-sandbox-app".to_owned(), secret)
        });
        GrantRules {
            client_id,
            client_secret,
            token_lifetime: self.token_lifetime,
            code_lifetime: self.code_lifetime,
            single_use_codes: self.single_use_codes,
            refresh_tokens: self.refresh_tokens,
            seed: self.seed,
        }
    }

    pub(crate) fn service(
        self,
        spec: &'static Spec,
        rules: GrantRules,
    ) -> Result<Service, SandboxError> {
        for (operation_id, _) in &self.moved {
            if spec.operation(operation_id).is_none() {
                let operation_id = operation_id.clone();
                return Err(SandboxError::Operation { operation_id });
            }
        }
        let samples = Arc::new(Samples::read(spec)?);
        let mut businesses: Vec<Business> = Vec::new();
        let mut places = HashMap::new();
        for id in self.business_ids()? {
            places.insert(id.clone(), businesses.len());
            let data = Dataset::new(self.seed, &id, self.counts, Arc::clone(&samples));
            businesses.push(Business::new(id, data));
        }
        for fault in &self.faults {
            fault.check(spec, |business| places.contains_key(business))?;
        }
        let clock = if self.real_time {
            SandboxClock::running()
        } else {
            SandboxClock::standing(self.counts.start_of_clock())
        };
        Ok(Service {
            spec,
            routes: Routes::new(spec.operations(), &self.moved),
            clock,
            limits: self.limits,
            oldest_first: self.oldest_first,
            state: Mutex::new(State {
                businesses,
                places,
                grants: Grants::new(rules),
                queued: Default::default(),
                faults: Faults::new(self.seed, self.faults),
                log: Log::new(self.log_limit),
                arrived: 0,
            }),
        })
    }

    /// The businesses' ids in lower case, each once.
    fn business_ids(&self) -> Result<Vec<String>, SandboxError> {
        let defaults = ["acme".to_owned(), "globex".to_owned()];
        let given: &[String] = if self.businesses.is_empty() {
            &defaults
        } else {
            &self.businesses
        };
        let mut ids: Vec<String> = Vec::new();
        let mut seen = HashSet::new();
        for business in given {
            if !is_dns_label(business) {
                return Err(SandboxError::Business {
                    business: business.clone(),
                });
            }
            let id = business.to_ascii_lowercase();
            if seen.insert(id.clone()) {
                ids.push(id);
            }
        }
        Ok(ids)
    }
}

fn is_dns_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}
