//! The seam between the generated operations and whatever sends their requests.

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use progenitor_client::{ClientHooks, Error, OperationInfo};
use reqwest::{Request, Response};

use crate::Client;

/// Sends the requests that the generated operations build.
///
/// A call goes through [`before`](Self::before) and then [`send`](Self::send). Whoever needs typed
/// errors gives each call a transport of its own and keeps the outcome there: neither function can
/// return more than the generated code passes on.
pub trait Transport: Send + Sync + 'static {
    /// Prepares the request (authorization, limits). An `Err` ends the call with nothing sent.
    fn before<'a>(
        &'a self,
        request: &'a mut Request,
        operation_id: &'static str,
    ) -> BoxFuture<'a, Result<(), Refused>> {
        let _ = (request, operation_id);
        Box::pin(async { Ok(()) })
    }

    /// Sends the request and returns the response.
    fn send<'a>(
        &'a self,
        request: Request,
        operation_id: &'static str,
    ) -> BoxFuture<'a, reqwest::Result<Response>>;
}

/// Why [`Transport::before`] let nothing be sent; arrives as [`Error::Custom`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

/// Sends each request as it is with a [`reqwest::Client`]: no token, no retries.
#[derive(Clone, Debug)]
pub struct Direct(pub reqwest::Client);

impl Transport for Direct {
    fn send<'a>(
        &'a self,
        request: Request,
        _operation_id: &'static str,
    ) -> BoxFuture<'a, reqwest::Result<Response>> {
        Box::pin(self.0.execute(request))
    }
}

/// What a [`Client`] holds besides its base URL: the transport.
#[derive(Clone)]
pub struct Inner(Arc<dyn Transport>);

impl Inner {
    /// Wraps a transport.
    pub fn new(transport: impl Transport) -> Self {
        Self(Arc::new(transport))
    }
}

impl From<Arc<dyn Transport>> for Inner {
    fn from(transport: Arc<dyn Transport>) -> Self {
        Self(transport)
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inner")
    }
}

impl ClientHooks<Inner> for Client {
    async fn pre<E>(&self, request: &mut Request, info: &OperationInfo) -> Result<(), Error<E>> {
        // The generator adds the version of the spec, which the API knows nothing of.
        request.headers_mut().remove("api-version");
        self.inner
            .0
            .before(request, info.operation_id)
            .await
            .map_err(|Refused(why)| Error::Custom(why))
    }

    async fn exec(&self, request: Request, info: &OperationInfo) -> reqwest::Result<Response> {
        self.inner.0.send(request, info.operation_id).await
    }
}
