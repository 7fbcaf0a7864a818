//! Helpers that the tests share.

mod client;
mod gate;
pub mod server;
pub mod soak;
mod spec;
mod tls;
pub mod watch;

pub use client::{ManualClock, NoWait, acme, client};
pub use gate::{Gate, until};
pub use spec::{examples, root, spec};
pub use tls::Tls;

/// The project's README, so that its code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
