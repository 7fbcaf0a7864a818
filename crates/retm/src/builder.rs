//! Builds a client.

mod sending;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;

use crate::auth::{Events, RefreshPolicy};
use crate::core::{Core, Sending, Timeouts};
use crate::credentials::{Credentials, CredentialsProvider};
use crate::environment::{BaseUrl, Environment};
use crate::error::Error;
use crate::observe;
use crate::orders::{MoneyCheck, OrderSettings};
use crate::random::Random;
use crate::retm::Retm;
use crate::store::{MemoryStore, OrderJournal, TokenStore};
use crate::time::{Clock, Sleep, Timers};
use crate::transport::{Destinations, HttpOptions, PathOverrides};

/// Builds a [`Retm`] client; [`Retm::builder`] starts one.
///
/// Time-outs by default: 5 s to connect, 30 s without a word from the server, 30 s for an
/// attempt, 60 s for the whole call. An HTTP/2 connection serves on after an attempt that timed out;
/// where nothing comes back over it any more it is given up within 10 s, with what is on it.
#[derive(Clone, Default)]
#[must_use]
pub struct Builder {
    environment: Environment,
    credentials: Option<Arc<dyn CredentialsProvider>>,
    http_options: HttpOptions,
    sending: Sending,
    timeouts: Timeouts,
    timers: Timers,
    overrides: Vec<(String, String)>,
    http: Option<reqwest::Client>,
    tokens: Option<Arc<dyn TokenStore>>,
    journal: Option<Arc<dyn OrderJournal>>,
    refresh: RefreshPolicy,
    orders: OrderSettings,
}

impl Builder {
    /// Which RETM to talk to; production by default.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Another base URL, such as a sandbox's; `{business_id}` may stand in its host or path.
    pub fn base_url(self, url: impl Into<String>) -> Self {
        self.environment(Environment::BaseUrl(url.into()))
    }

    /// The app's client id and secret: [`Credentials`], or a provider that can rotate the secret.
    pub fn credentials(mut self, credentials: impl CredentialsProvider) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// The app's client id and secret from the environment, as [`Credentials::from_env`] reads them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) where a variable is missing.
    pub fn credentials_from_env(self) -> Result<Self, Error> {
        Ok(self.credentials(Credentials::from_env()?))
    }

    /// The app's name and version for the user agent, such as `my-app/1.0`.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.http_options.app_name = Some(name.into());
        self
    }

    /// How long to wait for a connection.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = timeout;
        self
    }

    /// How long to wait for the answer to one attempt.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.attempt = timeout;
        self
    }

    /// How long a call may take with all its attempts.
    pub fn overall_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.overall = timeout;
        self
    }

    /// The clock that tokens expire by.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.timers.clock = Arc::new(clock);
        self
    }

    /// What waits between attempts.
    pub fn sleep(mut self, sleep: impl Sleep) -> Self {
        self.timers.sleep = Arc::new(sleep);
        self
    }

    /// What draws the numbers for jitter.
    pub fn random(mut self, random: impl Random) -> Self {
        self.timers.random = Arc::new(random);
        self
    }

    /// Another path for an operation, by its `operationId`, with the operation's own placeholders:
    /// the remedy at run time where an assumed path turns out wrong.
    pub fn path_override(
        mut self,
        operation_id: impl Into<String>,
        path: impl Into<String>,
    ) -> Self {
        self.overrides.push((operation_id.into(), path.into()));
        self
    }

    /// A client of your own: its proxy, root certificates, connection pool, user agent, connect and
    /// read time-outs hold, and [`build`](Self::build) refuses a proxy, root certificate or app's name beside it.
    /// Let it follow no redirects: one would carry the access token to wherever it
    /// leads on the same host, and a 307 or 308 of the token endpoint the body of the token request, with
    /// client secret and refresh token, to any host.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// When tokens are renewed.
    pub fn refresh_policy(mut self, policy: RefreshPolicy) -> Self {
        self.refresh = policy;
        self
    }

    /// Keeps grants and orders there: `retm-store` has stores in a file and on a server. In memory by
    /// default, where a crash loses them.
    pub fn store(self, store: impl TokenStore + OrderJournal + Clone) -> Self {
        self.token_store(store.clone()).order_journal(store)
    }

    /// Keeps the grants there; in memory by default.
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.tokens = Some(Arc::new(store));
        self
    }

    /// Keeps the orders that are being sent there; in memory by default.
    pub fn order_journal(mut self, journal: impl OrderJournal) -> Self {
        self.journal = Some(Arc::new(journal));
        self
    }

    /// How long an order of which no answer came may still take effect: so long it is looked for
    /// before [`submit`](crate::resources::Orders::submit) sends it again. Twice the time that one
    /// sending may take by default. The journal keeps the window with the order: whoever goes on with it
    /// waits for the longer of what it was first submitted and last sent with.
    pub fn settle_window(mut self, window: Duration) -> Self {
        self.orders.settle_window = Some(window);
        self
    }

    /// What [`submit`](crate::resources::Orders::submit) does with an order whose sums do not agree;
    /// [`MoneyCheck::Warn`] by default.
    pub fn money_check(mut self, check: MoneyCheck) -> Self {
        self.orders.money_check = check;
        self
    }

    /// Builds the client. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) where the base URL, a path override, the app's
    /// name, a root certificate, the proxy or the group of a rate limit is no good.
    pub fn build(self) -> Result<Retm, Error> {
        let base = BaseUrl::new(&self.environment)?;
        let mut overrides = PathOverrides::default();
        for (operation_id, path) in &self.overrides {
            overrides.add(operation_id, path)?;
        }
        let http = match self.http {
            Some(client) => {
                self.http_options.refuse_beside_a_client()?;
                client
            }
            None => self.http_options.build(&base, self.timeouts)?,
        };
        self.sending.quotas.check()?;
        observe::describe();
        let memory = MemoryStore::by(self.timers.clock.clone());
        Ok(Retm::new(Core {
            base,
            http,
            credentials: self.credentials,
            timeouts: self.timeouts,
            timers: self.timers,
            sending: self.sending,
            destinations: Destinations::default(),
            overrides,
            tokens: self.tokens.unwrap_or_else(|| Arc::new(memory.clone())),
            journal: self.journal.unwrap_or_else(|| Arc::new(memory)),
            refresh: self.refresh,
            owner: format!("{}-{:016x}", std::process::id(), fastrand::u64(..)),
            events: Events::default(),
            dropped: watch::Sender::new(false),
            exchanges: watch::Sender::new(0),
            orders: self.orders,
            grants: Mutex::default(),
        }))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("environment", &self.environment)
            .field("credentials", &self.credentials)
            .field("http", &self.http_options)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}
