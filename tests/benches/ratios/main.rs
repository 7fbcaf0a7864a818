//! Ratios of times: our side against the plain one, both in this one run. `cargo xtask bench` runs it and makes the table.
//!
//! Each subject is a file with a function that gives rows. Allocations are counted by another program, since counting costs time.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod answers;
mod catalogue;
mod data;
mod decode;
mod failures;
mod harness;
mod prefetch;
mod refresh;
mod server;
mod storm;
mod strict;
mod warm_call;

fn main() {
    if server::asked_to_serve() {
        return server::serve();
    }
    harness::report(&[
        ("warm-call", warm_call::rows),
        ("decode", decode::rows),
        ("prefetch", prefetch::rows),
        ("refresh", refresh::rows),
        ("failures", failures::rows),
        ("storm", storm::rows),
    ]);
}
