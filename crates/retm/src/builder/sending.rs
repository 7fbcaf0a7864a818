//! What the builder takes for sending.

use std::sync::Arc;
use std::time::Duration;

use super::Builder;
use crate::limit::Quota;
use crate::retry::{Backoff, Budget, RetryPolicy};

impl Builder {
    /// How long the server may say nothing while an answer is awaited or read; 30 s by default. With
    /// a longer [`attempt_timeout`](Self::attempt_timeout) a large answer may take its time as long as
    /// it keeps coming.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.read = timeout;
        self
    }

    /// How many bytes the body of an answer may have, decompressed; 64 MiB by default. An answer that is larger fails with
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge), and memory stays below twice the limit.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.sending.body_limit = bytes;
        self
    }

    /// Which failures are followed by another attempt. By default
    /// [`RetryTransient`](crate::RetryTransient) with 3 attempts in all. No policy makes a POST go
    /// twice unless no connection was made the first time. A token request is sent again only then,
    /// too.
    pub fn retry_policy(mut self, policy: impl RetryPolicy) -> Self {
        self.sending.retry = Arc::new(policy);
        self
    }

    /// How long to wait before another attempt, unless the answer asks for longer. By default
    /// [`FullJitter`](crate::FullJitter) up to 200 ms, doubling to 5 s. After a 429 without a
    /// `Retry-After`, other calls of the group wait by it, too.
    pub fn backoff(mut self, backoff: impl Backoff) -> Self {
        self.sending.backoff = Arc::new(backoff);
        self
    }

    /// How many retries the calls earn; 0.2 for each by default.
    pub fn retry_budget(mut self, budget: Budget) -> Self {
        self.sending.budget = budget;
        self
    }

    /// The longest `Retry-After` that the call waits for that was answered so; 10 s by default. Beyond
    /// it the call fails, and [`Error::retry_at`](crate::Error::retry_at) says when to come back. Other
    /// calls of the group are not sent before that time: they wait for it within their deadline, and
    /// fail at once, with that time, where it comes later.
    pub fn longest_retry_after(mut self, longest: Duration) -> Self {
        self.sending.longest_retry_after = longest;
        self
    }

    /// How often each business may be called, for each group of operations; without limit by default.
    /// A call waits for its turn within its deadline, and fails at once where that would not do.
    pub fn rate_limit(mut self, quota: Quota) -> Self {
        self.sending.quotas.all = Some(quota);
        self
    }

    /// How often each business may be called for one group of operations, such as `Orders`: a section
    /// of the API's portal. Comes before [`rate_limit`](Self::rate_limit).
    pub fn rate_limit_for(mut self, group: impl Into<String>, quota: Quota) -> Self {
        self.sending.quotas.of.insert(group.into(), quota);
        self
    }

    /// Trusts the certificates of a PEM text besides those of the system, such as those of a proxy
    /// that looks into TLS.
    pub fn add_root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http_options.root_certificates.push(pem.into());
        self
    }

    /// Sends through that proxy in place of the system's: `http://user:password@host:port`. The
    /// password is never shown. Loopback never goes through a proxy.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http_options.proxy = Some(url.into());
        self
    }
}
