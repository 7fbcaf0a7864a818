//! The command line with a store: grants, keys, and orders that are sent once.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure is the test's failure"
)]

mod addresses;
mod grants;
mod keys;
mod orders;
#[path = "../support/mod.rs"]
mod support;
mod world;
