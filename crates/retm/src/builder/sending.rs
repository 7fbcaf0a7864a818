//! How requests are sent.

use std::time::Duration;

use super::Builder;
use crate::environment::BaseUrl;
use crate::error::{Error, ErrorKind};
use crate::transport::SendSettings;

impl Builder {
    /// How long to wait for a connection.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.sending.timeouts.connect = timeout;
        self
    }

    /// How long to wait for the answer to one attempt.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.sending.timeouts.attempt = timeout;
        self
    }

    /// How long a call may take with all its attempts.
    pub fn overall_timeout(mut self, timeout: Duration) -> Self {
        self.sending.timeouts.overall = timeout;
        self
    }
}

pub(super) fn http_client(
    app_name: Option<&str>,
    base: &BaseUrl,
    sending: &SendSettings,
) -> Result<reqwest::Client, Error> {
    let own = concat!("retm-rs/", env!("CARGO_PKG_VERSION"));
    let user_agent = app_name.map_or_else(|| own.to_owned(), |app| format!("{app} {own}"));
    let mut client = reqwest::Client::builder()
        .user_agent(user_agent)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(sending.timeouts.connect);
    if base.is_loopback() {
        client = client.no_proxy();
    }
    client.build().map_err(|error| {
        Error::new(ErrorKind::Config)
            .with_detail("the HTTP client cannot be built; the app's name must be fit for a header")
            .with_source(error)
    })
}
