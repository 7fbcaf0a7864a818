//! The sandbox's own time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDateTime, TimeDelta};

/// The merchants of the sandbox live in Riyadh: their local time is three hours ahead of UTC.
const MERCHANT_OFFSET: TimeDelta = TimeDelta::hours(3);

/// How the API writes a time.
const LOCAL_FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// The time the sandbox believes it is.
///
/// It stands still until [`advance`](SandboxClock::advance) moves it, so a test decides when a token expires. A sandbox
/// built with [`real_time`](crate::SandboxBuilder::real_time) starts at the system's time and runs on by itself.
/// Clones share the same time.
#[derive(Clone, Debug)]
pub struct SandboxClock {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    start: SystemTime,
    running_since: Option<Instant>,
    advanced: Mutex<Duration>,
}

impl SandboxClock {
    /// A clock that stands still at `start`, the merchant's local time.
    pub(crate) fn standing(start: NaiveDateTime) -> Self {
        let since_epoch = (start - MERCHANT_OFFSET).and_utc().timestamp();
        let start = UNIX_EPOCH + Duration::from_secs(since_epoch.unsigned_abs());
        Self::new(start, None)
    }

    /// A clock that starts now and runs.
    pub(crate) fn running() -> Self {
        Self::new(SystemTime::now(), Some(Instant::now()))
    }

    fn new(start: SystemTime, running_since: Option<Instant>) -> Self {
        Self {
            inner: Arc::new(Inner {
                start,
                running_since,
                advanced: Mutex::new(Duration::ZERO),
            }),
        }
    }

    /// Moves the time forward: tokens and codes whose lifetime has passed are dead from the next request on.
    pub fn advance(&self, by: Duration) {
        let mut advanced = self
            .inner
            .advanced
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *advanced = advanced.saturating_add(by);
    }

    /// The time since the sandbox was started, by its own clock.
    pub fn elapsed(&self) -> Duration {
        let advanced = *self
            .inner
            .advanced
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let ran = self
            .inner
            .running_since
            .map(|since| since.elapsed())
            .unwrap_or_default();
        advanced.saturating_add(ran)
    }

    /// The instant the sandbox believes it is.
    pub fn now(&self) -> SystemTime {
        let start = self.inner.start;
        start.checked_add(self.elapsed()).unwrap_or(start)
    }

    /// The same instant as the API writes it: the merchant's local time without a zone, `2026-01-01 09:00:00`.
    pub fn local_time(&self) -> String {
        let unix = self.unix_millis() / 1000;
        i64::try_from(unix)
            .ok()
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
            .and_then(|utc| utc.naive_utc().checked_add_signed(MERCHANT_OFFSET))
            .unwrap_or_default()
            .format(LOCAL_FORMAT)
            .to_string()
    }

    /// Milliseconds since 1970, for identifiers that carry their time.
    pub(crate) fn unix_millis(&self) -> u64 {
        let since = self.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}

/// A local time of the seeded data.
pub(crate) fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, LOCAL_FORMAT).unwrap_or_default()
}

/// A local time as the API writes it.
pub(crate) fn local_text(time: NaiveDateTime) -> String {
    time.format(LOCAL_FORMAT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_still_until_it_is_advanced() {
        let clock = SandboxClock::standing(local("2026-01-01 09:00:00"));
        assert_eq!(clock.local_time(), "2026-01-01 09:00:00");
        let other = clock.clone();
        other.advance(Duration::from_secs(3601));
        assert_eq!(clock.local_time(), "2026-01-01 10:00:01");
        assert_eq!(clock.elapsed(), Duration::from_secs(3601));
    }

    #[test]
    fn survives_an_absurd_jump() {
        let clock = SandboxClock::standing(local("2026-01-01 09:00:00"));
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert!(!clock.local_time().is_empty());
    }

    #[test]
    fn is_three_hours_ahead_of_utc() {
        let clock = SandboxClock::standing(local("1970-01-01 03:00:05"));
        assert_eq!(clock.unix_millis(), 5000);
    }
}
