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
