//! When a failed attempt is followed by another: which failures ([`RetryPolicy`]), after which wait
//! ([`Backoff`]), and how many more requests than calls there may be ([`Budget`]).

mod backoff;
mod budget;
mod policy;

pub use backoff::{Backoff, FullJitter};
pub use budget::Budget;
pub(crate) use budget::{Balance, Charge};
pub use policy::{AtMost, FailedAttempt, Failure, NeverRetry, RetryPolicy, RetryTransient, Within};
