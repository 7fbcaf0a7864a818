//! Long runs of what must never happen, with real processes that are killed: `cargo xtask soak`. The
//! tests do a short run of each.

mod driver;
pub mod drops;
pub mod fleet;
mod hold;
mod kills;
pub mod lost;
pub mod orders;
mod place;
mod process;
mod report;
mod submitter;
pub mod tokens;
mod valve;
pub mod worker;

pub use place::Place;
pub use process::Shared;
pub use report::Broken;

/// What a run came to: a line for people, or what was broken.
pub type Run = Result<String, Broken>;
