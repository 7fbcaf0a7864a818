//! What an order waits for.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What an order waits for, and how long at most.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// The partner's own id of the order.
    pub reference: String,
    /// What for.
    pub why: Why,
}

/// What an order waits for. The times are how long that takes at most, unless something new happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// Another process holds the order.
    Held(Duration),
    /// It may still take effect: it is looked up until its settle window is over.
    Settling(Duration),
    /// The list of orders could not be read, or does not say; it is looked up again.
    LookUp(Duration),
    /// The server asks to wait.
    RateLimited(Duration),
}

impl Why {
    /// How long it takes at most.
    pub fn at_most(self) -> Duration {
        match self {
            Self::Held(left)
            | Self::Settling(left)
            | Self::LookUp(left)
            | Self::RateLimited(left) => left,
        }
    }
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.why {
            Why::Held(_) => "another process holds it",
            Why::Settling(_) => {
                "no answer proves it; it is looked up until it can no longer take effect"
            }
            Why::LookUp(_) => {
                "the list of orders could not be read to its end; it is looked up again"
            }
            Why::RateLimited(_) => "the server asks to wait",
        };
        let seconds = crate::time::whole_seconds(self.why.at_most());
        write!(f, "order {}: {what} ({seconds} s at most)", self.reference)
    }
}

/// Is told of each wait.
#[derive(Clone, Default)]
pub(crate) struct OnWait(Option<Arc<dyn Fn(&Waiting) + Send + Sync>>);

impl OnWait {
    pub(crate) fn new(f: impl Fn(&Waiting) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(f)))
    }

    pub(super) fn tell(&self, reference: &str, why: Why) {
        if let Some(f) = &self.0 {
            f(&Waiting {
                reference: reference.to_owned(),
                why,
            });
        }
    }
}
