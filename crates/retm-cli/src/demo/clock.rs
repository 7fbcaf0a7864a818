//! The client's clock is the sandbox's: an hour passes for both when the demo says so.

use std::time::{Duration, Instant, SystemTime};

use retm_sandbox::SandboxClock;

/// The time of day is the sandbox's; what passes is real time and what the sandbox's clock was moved by.
#[derive(Clone, Debug)]
pub(super) struct SharedClock {
    pub(super) sandbox: SandboxClock,
    pub(super) started: Instant,
}

impl retm::Clock for SharedClock {
    fn now(&self) -> SystemTime {
        self.sandbox.now()
    }

    fn monotonic(&self) -> Duration {
        self.started
            .elapsed()
            .saturating_add(self.sandbox.elapsed())
    }
}
