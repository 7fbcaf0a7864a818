//! Secrets and people planted in every input; nothing that the programs say may repeat them.
//!
//! Two things look. The watch (`retm_tests::watch`) hears the whole suite: every helper through which a test comes to a
//! client begins it, and a process that says a secret or a person dies of it, whatever its test asserts. It knows the
//! sandbox's own secrets and what the tests plant by how they begin; `tests/tests/watch` shows that it hears, that it
//! kills, and that the secrets went over the wire. The scenario here goes through every input with canaries of its own,
//! and through what no ordinary test shows: both `Debug`s of public values, errors with their causes, panics.
//!
//! Searched are spans and events of all crates at TRACE, the `log` facade, keys, labels and descriptions of metrics, errors,
//! `Debug`, panics, both streams and the arguments of the command line and of the worker processes, and what a store
//! leaves on disk or on a server: raw, in base64 at any offset, percent-encoded, in hex and as bytes. That each canary
//! went where it has to go is checked too: over the wire, with HTTP/1, HTTP/2, TLS and through a proxy; to the caller; out
//! of webhooks and into their replies. Two go nowhere: the password of a base URL, which is refused before anything is
//! sent, and that of a PostgreSQL address at which there is no server.
//!
//! Left out, each for its reason:
//! - what a program is given to read by functions that say so (`expose`, `raw_body`, `message`, `field_errors`,
//!   `headers`), and by `--save-body`;
//! - people's data on the standard output of a command that was asked for it. Members that are named like secrets are
//!   masked there; a secret in a member of another name, or inside a sentence of the server, is passed on as it came;
//! - a name, where the server repeats it in a sentence: it cannot be told from the other words;
//! - `retm sandbox` and `sandbox-server`, which print the sandbox's credentials on purpose, `retm store key --file -`, which
//!   prints a new key, and what `httpmock` says of the
//!   requests that it got;
//! - `tests/memory.rs`, which counts the heap, the benchmarks, and the tests inside of `retm-sandbox` and `retm-store`,
//!   which have no client or look for themselves;
//! - in the tests of `retm-cli`, everything but the streams, the arguments and the files of the store: the same commands
//!   are run under the watch by `tests/tests/operations` and here;
//! - values of metrics, which are numbers; other encodings, such as compression; a secret that is spread over several
//!   texts; the environment of a process, which is where secrets are given to it; arguments elsewhere than on Linux.

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
    ACCESS, ADDRESS, CLIENT_SECRET, CODE, EMAIL, HEADER, NAME, NAME_AR, PHONE, REFRESH,
    SECOND_ACCESS, SECOND_REFRESH, URL_PASSWORD,
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
        SECOND_REFRESH,
        PHONE,
        EMAIL,
        NAME,
        NAME_AR,
        ADDRESS,
        HEADER,
    ] {
        assert!(got.contains(canary), "{canary} was not sent");
    }
    for bearer in [ACCESS, SECOND_ACCESS] {
        let header = format!("authorization: Bearer {bearer}");
        assert!(got.contains(&header), "{bearer} was not sent");
    }
    assert!(
        !got.contains(URL_PASSWORD),
        "a base URL's password was sent"
    );
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
