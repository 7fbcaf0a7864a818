//! Which failures are followed by another attempt.

use std::time::Duration;

use http::StatusCode;

/// Why an attempt gave no usable answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// No connection was made: nothing was sent.
    Connect,
    /// No answer came in time.
    Timeout,
    /// The connection failed after the request was sent, or while the answer came.
    Network,
    /// The server answered with a status of 400 or more.
    Status(StatusCode),
}

/// A failed attempt, for a [`RetryPolicy`] to judge.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FailedAttempt {
    /// The `operationId`, such as `list_orders`.
    pub operation: &'static str,
    /// How many attempts have been made, this one included.
    pub attempts: u32,
    /// Time since the call began, its token included.
    pub elapsed: Duration,
    /// What went wrong.
    pub failure: Failure,
}

/// Says whether a failed attempt is followed by another.
///
/// It is asked only where sending again can double nothing: after a safe method, and after any other
/// where no connection was made. A POST whose outcome is unknown is not sent again by any policy.
///
/// ```
/// use std::time::Duration;
/// use retm::{RetryPolicy, RetryTransient};
///
/// let policy = RetryTransient.attempts(5).within(Duration::from_secs(20));
/// # let _: Box<dyn RetryPolicy> = Box::new(policy);
/// ```
pub trait RetryPolicy: Send + Sync + 'static {
    /// Whether another attempt may follow.
    fn retries(&self, failed: &FailedAttempt) -> bool;

    /// The same, with at most so many attempts in all.
    fn attempts(self, most: u32) -> AtMost<Self>
    where
        Self: Sized,
    {
        AtMost { policy: self, most }
    }

    /// The same, with no further attempt once the call has taken that long.
    fn within(self, limit: Duration) -> Within<Self>
    where
        Self: Sized,
    {
        Within {
            policy: self,
            limit,
        }
    }
}

/// Retries what may be different the next time: failures of the network, 408, 429 and 5xx but 501
/// (not implemented) and 505. Without [`attempts`](RetryPolicy::attempts) until the time is up.
#[derive(Clone, Copy, Debug, Default)]
pub struct RetryTransient;

impl RetryPolicy for RetryTransient {
    fn retries(&self, failed: &FailedAttempt) -> bool {
        match failed.failure {
            Failure::Connect | Failure::Timeout | Failure::Network => true,
            Failure::Status(status) => {
                matches!(status.as_u16(), 408 | 429 | 500 | 502..=504 | 506..=599)
            }
        }
    }
}

/// Never retries.
#[derive(Clone, Copy, Debug, Default)]
pub struct NeverRetry;

impl RetryPolicy for NeverRetry {
    fn retries(&self, _: &FailedAttempt) -> bool {
        false
    }
}

/// A policy with a number of attempts; [`RetryPolicy::attempts`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct AtMost<P> {
    policy: P,
    most: u32,
}

impl<P: RetryPolicy> RetryPolicy for AtMost<P> {
    fn retries(&self, failed: &FailedAttempt) -> bool {
        failed.attempts < self.most && self.policy.retries(failed)
    }
}

/// A policy with an end; [`RetryPolicy::within`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct Within<P> {
    policy: P,
    limit: Duration,
}

impl<P: RetryPolicy> RetryPolicy for Within<P> {
    fn retries(&self, failed: &FailedAttempt) -> bool {
        failed.elapsed < self.limit && self.policy.retries(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(failure: Failure) -> FailedAttempt {
        FailedAttempt {
            operation: "list_orders",
            attempts: 1,
            elapsed: Duration::ZERO,
            failure,
        }
    }

    #[test]
    fn what_may_be_different_the_next_time_is_retried() {
        for failure in [Failure::Connect, Failure::Timeout, Failure::Network] {
            assert!(RetryTransient.retries(&failed(failure)), "{failure:?}");
        }
        let retried: Vec<u16> = (400..600)
            .filter(|status| {
                let status = StatusCode::from_u16(*status).unwrap();
                RetryTransient.retries(&failed(Failure::Status(status)))
            })
            .collect();
        let mut wanted = vec![408, 429, 500, 502, 503, 504];
        wanted.extend(506..600);
        assert_eq!(retried, wanted);
    }

    #[test]
    fn combinators_only_take_away() {
        let policy = RetryTransient.attempts(3).within(Duration::from_secs(10));
        let policy: Box<dyn RetryPolicy> = Box::new(policy);
        let after = |attempts, seconds| {
            policy.retries(&FailedAttempt {
                attempts,
                elapsed: Duration::from_secs(seconds),
                ..failed(Failure::Network)
            })
        };
        assert!(after(1, 0) && after(2, 9));
        assert!(!after(3, 0) && !after(1, 10));
        assert!(!NeverRetry.attempts(9).retries(&failed(Failure::Connect)));
    }
}
