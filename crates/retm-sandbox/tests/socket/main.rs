//! The sandbox over real sockets.
#![allow(clippy::panic, clippy::unwrap_used)]

mod api;
mod catalogue;
mod control;
mod every_operation;
mod faults;
mod faults_shown;
mod handle;
mod orders;
mod refusals;
mod tokens;
