//! Every operation of the spec, called through the client and through the command line, against a sandbox that keeps a
//! log of what it gets.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod answers;
mod call;
mod calls;
mod command_line;
mod grants;
mod order;
mod requests;
mod samples;
mod secrets;
mod spec;
