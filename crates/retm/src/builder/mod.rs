//! Builds a client.

mod auth;
mod sending;

use std::sync::Arc;

use crate::auth::AuthSettings;
use crate::core::Core;
use crate::environment::{BaseUrl, Environment};
use crate::error::Error;
use crate::random::Random;
use crate::retm::Retm;
use crate::time::{Clock, Sleep, Timers};
use crate::transport::{PathOverrides, SendSettings};

/// Builds a [`Retm`] client; [`Retm::builder`] starts one.
///
/// Time-outs by default: 5 s to connect, 30 s for an attempt, 60 s for the whole call.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Builder {
    environment: Environment,
    app_name: Option<String>,
    timers: Timers,
    overrides: Vec<(String, String)>,
    http: Option<reqwest::Client>,
    auth: AuthSettings,
    sending: SendSettings,
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

    /// The app's name and version for the user agent, such as `my-app/1.0`.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
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

    /// A client of your own: its proxy, root certificates, connection pool, user agent and connect
    /// time-out hold. Let it follow no redirects: a redirect would carry the token to another host.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Builds the client. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) where the base URL, a path override or the app's name is no good.
    pub fn build(self) -> Result<Retm, Error> {
        let base = BaseUrl::new(&self.environment)?;
        let mut overrides = PathOverrides::default();
        for (operation_id, path) in &self.overrides {
            overrides.add(operation_id, path)?;
        }
        let http = match self.http {
            Some(client) => client,
            None => sending::http_client(self.app_name.as_deref(), &base, &self.sending)?,
        };
        Ok(Retm::new(Core {
            base,
            http,
            timers: self.timers,
            overrides,
            auth: self.auth,
            sending: self.sending,
            grants: Default::default(),
        }))
    }
}
