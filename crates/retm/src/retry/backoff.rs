//! How long to wait before the next attempt.

use std::time::Duration;

use crate::random::{Random, share};

/// Says how long to wait before another attempt.
pub trait Backoff: Send + Sync + 'static {
    /// The wait after so many failed attempts (1 after the first), by these dice.
    fn delay(&self, failed: u32, random: &dyn Random) -> Duration;
}

/// Draws each wait from all of a span that doubles (full jitter), so that callers who failed together
/// do not come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FullJitter {
    first: Duration,
    longest: Duration,
}

impl FullJitter {
    /// Waits up to `first` after the first failure, up to twice as long after the next, never longer
    /// than `longest`.
    pub fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }
}

/// Up to 200 ms, doubling to 5 s.
impl Default for FullJitter {
    fn default() -> Self {
        Self::new(Duration::from_millis(200), Duration::from_secs(5))
    }
}

impl Backoff for FullJitter {
    fn delay(&self, failed: u32, random: &dyn Random) -> Duration {
        let doublings = failed.saturating_sub(1).min(31);
        let span = self.first.saturating_mul(1 << doublings).min(self.longest);
        // `Duration::MAX` as a float is more than a duration can hold.
        Duration::try_from_secs_f64(span.as_secs_f64() * share(random)).unwrap_or(span)
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

    fn delays(dice: f64) -> Vec<u128> {
        let delay = |failed| FullJitter::default().delay(failed, &Loaded(dice));
        [1, 2, 3, 5, 6, 7, u32::MAX]
            .map(|failed| delay(failed).as_millis())
            .to_vec()
    }

    #[test]
    fn the_span_doubles_up_to_its_end() {
        assert_eq!(delays(0.5), [100, 200, 400, 1600, 2500, 2500, 2500]);
        assert_eq!(delays(0.0), [0; 7]);
    }

    #[test]
    fn dice_that_fall_off_the_table_wait_the_whole_span() {
        for dice in [f64::NAN, f64::INFINITY, -1.0, 1.0, 7.0] {
            assert_eq!(delays(dice)[..2], [200, 400], "{dice}");
        }
    }

    #[test]
    fn no_span_is_too_long_to_reckon_with() {
        let endless = FullJitter::new(Duration::MAX, Duration::MAX);
        assert_eq!(endless.delay(9, &Loaded(1.0)), Duration::MAX);
    }
}
