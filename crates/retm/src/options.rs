//! Options of one call.

use std::time::Duration;

/// What one call has otherwise than its client.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallOptions {
    /// How long the call may take with its token and all its attempts.
    pub(crate) deadline: Option<Duration>,
}

impl CallOptions {
    /// The options of a call that may take so long.
    pub(crate) fn within(deadline: Duration) -> Self {
        Self {
            deadline: Some(deadline),
        }
    }
}

/// The functions that set a call's options, for every type that has them in `self.options`.
macro_rules! call_options {
    () => {
        /// How long this call may take with its token and all its attempts, in place of the client's
        /// [`overall_timeout`](crate::Builder::overall_timeout).
        pub fn with_deadline(mut self, deadline: std::time::Duration) -> Self {
            self.options.deadline = Some(deadline);
            self
        }
    };
}

pub(crate) use call_options;
