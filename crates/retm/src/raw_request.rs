//! Requests that the spec does not have.

use std::fmt;
use std::future::IntoFuture;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use retm_types::Problems;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::business::Business;
use crate::error::{Captured, Error, ErrorKind};
use crate::list::{Decodes, List, PageFn, Paging};
use crate::observe::Plan;
use crate::options::{CallOptions, call_options};
use crate::response::Response;
use crate::transport::{Built, PreparedRequest, check_path};

/// A request to any path of the API, with the business's token, limits and retries: from [`Business::request`].
///
/// `.await` sends it and gives status, headers and raw body; [`decoded`](Self::decoded) gives the body as a type of yours.
#[must_use = "a request does nothing until it is awaited"]
#[derive(Clone)]
pub struct RawRequest {
    business: Business,
    method: Method,
    path: String,
    body: Result<Option<Bytes>, String>,
    options: CallOptions,
}

impl RawRequest {
    pub(crate) fn new(business: &Business, method: Method, path: String) -> Self {
        Self {
            business: business.clone(),
            method,
            path,
            body: Ok(None),
            options: CallOptions::default(),
        }
    }

    call_options!();

    /// Sends a value as JSON.
    pub fn json(mut self, value: &(impl Serialize + ?Sized)) -> Self {
        self.body = match serde_json::to_vec(value) {
            Ok(body) => Ok(Some(body.into())),
            Err(error) => Err(format!("the body does not encode: {error}")),
        };
        self
    }

    /// Sends these bytes as they are; they must be JSON.
    pub fn json_bytes(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Ok(Some(body.into()));
        self
    }

    /// Sends the request; the answer comes with its status, headers, request id and raw body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if the path names a scheme, a host, a query or `..`, or the method is not one of GET,
    /// POST, PUT, PATCH and DELETE: nothing was sent. Every status that is not a success; see [`Error`]. The body of a success
    /// is not looked at: [`Response::decode`] reads it.
    pub async fn response(self) -> Result<Response<()>, Error> {
        let id = self.business.id().clone();
        let sent = async {
            let request = self.build();
            let call = self.business.call(&self.options);
            call.answer(request, unread).await
        };
        sent.await.map_err(|error| error.of_call(Plan::RAW, &id))
    }

    /// Sends the request and decodes the body of the answer.
    ///
    /// # Errors
    ///
    /// Those of [`response`](Self::response) and of [`Response::decode`].
    pub async fn decoded<T: DeserializeOwned>(self) -> Result<T, Error> {
        self.response().await?.decode()
    }

    /// Reads the answer as a list, page by page, with the rules of every other list; the method must be GET.
    ///
    /// ```no_run
    /// # async fn example(acme: retm::Business) -> Result<(), retm::Error> {
    /// use futures::TryStreamExt;
    /// use retm::Method;
    ///
    /// let shifts = acme.request(Method::GET, "/api/v2/shifts/list");
    /// let mut shifts = shifts.list::<serde_json::Value>().per_page(100).stream();
    /// while let Some(shift) = shifts.try_next().await? {
    ///     println!("{shift}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list<T: DeserializeOwned + Serialize>(self) -> List<T, RawPath> {
        let path = RawPath {
            method: self.method.to_string(),
            base_url: self.business.base_url().to_owned(),
            path: self.path,
        };
        let build: PageFn<RawPath> = |_, path, paging| path.build(&paging);
        let list = List::new(&self.business, Plan::RAW, path, build, Decodes::WHOLE);
        list.with_options(self.options)
    }

    fn build(&self) -> Built {
        let base_url = self.business.base_url();
        let mut built = build(&self.method, base_url, &self.path)?;
        let body = self.body.clone().map_err(refused)?;
        if let Some(body) = body {
            let json = HeaderValue::from_static("application/json");
            built.request.headers_mut().insert(CONTENT_TYPE, json);
            *built.request.body_mut() = Some(body.into());
        }
        Ok(built)
    }
}

fn refused(why: String) -> Error {
    Error::new(ErrorKind::InvalidRequest).with_detail(why)
}

/// A request without a body.
fn build(method: &Method, base_url: &str, path: &str) -> Built {
    let plan = Plan::raw(method)
        .ok_or_else(|| refused(format!("the method {method} is not one that the API knows")))?;
    check_path(path).map_err(|why| refused(format!("path {path:?}: {why}")))?;
    let url = format!("{base_url}{path}").parse();
    let url = url.map_err(|_| refused(format!("path {path:?} makes no URL")))?;
    let mut request = reqwest::Request::new(method.clone(), url);
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(ACCEPT, json);
    Ok(PreparedRequest { plan, request })
}

/// Where a list lies that the spec does not have.
#[derive(Clone, Debug, Serialize)]
pub struct RawPath {
    method: String,
    #[serde(skip)]
    base_url: String,
    path: String,
}

impl RawPath {
    fn build(&self, paging: &Paging) -> Built {
        if self.method != "GET" {
            return Err(refused(format!(
                "a list is read with GET, not {}",
                self.method
            )));
        }
        let mut built = build(&Method::GET, &self.base_url, &self.path)?;
        let parameters = [("page", paging.page), ("per_page", paging.per_page)];
        for (name, value) in parameters {
            if let Some(value) = value {
                let mut query = built.request.url_mut().query_pairs_mut();
                query.append_pair(name, &value.to_string());
            }
        }
        Ok(built)
    }
}

/// Takes every success as it is.
fn unread(captured: &Captured, _: &mut Problems) -> Result<(), Error> {
    match captured.status.is_success() {
        true => Ok(()),
        false => Err(captured.error()),
    }
}

impl IntoFuture for RawRequest {
    type Output = Result<Response<()>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.response())
    }
}

impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRequest")
            .field("business", self.business.id())
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
