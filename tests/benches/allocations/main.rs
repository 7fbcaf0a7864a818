//! Allocations per call. A program of its own: counting them costs time, which the ratios of times must not hold.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

#[path = "../ratios/answers.rs"]
mod answers;
#[path = "../ratios/catalogue.rs"]
mod catalogue;
#[path = "../ratios/harness.rs"]
#[allow(dead_code)]
mod harness;
#[path = "../ratios/server.rs"]
#[allow(dead_code)]
mod server;
#[path = "../ratios/warm_call.rs"]
#[allow(dead_code)]
mod warm_call;

use std::alloc::System;

use harness::{ROUNDS, Row, Target, median};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use warm_call::{Sides, block_on};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CALLS: u32 = 1_000;

fn main() {
    if server::asked_to_serve() {
        return server::serve();
    }
    harness::report(&[("warm-call", rows)]);
}

fn rows() -> Vec<Row> {
    let (ours, theirs) = block_on(async {
        let sides = Sides::start().await;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(count(async || sides.our_call().await).await);
            theirs.push(count(async || sides.their_call().await).await);
        }
        (median(ours), median(theirs))
    });
    let row =
        |compared, figure| Row::count("warm call", compared, figure, " per call", Target::None);
    vec![
        row("allocations, retm", ours),
        row("allocations, bare reqwest", theirs),
    ]
}

async fn count(mut call: impl AsyncFnMut()) -> f64 {
    let region = Region::new(HEAP);
    for _ in 0..CALLS {
        call().await;
    }
    let change = region.change();
    (change.allocations + change.reallocations) as f64 / f64::from(CALLS)
}
