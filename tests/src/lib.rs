//! Helpers that the tests share.

mod client;
mod gate;
pub mod server;

pub use client::{ManualClock, NoWait, acme, client};
pub use gate::{Gate, until};
