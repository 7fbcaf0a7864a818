//! How often a business's operations may be called: by a [`Quota`] from the configuration, and by what
//! the API's 429s teach. There is a [`Limiter`] for each business and group of operations, so that the
//! trouble of one delays no other.

mod limiter;
mod queue;
mod quota;
mod trouble;

pub(crate) use limiter::{Limiter, Refusal};
pub(crate) use queue::Permit;
pub use quota::Quota;
pub(crate) use quota::Quotas;
