//! Time as the client sees it, so that tests can turn it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use futures::future::BoxFuture;

use crate::random::{Random, SystemRandom};

/// Tells the time: when tokens expire and how long a call has taken.
pub trait Clock: Send + Sync + 'static {
    /// The time of day: when a token is said to expire, and how old a stored one is. It may jump.
    fn now(&self) -> SystemTime;

    /// Time since some fixed moment, never going back: deadlines, and when tokens are renewed.
    fn monotonic(&self) -> Duration;
}

/// Waits, between the attempts of a call.
pub trait Sleep: Send + Sync + 'static {
    /// Resolves after the duration.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The system's clock and tokio's timer.
#[derive(Clone, Copy, Debug)]
pub struct SystemTimer {
    started: Instant,
}

impl Default for SystemTimer {
    fn default() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Clock for SystemTimer {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

impl Sleep for SystemTimer {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The clock, the timer and the dice of one client.
#[derive(Clone)]
pub(crate) struct Timers {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sleep: Arc<dyn Sleep>,
    pub(crate) random: Arc<dyn Random>,
}

impl Default for Timers {
    fn default() -> Self {
        let system = SystemTimer::default();
        Self {
            clock: Arc::new(system),
            sleep: Arc::new(system),
            random: Arc::new(SystemRandom),
        }
    }
}

impl fmt::Debug for Timers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timers")
    }
}

/// A time in whole seconds; part of one counts as one.
pub(crate) fn whole_seconds(time: Duration) -> u64 {
    let part = u64::from(time.subsec_nanos() > 0);
    time.as_secs().saturating_add(part)
}
