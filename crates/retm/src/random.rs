//! Chance as the client sees it, so that tests can load the dice.

/// Draws the numbers for jitter.
pub trait Random: Send + Sync + 'static {
    /// A number from 0 up to, not including, 1.
    fn unit(&self) -> f64;
}

/// A random number generator seeded by the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn unit(&self) -> f64 {
        fastrand::f64()
    }
}

/// What the dice say, or all of it where they fall off the table.
pub(crate) fn share(random: &dyn Random) -> f64 {
    let unit = random.unit();
    if (0.0..1.0).contains(&unit) {
        unit
    } else {
        1.0
    }
}
