//! One call of an operation: a builder that `.await` sends.

use std::fmt;
use std::future::IntoFuture;

use futures::future::BoxFuture;
use retm_client::Client;
use retm_types::WriteReply;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::business::Business;
use crate::error::{Error, ErrorKind};
use crate::options::{CallOptions, call_options};
use crate::response::Response;
use crate::transport::Sent;

pub(crate) type SendFn<A, T> = fn(Client, A) -> BoxFuture<'static, Sent<T>>;

/// A call that has not been sent. `.await` sends it and gives the decoded answer;
/// [`response`](Self::response) gives status, headers and raw body with it.
///
/// `A` is what the operation is called with, `T` what it answers.
#[must_use = "a request does nothing until it is awaited"]
pub struct Request<A, T> {
    business: Business,
    operation: &'static str,
    pub(crate) args: A,
    send: SendFn<A, T>,
    /// Makes an answer of a success that does not decode: a write must not fail for the shape of its reply.
    salvage: fn(&[u8]) -> Option<T>,
    check: fn(&A) -> Result<(), Error>,
    options: CallOptions,
}

impl<A, T> Request<A, T> {
    pub(crate) fn new(
        business: &Business,
        operation: &'static str,
        args: A,
        send: SendFn<A, T>,
    ) -> Self {
        Self {
            business: business.clone(),
            operation,
            args,
            send,
            salvage: |_| None,
            check: |_| Ok(()),
            options: CallOptions::default(),
        }
    }

    call_options!();
}

impl<T> Request<String, T> {
    /// An operation on the thing with that id, which becomes one segment of the path.
    pub(crate) fn by_id(
        business: &Business,
        operation: &'static str,
        id: impl ToString,
        send: SendFn<String, T>,
    ) -> Self {
        let mut request = Self::new(business, operation, id.to_string(), send);
        request.check = |id| check_id(id);
        request
    }
}

impl<A> Request<A, WriteReply> {
    /// An operation that changes something and answers in whatever shape.
    pub(crate) fn write(
        business: &Business,
        operation: &'static str,
        args: A,
        send: SendFn<A, WriteReply>,
    ) -> Self {
        let mut request = Self::new(business, operation, args, send);
        request.salvage = |body| Some(WriteReply::from_bytes(body));
        request
    }
}

/// An empty id, `.` and `..` would name another path.
pub(crate) fn check_id(id: &str) -> Result<(), Error> {
    if matches!(id, "" | "." | "..") || id.contains(['/', '\\']) || id.chars().any(char::is_control)
    {
        return Err(Error::new(ErrorKind::InvalidRequest).with_detail(format!(
            "{id:?} cannot be an id: it would name another path"
        )));
    }
    Ok(())
}

impl<A, T: DeserializeOwned + Serialize> Request<A, T> {
    /// Sends the call; the answer comes with its status, headers, request id and raw body.
    ///
    /// # Errors
    ///
    /// Those of the operation; see [`Error`].
    pub async fn response(self) -> Result<Response<T>, Error> {
        let result = match (self.check)(&self.args) {
            Ok(()) => {
                let call = self.business.call(&self.options);
                let sent = (self.send)(call.client(), self.args).await;
                call.finish_or(sent, self.salvage)
            }
            Err(error) => Err(error),
        };
        result.map_err(|error| error.of_call(self.operation, self.business.id()))
    }

    /// Sends the call; `None` where there is no such thing.
    pub(crate) async fn optional(self) -> Result<Option<T>, Error> {
        match self.response().await {
            Ok(response) => Ok(Some(response.into_inner())),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl<A: Send + 'static, T: DeserializeOwned + Serialize + Send + 'static> IntoFuture
    for Request<A, T>
{
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Ok(self.response().await?.into_inner()) })
    }
}

impl<A: Clone, T> Clone for Request<A, T> {
    fn clone(&self) -> Self {
        Self {
            business: self.business.clone(),
            operation: self.operation,
            args: self.args.clone(),
            send: self.send,
            salvage: self.salvage,
            check: self.check,
            options: self.options.clone(),
        }
    }
}

impl<A, T> fmt::Debug for Request<A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("business", self.business.id())
            .finish_non_exhaustive()
    }
}
