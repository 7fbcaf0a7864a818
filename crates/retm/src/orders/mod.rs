//! Orders that are sent exactly once.
//!
//! `submit` and `recover` write an order into the journal, send it, and where no answer comes look it
//! up until a settle window has passed; only then is it sent again. The plain
//! [`create`](crate::resources::Orders::create) does none of that.

mod doubt;
mod drive;
mod lookup;
mod money;
mod page;
mod plan;
mod recover;
mod send;
mod submit;
mod submitted;
mod ticket;
mod written;

pub use money::MoneyCheck;
pub(crate) use plan::OrderSettings;
pub use recover::{Recover, Recovered, Recovery};
pub use submit::Submit;
pub use submitted::{Submission, Submitted};
