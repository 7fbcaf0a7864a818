//! How a client sends: its time-outs.

use std::time::Duration;

/// The time-outs of a client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) attempt: Duration,
    pub(crate) overall: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(30),
            overall: Duration::from_secs(60),
        }
    }
}

/// How a client sends.
#[derive(Clone, Debug, Default)]
pub(crate) struct SendSettings {
    pub(crate) timeouts: Timeouts,
}
