//! How long an order may take.

use std::time::Duration;

use super::MoneyCheck;
use crate::core::Core;
use crate::options::CallOptions;

/// What a client is told of orders.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OrderSettings {
    pub(crate) settle_window: Option<Duration>,
    pub(crate) money_check: MoneyCheck,
}

/// How often one `submit` or `recover` sends an order at most.
pub(super) const MOST_SENDS: u32 = 3;

/// The times of one order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// How long one request may take with its token and its attempts.
    pub(super) deadline: Duration,
    /// How long after it was sent an order may still take effect: what this call was told, or what the
    /// journal says, whichever is longer.
    pub(super) window: Duration,
    /// How long the order is this task's alone after each step: longer than one request, so that
    /// nobody takes over while it may still be on its way.
    pub(super) lease: Duration,
    /// After what time it is left to a later call. By what this call was told: where the journal says
    /// a longer window, the order may be left in doubt before that has passed, and is not sent again.
    pub(super) patience: Duration,
}

impl Plan {
    pub(super) fn new(core: &Core, options: &CallOptions, window: Option<Duration>) -> Self {
        let deadline = options.deadline.unwrap_or(core.timeouts.overall);
        let window = window
            .or(core.orders.settle_window)
            .unwrap_or(deadline.saturating_mul(2));
        let margin = (deadline / 2).clamp(Duration::from_secs(1), Duration::from_secs(30));
        Self {
            deadline,
            window,
            lease: deadline.saturating_add(margin),
            patience: deadline.saturating_add(window).saturating_mul(MOST_SENDS),
        }
    }
}
