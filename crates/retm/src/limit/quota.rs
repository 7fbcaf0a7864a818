//! Limits from the configuration.

use std::collections::BTreeMap;
use std::time::Duration;

use retm_client::OPERATIONS;

use crate::error::{Error, ErrorKind};

/// How many requests may be sent in a time. Spent evenly, except for a burst at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Time from one request to the next.
    interval: Duration,
    burst: u32,
}

impl Quota {
    /// So many requests a second; 0 counts as 1.
    pub fn per_second(requests: u32) -> Self {
        Self::per(requests, Duration::from_secs(1))
    }

    /// So many requests a minute; 0 counts as 1.
    pub fn per_minute(requests: u32) -> Self {
        Self::per(requests, Duration::from_secs(60))
    }

    /// So many requests in each period; 0 counts as 1.
    pub fn per(requests: u32, period: Duration) -> Self {
        Self {
            interval: period / requests.max(1),
            burst: 1,
        }
    }

    /// How many requests may be sent at once after a pause; 1 by default.
    pub fn burst(mut self, requests: u32) -> Self {
        self.burst = requests.max(1);
        self
    }

    /// When a request may be sent where the last ones are paid for up to a time, and up to when they
    /// are then: the generic cell rate algorithm.
    pub(super) fn next(self, now: Duration, paid_until: Duration) -> (Duration, Duration) {
        let ahead = self.interval.saturating_mul(self.burst - 1);
        let start = paid_until.max(now);
        let at = start.saturating_sub(ahead).max(now);
        (at, start.saturating_add(self.interval))
    }
}

/// The quotas of a client: for all groups of operations, and for single ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quotas {
    pub(crate) all: Option<Quota>,
    pub(crate) of: BTreeMap<String, Quota>,
}

impl Quotas {
    pub(crate) fn get(&self, group: &str) -> Option<Quota> {
        self.of.get(group).copied().or(self.all)
    }

    /// Refuses a group that there is not: its limit would never hold.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let known = |group: &str| OPERATIONS.iter().any(|operation| operation.tag == group);
        let Some(group) = self.of.keys().find(|group| !known(group)) else {
            return Ok(());
        };
        let mut groups: Vec<&str> = OPERATIONS.iter().map(|operation| operation.tag).collect();
        groups.dedup();
        Err(Error::new(ErrorKind::Config).with_detail(format!(
            "rate limit for {group:?}: no such group of operations; there are {}",
            groups.join(", ")
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When each of so many requests, all asked for at once, may be sent.
    fn times(quota: Quota, requests: usize) -> Vec<u128> {
        let mut paid_until = Duration::ZERO;
        let mut next = || {
            let (at, until) = quota.next(Duration::ZERO, paid_until);
            paid_until = until;
            at.as_millis()
        };
        (0..requests).map(|_| next()).collect()
    }

    #[test]
    fn requests_are_spread_after_a_burst() {
        assert_eq!(times(Quota::per_second(4), 4), [0, 250, 500, 750]);
        assert_eq!(
            times(Quota::per_minute(60).burst(3), 5),
            [0, 0, 0, 1000, 2000]
        );
        assert_eq!(times(Quota::per_second(0).burst(0), 2), [0, 1000]);
    }

    #[test]
    fn a_pause_saves_up_no_more_than_the_burst() {
        let quota = Quota::per_second(1).burst(2);
        let now = Duration::from_secs(3600);
        let (first, paid) = quota.next(now, Duration::ZERO);
        let (second, paid) = quota.next(now, paid);
        let (third, _) = quota.next(now, paid);
        assert_eq!((first, second), (now, now));
        assert_eq!(third, now + Duration::from_secs(1));
    }
}
