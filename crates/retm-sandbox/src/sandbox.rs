//! The handle of a running sandbox.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::answer::Answer;
use crate::auth::GrantRules;
use crate::builder::SandboxBuilder;
use crate::clock::SandboxClock;
use crate::error::SandboxError;
use crate::fault::Fault;
use crate::log::LoggedRequest;
use crate::server::Server;
use crate::service::Service;

/// A running sandbox.
///
/// Clones are handles of the same sandbox; it stops, and its port is free, when the last one is dropped.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    service: Arc<Service>,
    server: Server,
    rules: GrantRules,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("addr", &self.addr())
            .field("businesses", &self.businesses())
            .finish_non_exhaustive()
    }
}

impl Sandbox {
    /// A sandbox with the default data on a free port of the loopback interface.
    ///
    /// # Errors
    ///
    /// As for [`SandboxBuilder::start`].
    pub async fn start() -> Result<Self, SandboxError> {
        Self::builder().start().await
    }

    /// Sets up a sandbox.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    pub(crate) fn new(service: Arc<Service>, server: Server, rules: GrantRules) -> Self {
        Self {
            inner: Arc::new(Inner {
                service,
                server,
                rules,
            }),
        }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.inner.server.addr()
    }

    /// The base URL with the literal placeholder `{business_id}`, as clients take it.
    pub fn base_url(&self) -> String {
        self.business_url("{business_id}")
    }

    /// The base URL of one business.
    pub fn business_url(&self, business: &str) -> String {
        format!("http://{}/b/{business}", self.addr())
    }

    /// The businesses' ids, the first one first.
    pub fn businesses(&self) -> Vec<String> {
        let state = self.inner.service.state();
        state
            .businesses
            .iter()
            .map(|business| business.id.clone())
            .collect()
    }

    /// The app's client id.
    pub fn client_id(&self) -> &str {
        &self.inner.rules.client_id
    }

    /// The app's client secret.
    pub fn client_secret(&self) -> &str {
        &self.inner.rules.client_secret
    }

    /// Installs the app at the business, again if it was [revoked](Self::revoke), and returns a new authorization
    /// code. It can be used until it expires, or once if the sandbox was built with
    /// [`single_use_codes`](SandboxBuilder::single_use_codes). A code for a business that does not exist opens nothing.
    pub fn code(&self, business: &str) -> String {
        let now = self.clock().elapsed();
        let business = business.to_ascii_lowercase();
        self.inner.service.state().grants.install(&business, now)
    }

    /// The clock by which tokens expire and orders are dated.
    pub fn clock(&self) -> &SandboxClock {
        &self.inner.service.clock
    }

    /// The merchant removes the app: access tokens, refresh tokens and codes of the business are dead, and the app's
    /// own credentials get `invalid_grant` there, until [`code`](Self::code) installs it again.
    pub fn revoke(&self, business: &str) {
        let business = business.to_ascii_lowercase();
        self.inner.service.state().grants.remove(&business);
    }

    /// Ends the access tokens of the business as if their time had passed; refresh tokens stay good.
    pub fn expire_tokens(&self, business: &str) {
        let business = business.to_ascii_lowercase();
        self.inner.service.state().grants.expire(&business);
    }

    /// The orders that were created through the API, in their present state, the oldest first. The orders a business
    /// starts with are not among them.
    pub fn orders(&self, business: &str) -> Vec<Value> {
        let state = self.inner.service.state();
        let business = state
            .find(business)
            .and_then(|index| state.businesses.get(index));
        business
            .map(|business| business.orders.created().cloned().collect())
            .unwrap_or_default()
    }

    /// The requests that have arrived so far, the oldest first. One that still waits for its answer has status 0.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.inner.service.state().log.all()
    }

    /// The requests of one operation.
    pub fn requests_for(&self, operation_id: &str) -> Vec<LoggedRequest> {
        self.inner.service.state().log.of(operation_id)
    }

    /// Empties the log. Request ids count on.
    pub fn clear_requests(&self) {
        self.inner.service.state().log.clear();
    }

    /// Queues this answer for the next call of the operation, at whichever business and with whichever token; further
    /// ones queue behind it. See [`override_next`](Self::override_next) for headers.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), retm_sandbox::SandboxError> {
    /// let sandbox = retm_sandbox::Sandbox::start().await?;
    /// sandbox.override_body("list_products", 502, "text/html", "<html>Bad Gateway</html>");
    /// # Ok(())
    /// # }
    /// ```
    pub fn override_body(
        &self,
        operation_id: &str,
        status: u16,
        content_type: &str,
        body: impl Into<Bytes>,
    ) {
        self.override_next(operation_id, Answer::new(status, content_type, body));
    }

    /// Queues an answer with headers of its own for the next call of the operation.
    pub fn override_next(&self, operation_id: &str, answer: Answer) {
        let mut state = self.inner.service.state();
        let queue = state.queued.entry(operation_id.to_owned()).or_default();
        queue.push_back(answer);
    }

    /// Adds a fault from the next request on, behind those there are. One that names an operation or a business that
    /// does not exist never strikes.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), retm_sandbox::SandboxError> {
    /// use retm_sandbox::{Fault, FaultKind};
    ///
    /// let sandbox = retm_sandbox::Sandbox::start().await?;
    /// sandbox.add_fault(Fault::new(FaultKind::Reset).on("create_order").times(1));
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_fault(&self, fault: Fault) {
        self.inner.service.state().faults.add(fault);
    }

    /// Removes all faults. Orders that are to be committed late still are.
    pub fn clear_faults(&self) {
        self.inner.service.state().faults.clear();
    }

    /// The faults there are, in the order they were added, each with how often it has struck.
    pub fn faults(&self) -> Vec<(Fault, u64)> {
        self.inner.service.state().faults.counts()
    }

    /// Takes no new connection, lets the requests in flight finish (two seconds at most) and returns when the port is
    /// free. The log and the orders can still be read.
    pub async fn stop(&self) {
        self.inner.server.stop().await;
    }
}
