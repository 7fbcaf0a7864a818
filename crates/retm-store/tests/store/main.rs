//! What the traits of `retm::store` promise, on every store; what happens when something is wrong with
//! the file, the key, the server or the disk; what a thief finds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod bad_input;
mod journal;
mod leases;
#[cfg(target_os = "linux")]
mod locks;
#[cfg(feature = "postgres")]
mod outage;
mod place;
#[cfg(feature = "postgres")]
mod proxy;
mod rekey;
mod samples;
mod stolen;
mod tokens;
mod upgrade;
