//! Helpers that the tests share.

mod client;
pub mod server;

pub use client::{ManualClock, NoWait, acme, client};
