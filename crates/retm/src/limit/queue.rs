//! A place among the requests of a group that are on their way.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::limiter::Limiter;

/// What a request that queues is told.
#[derive(Debug)]
pub(super) enum Turn {
    /// It may go.
    Go(Permit),
    /// Things have changed.
    AskAgain,
}

/// The leave to send one request. Dropped, it gives its place to the next.
pub(crate) struct Permit {
    limiter: Arc<Limiter>,
    /// The hold that it was given in.
    hold: u64,
    /// Whether it takes up a place: not while all is well.
    counted: bool,
    answered: bool,
}

impl Permit {
    pub(super) fn new(limiter: &Arc<Limiter>, hold: u64, counted: bool) -> Self {
        Self {
            limiter: limiter.clone(),
            hold,
            counted,
            answered: false,
        }
    }

    /// The API took the request, whatever it made of it.
    pub(crate) fn answered(mut self) {
        self.answered = true;
    }

    /// The API answered 429: holds the group for as long as it asks, or for a back-off made of the
    /// number of holds in a row. Gives when the next request may be sent.
    pub(crate) fn refused(
        self,
        now: Duration,
        retry_after: Option<Duration>,
        backoff: impl FnOnce(u32) -> Duration,
    ) -> Duration {
        self.limiter.strike(self.hold, now, retry_after, backoff)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.counted {
            Limiter::leave(&self.limiter, self.hold, self.answered);
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permit({})", self.hold)
    }
}
