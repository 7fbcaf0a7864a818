//! The binary as its users run it: a process with arguments, an environment, streams and signals.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

#[cfg(unix)]
mod crash;
mod demo;
mod environment;
mod exits;
mod payload;
mod ran;
mod search;
#[path = "../support/searched.rs"]
mod searched;
#[cfg(unix)]
mod serve;
#[cfg(unix)]
mod signals;
mod streams;
mod surface;
mod tokens;
