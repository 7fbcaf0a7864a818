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
use crate::transport::{Built, Decode, decode, reply};

/// Builds the request of an operation.
pub(crate) type BuildFn<A> = fn(&Client, A) -> Built;

/// A call that has not been sent. `.await` sends it and gives the decoded answer;
/// [`response`](Self::response) gives status, headers and raw body with it.
///
/// `A` is what the operation is called with, `T` what it answers.
#[must_use = "a request does nothing until it is awaited"]
pub struct Request<A, T> {
    business: Business,
    operation: &'static str,
    pub(crate) args: A,
    build: BuildFn<A>,
    decode: Decode<T>,
    check: fn(&A) -> Result<(), Error>,
    options: CallOptions,
}

impl<A, T> Request<A, T> {
    fn decoded_by(
        business: &Business,
        operation: &'static str,
        args: A,
        build: BuildFn<A>,
        decode: Decode<T>,
    ) -> Self {
        Self {
            business: business.clone(),
            operation,
            args,
            build,
            decode,
            check: |_| Ok(()),
            options: CallOptions::default(),
        }
    }

    call_options!();
}

impl<A, T: DeserializeOwned + Serialize> Request<A, T> {
    /// An operation that reads.
    pub(crate) fn read(
        business: &Business,
        operation: &'static str,
        args: A,
        build: BuildFn<A>,
    ) -> Self {
        Self::decoded_by(business, operation, args, build, decode)
    }
}

impl<T: DeserializeOwned + Serialize> Request<String, T> {
    /// An operation on the thing with that id, which becomes one segment of the path.
    pub(crate) fn by_id(
        business: &Business,
        operation: &'static str,
        id: impl ToString,
        build: BuildFn<String>,
    ) -> Self {
        let mut request = Self::read(business, operation, id.to_string(), build);
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
        build: BuildFn<A>,
    ) -> Self {
        Self::decoded_by(business, operation, args, build, reply)
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

impl<A, T> Request<A, T> {
    /// Sends the call; the answer comes with its status, headers, request id and raw body.
    ///
    /// # Errors
    ///
    /// Those of the operation; see [`Error`].
    pub async fn response(self) -> Result<Response<T>, Error> {
        let result = match (self.check)(&self.args) {
            Ok(()) => {
                let request = (self.build)(self.business.client(), self.args);
                let call = self.business.call(&self.options);
                call.answer(request, self.decode).await
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

impl<A: Send + 'static, T: Send + 'static> IntoFuture for Request<A, T> {
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
            build: self.build,
            decode: self.decode,
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
