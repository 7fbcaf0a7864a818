//! Waiting for what happens in another task, without sleeping.

use std::time::{Duration, Instant};

use tokio::sync::watch;

/// Holds answers back until it is opened. Clones are the same gate.
#[derive(Clone, Debug)]
pub struct Gate(watch::Sender<bool>);

impl Default for Gate {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Gate {
    /// Lets everybody through from now on.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    /// Waits until it is open.
    pub async fn pass(&self) {
        // The sender is alive as long as this gate is.
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}

/// Waits until the condition holds.
///
/// # Panics
///
/// Where it does not hold within a minute.
#[track_caller]
pub fn until(mut condition: impl FnMut() -> bool) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let patience = Instant::now() + Duration::from_secs(60);
        while !condition() {
            assert!(Instant::now() < patience, "it never happens at {place}");
            tokio::task::yield_now().await;
        }
    }
}
