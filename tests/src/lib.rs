//! Helpers that the tests share.

mod client;
mod gate;
pub mod server;
pub mod soak;
mod spec;
mod tls;
pub mod watch;

pub use client::{acme, client};
pub use gate::{Gate, until};
#[doc(no_inline)]
pub use retm::test_util::{ManualClock, NoWait};
pub use spec::{examples, root, spec};
pub use tls::Tls;

/// The project's README, so that its code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
