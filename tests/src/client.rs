//! Clients of a sandbox that wait for nothing.

use retm::test_util::NoWait;
use retm::{Builder, Business, Credentials, Retm};
use retm_sandbox::Sandbox;

use crate::watch;

/// A client of that sandbox that waits for nothing between its attempts. All that the process says is watched from now on.
pub fn client(sandbox: &Sandbox) -> Builder {
    watch::begin();
    Retm::builder()
        .base_url(sandbox.base_url())
        .credentials(Credentials::new(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .sleep(NoWait::default())
}

/// The business `acme` of that sandbox, by the app's own credentials.
pub fn acme(sandbox: &Sandbox) -> Result<Business, retm::Error> {
    client(sandbox).build()?.business("acme")
}
