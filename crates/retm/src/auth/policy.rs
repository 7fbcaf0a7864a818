//! When tokens are renewed.

use std::time::Duration;

use crate::random::{Random, share};

/// When tokens are renewed, and how long one process may take for it.
///
/// Within the advisory window before its end a token goes on serving while one task renews it. Within
/// the mandatory window callers wait for the renewal, and have the old token where it fails or takes
/// longer than 5 seconds, half of what the token has to live or half of the call's time. The
/// windows of short-lived tokens are shorter: at most half and a fifth of the lifetime.
#[derive(Clone, Debug)]
#[must_use]
pub struct RefreshPolicy {
    advisory: Duration,
    mandatory: Duration,
    jitter: Duration,
    lease: Duration,
}

impl Default for RefreshPolicy {
    /// Advisory 5 minutes with up to a minute of jitter, mandatory 30 seconds, lease 20 seconds.
    fn default() -> Self {
        Self {
            advisory: Duration::from_secs(300),
            mandatory: Duration::from_secs(30),
            jitter: Duration::from_secs(60),
            lease: Duration::from_secs(20),
        }
    }
}

impl RefreshPolicy {
    /// How long before its end a token is renewed while it goes on serving.
    pub fn advisory(mut self, window: Duration) -> Self {
        self.advisory = window;
        self
    }

    /// How long before its end callers wait for the renewal.
    pub fn mandatory(mut self, window: Duration) -> Self {
        self.mandatory = window;
        self
    }

    /// By how much the advisory window is longer at random, so that the processes of a fleet do not all
    /// come at once.
    pub fn jitter(mut self, most: Duration) -> Self {
        self.jitter = most;
        self
    }

    /// How long one process has the sole right to renew a grant; the token request gets three quarters
    /// of it. After a crash the others wait for as long at most. At least a tenth of a second, at most
    /// an hour.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease.clamp(Duration::from_millis(100), Duration::from_secs(3600));
        self
    }

    pub(crate) fn lease_time(&self) -> Duration {
        self.lease
    }

    /// How long a token request may take: the lease outlives it.
    pub(crate) fn request_time(&self) -> Duration {
        self.lease * 3 / 4
    }

    /// The advisory and the mandatory window of a token of that lifetime.
    pub(crate) fn windows(&self, lifetime: Duration, random: &dyn Random) -> (Duration, Duration) {
        let jitter = self.jitter.mul_f64(share(random));
        let mandatory = self.mandatory.min(lifetime / 5);
        let advisory = self.advisory.saturating_add(jitter).min(lifetime / 2);
        (advisory.max(mandatory), mandatory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Loaded(f64);

    impl Random for Loaded {
        fn unit(&self) -> f64 {
            self.0
        }
    }

    #[test]
    fn jitter_lengthens_the_advisory_window_alone() {
        let hour = Duration::from_secs(3600);
        let windows = |unit| RefreshPolicy::default().windows(hour, &Loaded(unit));
        let seconds = Duration::from_secs;
        assert_eq!(windows(0.0), (seconds(300), seconds(30)));
        assert_eq!(windows(0.5), (seconds(330), seconds(30)));
        for odd in [7.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(windows(odd), (seconds(360), seconds(30)), "{odd}");
        }
    }

    #[test]
    fn the_lease_outlives_the_request() {
        let policy = RefreshPolicy::default().lease(Duration::ZERO);
        assert!(policy.request_time() < policy.lease_time());
    }
}
