//! The HTTP client: connections, certificates, proxy.

use std::fmt;
use std::time::Duration;

use http::HeaderValue;
use reqwest::{Certificate, Client, Proxy, Url};

use crate::core::Timeouts;
use crate::environment::BaseUrl;
use crate::error::{Error, ErrorKind};

/// A connection that nobody uses is closed before servers do it (60 s is common): a request on one
/// that is being closed fails.
const POOL_IDLE: Duration = Duration::from_secs(45);

/// An HTTP/2 connection that is silent for so long is asked for a sign of life, and dropped after as
/// long again without one.
const PING: Duration = Duration::from_secs(5);

/// What the builder takes for the HTTP client.
#[derive(Clone, Default)]
pub(crate) struct HttpOptions {
    pub(crate) app_name: Option<String>,
    /// PEM, as it was given.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    /// May hold a password.
    pub(crate) proxy: Option<String>,
}

impl fmt::Debug for HttpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpOptions")
            .field("app_name", &self.app_name)
            .field("root_certificates", &self.root_certificates.len())
            .field("proxy", &self.proxy.is_some())
            .finish()
    }
}

impl HttpOptions {
    /// Builds the client. A connection that failed or whose answer was given up is not used again:
    /// HTTP/1 closes it. HTTP/2 ends what was given up alone, since others share the connection; one on
    /// which nothing comes any more is found out by its pings.
    pub(crate) fn build(&self, base: &BaseUrl, timeouts: Timeouts) -> Result<Client, Error> {
        let own = concat!("retm-rs/", env!("CARGO_PKG_VERSION"));
        let app = self.app_name.as_deref();
        let user_agent = app.map_or_else(|| own.to_owned(), |app| format!("{app} {own}"));
        let user_agent = HeaderValue::try_from(user_agent).map_err(|error| {
            refuse("the app's name must be fit for a header").with_source(error)
        })?;
        let mut client = Client::builder()
            .user_agent(user_agent)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(timeouts.connect)
            .read_timeout(timeouts.read)
            .pool_idle_timeout(POOL_IDLE)
            .http2_keep_alive_interval(PING)
            .http2_keep_alive_timeout(PING)
            .http2_keep_alive_while_idle(true);
        for certificate in self.certificates()? {
            client = client.add_root_certificate(certificate);
        }
        if let Some(url) = &self.proxy {
            client = client.proxy(proxy(url)?);
        }
        if base.is_loopback() {
            client = client.no_proxy();
        }
        client
            .build()
            .map_err(|error| match &self.root_certificates[..] {
                [] => refuse("the system's TLS is not usable").with_source(error),
                _ => refuse("a root certificate is not a certificate").with_source(error),
            })
    }

    /// Nothing of this reaches a client that was built elsewhere.
    pub(crate) fn refuse_beside_a_client(&self) -> Result<(), Error> {
        let given = [
            ("app_name", self.app_name.is_some()),
            (
                "add_root_certificate_pem",
                !self.root_certificates.is_empty(),
            ),
            ("proxy", self.proxy.is_some()),
        ];
        match given.into_iter().find(|(_, given)| *given) {
            Some((name, _)) => Err(refuse(&format!(
                "`{name}` has no effect on the client of `http_client`; set it on that client"
            ))),
            None => Ok(()),
        }
    }

    fn certificates(&self) -> Result<Vec<Certificate>, Error> {
        let mut all = Vec::new();
        for (place, pem) in (1..).zip(&self.root_certificates) {
            let certificates = Certificate::from_pem_bundle(pem).map_err(|error| {
                refuse(&format!("root certificate {place} is not PEM")).with_source(error)
            })?;
            if certificates.is_empty() {
                return Err(refuse(&format!(
                    "root certificate {place} holds no `BEGIN CERTIFICATE`"
                )));
            }
            all.extend(certificates);
        }
        Ok(all)
    }
}

/// The proxy of that URL; an error shows neither it nor its password.
fn proxy(url: &str) -> Result<Proxy, Error> {
    let wrong = || refuse("the proxy must be a URL with http or https and a host");
    let parsed = Url::parse(url).map_err(|_| wrong())?;
    if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() {
        return Err(wrong());
    }
    Proxy::all(parsed).map_err(|_| wrong())
}

fn refuse(why: &str) -> Error {
    Error::new(ErrorKind::Config).with_detail(format!("the HTTP client cannot be built; {why}"))
}
