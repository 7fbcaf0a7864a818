//! Secrets and people planted in every input; nothing that the programs say may repeat them.
//!
//! Searched are spans and events of all crates at TRACE, the `log` facade, keys and labels of
//! metrics, errors with their causes, `Debug` of public values, panics, both streams and the
//! arguments of the command line, and what a store leaves on disk. That each canary went where it
//! has to go, over the wire, is checked too.
//!
//! Left out, each for its reason: what a program is given to read by functions that say so
//! (`expose`, `raw_body`, `message`, `field_errors`, `headers`), and people's data on the standard
//! output of a command that was asked to list it.

#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

mod canary;
mod capture;
mod command_line;
mod cursors;
mod elsewhere;
mod orders;
mod panics;
mod resources;
mod sandbox;
mod setup;
mod store_commands;
mod stores;
mod submissions;
mod tls;
mod tokens;
mod webhooks;
mod world;

use canary::{
    ACCESS, ADDRESS, CLIENT_SECRET, CODE, EMAIL, HEADER, NAME, PHONE, REFRESH, SECOND_ACCESS,
};
use world::World;

/// One test for all, since what a process says cannot be told apart by tests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_is_said_repeats_a_secret_or_a_person() {
    capture::listen();
    setup::play();
    let world = World::new().await;
    tokens::play(&world).await;
    resources::play(&world).await;
    cursors::play(&world).await;
    orders::play(&world).await;
    submissions::play(&world).await;
    sandbox::play().await;
    tls::play().await;
    stores::play(&world).await;
    command_line::play(&world).await;
    store_commands::play().await;
    webhooks::play();
    panics::play(&world).await;

    // Without these the search would prove nothing.
    let got = world.got();
    for canary in [
        CLIENT_SECRET,
        CODE,
        REFRESH,
        PHONE,
        EMAIL,
        NAME,
        ADDRESS,
        HEADER,
    ] {
        assert!(got.contains(canary), "{canary} was not sent");
    }
    for bearer in [ACCESS, SECOND_ACCESS] {
        let header = format!("authorization: Bearer {bearer}");
        assert!(got.contains(&header), "{bearer} was not sent");
    }
    let sources = capture::assert_silent();
    for source in [
        "span of retm",
        "event of retm",
        "event of hyper_util",
        "event of h2",
        "log of reqwest",
        "event of sqlx",
        "panic",
        "metric of retm_calls_total",
        "standard error",
        "arguments of the process",
        "files of the store",
        "files of the command line's store",
        "standard error of orders recover",
        "control endpoint",
    ] {
        let heard = sources.iter().any(|heard| heard.starts_with(source));
        assert!(heard, "nothing was heard of {source}: {sources:#?}");
    }
}
