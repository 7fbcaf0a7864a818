//! Clients of a sandbox, with a time that the test turns.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use futures::future::{BoxFuture, ready};
use retm::{Builder, Business, Clock, Credentials, Retm, Sleep};
use retm_sandbox::Sandbox;

use crate::watch;

/// A client of that sandbox that waits for nothing between its attempts. All that the process says is watched from now on.
pub fn client(sandbox: &Sandbox) -> Builder {
    watch::begin();
    Retm::builder()
        .base_url(sandbox.base_url())
        .credentials(Credentials::new(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .sleep(NoWait::default())
}

/// The business `acme` of that sandbox, by the app's own credentials.
pub fn acme(sandbox: &Sandbox) -> Result<Business, retm::Error> {
    client(sandbox).build()?.business("acme")
}

/// A sleep that is over at once and remembers how long it was meant to be.
#[derive(Clone, Debug, Default)]
pub struct NoWait(Arc<Mutex<Vec<Duration>>>);

impl NoWait {
    /// The waits asked for so far.
    pub fn waits(&self) -> Vec<Duration> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Sleep for NoWait {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(duration);
        Box::pin(ready(()))
    }
}

/// A clock that stands still until it is advanced. Clones share the time.
#[derive(Clone, Debug, Default)]
pub struct ManualClock(Arc<Mutex<Duration>>);

impl ManualClock {
    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        let mut passed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *passed = passed.saturating_add(by);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
