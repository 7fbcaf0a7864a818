//! Time and dice for tests of programs that use this crate (feature `test-util`).
//!
//! ```
//! use std::time::Duration;
//!
//! use retm::test_util::{FixedDice, ManualClock, NoWait};
//! use retm::{Credentials, Retm};
//!
//! let (clock, sleep) = (ManualClock::default(), NoWait::default());
//! let retm = Retm::builder()
//!     .base_url("http://127.0.0.1:8080")
//!     .credentials(Credentials::new("app", "secret"))
//!     .clock(clock.clone())
//!     .sleep(sleep.clone())
//!     .random(FixedDice::new(0.5))
//!     .build()?;
//! // … calls, whose retries wait for nothing …
//! clock.advance(Duration::from_secs(3600)); // Every token has expired.
//! assert_eq!(sleep.waits(), []); // What was waited for so far.
//! # let _ = retm;
//! # Ok::<(), retm::Error>(())
//! ```

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use futures::future::{BoxFuture, ready};

use crate::random::Random;
use crate::time::{Clock, Sleep};

/// A sleep that is over at once and records how long it was meant to be. Clones share the record.
///
/// It does not move the clock: [`NoWait::advancing`] does.
#[derive(Clone, Debug, Default)]
pub struct NoWait {
    waits: Arc<Mutex<Vec<Duration>>>,
    clock: Option<ManualClock>,
}

impl NoWait {
    /// A sleep that advances a clock by as long as it was meant to be.
    pub fn advancing(clock: &ManualClock) -> Self {
        Self {
            waits: Arc::default(),
            clock: Some(clock.clone()),
        }
    }

    /// The waits asked for so far, the oldest first.
    pub fn waits(&self) -> Vec<Duration> {
        locked(&self.waits).clone()
    }
}

impl Sleep for NoWait {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        locked(&self.waits).push(duration);
        if let Some(clock) = &self.clock {
            clock.advance(duration);
        }
        Box::pin(ready(()))
    }
}

/// A clock that stands still until it is advanced. It begins at the Unix epoch; clones share the time.
#[derive(Clone, Debug, Default)]
pub struct ManualClock(Arc<Mutex<Duration>>);

impl ManualClock {
    /// A clock that shows this time.
    pub fn at(time: SystemTime) -> Self {
        let since = time.duration_since(SystemTime::UNIX_EPOCH);
        Self(Arc::new(Mutex::new(since.unwrap_or_default())))
    }

    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        let mut now = locked(&self.0);
        *now = now.saturating_add(by);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *locked(&self.0)
    }
}

/// Dice that show the same number each time: 0 for the shortest jitter, just under 1 for the longest.
#[derive(Clone, Copy, Debug, Default)]
pub struct FixedDice(f64);

impl FixedDice {
    /// Dice that show this number, from 0 up to, not including, 1. Any other counts as the longest jitter.
    pub fn new(unit: f64) -> Self {
        Self(unit)
    }
}

impl Random for FixedDice {
    fn unit(&self) -> f64 {
        self.0
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn time_passes_only_when_told() {
        let clock = ManualClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(100));
        let shared = clock.clone();
        NoWait::default().sleep(Duration::from_secs(5)).await;
        assert_eq!(clock.monotonic(), Duration::from_secs(100));
        let sleep = NoWait::advancing(&clock);
        sleep.clone().sleep(Duration::from_secs(5)).await;
        assert_eq!(sleep.waits(), [Duration::from_secs(5)]);
        assert_eq!(
            shared.now(),
            SystemTime::UNIX_EPOCH + Duration::from_secs(105)
        );
        assert_eq!(FixedDice::new(0.25).unit(), 0.25);
    }
}
