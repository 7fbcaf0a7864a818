//! The command line with a store: grants, keys, and orders that are sent once.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a failure is the test's failure"
)]

mod abandon;
mod addresses;
mod forget;
mod grants;
mod keyring;
mod keys;
mod orders;
mod postgres;
mod reach;
mod recovery;
#[path = "../support/mod.rs"]
mod support;
mod timer;
mod world;
