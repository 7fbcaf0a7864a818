//! Orders that are sent exactly once.
//!
//! `submit` and `recover` write an order into the journal, send it, and if no answer proves that it took effect look it
//! up until its settle window has passed. One that had no answer is then sent again; one that was answered is not.
//! `machine.rs` is the protocol, `drive.rs` does what it says. The plain
//! [`create`](crate::resources::Orders::create) does none of that.

mod answer;
mod doubt;
mod drive;
mod find;
mod known;
mod lookup;
mod machine;
mod money;
mod page;
mod plan;
mod recover;
mod recover_all;
mod submit;
mod submitted;
mod ticket;
mod waiting;
mod watch;
mod written;

pub use find::FoundOrder;
pub(crate) use find::find;
pub use known::{Abandonment, KnownOrder, OrderState};
pub(crate) use known::{abandon, known};
pub use money::MoneyCheck;
pub(crate) use plan::OrderSettings;
pub use recover::{Held, Recover, Recovered, Recovery};
pub use recover_all::{RecoverAll, RecoveredBusiness};
pub use submit::Submit;
pub use submitted::{Submission, Submitted};
pub use waiting::{Waiting, Why};
pub(crate) use watch::watch;
pub use watch::{OrderChange, OrderStatuses};
