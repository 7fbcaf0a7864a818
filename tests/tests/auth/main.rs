//! Tokens over real sockets: how many are asked for, when, and by which grant.

#![allow(clippy::unwrap_used)]

mod crowd;
mod events;
mod expiry;
mod fleet;
mod grants;
mod lease;
mod outage;
mod races;
mod stores;
mod windows;

use retm_sandbox::Sandbox;

/// The grant types of the token requests, in order.
fn grant_types(sandbox: &Sandbox) -> Vec<String> {
    let requests = sandbox.requests_for("exchange_token");
    requests
        .iter()
        .map(|request| {
            let body = request.json().unwrap();
            body["grant_type"].as_str().unwrap().to_owned()
        })
        .collect()
}

/// The statuses of the answers to an operation, in order.
fn statuses(sandbox: &Sandbox, operation: &str) -> Vec<u16> {
    let requests = sandbox.requests_for(operation);
    requests.iter().map(|request| request.status).collect()
}
