//! How calls are sent over real sockets: retries, budgets, limits, connections, options, and what is
//! told of them.

#![allow(clippy::unwrap_used)]

mod budgets;
mod connections;
mod http2;
mod limits;
mod metrics;
mod options;
mod otlp;
mod policies;
mod redirects;
mod setup;
mod spans;
mod tls;
mod wire;

use retm::{Builder, Business};

/// The business `acme` of that client.
fn acme(client: Builder) -> Business {
    client.build().unwrap().business("acme").unwrap()
}
