//! What to do next, by what is known of the failure.

use http::StatusCode;
use retm_client::Operation;

use super::{Error, ErrorKind, Inner, Outcome};
use crate::observe::Plan;

/// How far the path of a call can be relied on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum PathOrigin {
    /// The vendor documents it, or it is the caller's own.
    #[default]
    Known,
    /// The spec assumes it.
    Assumed,
    /// `Builder::path_override` has set it.
    Overridden,
}

/// What a body is instead of the JSON expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum BodyIs {
    /// JSON, or not looked at.
    #[default]
    Json,
    /// Empty, HTML or another text.
    NotJson,
    /// JSON that ends too early.
    CutShort,
    /// In another charset than UTF-8.
    OtherCharset,
    /// Not what `Content-Encoding` says.
    WrongEncoding,
}

const TOKEN_ENDPOINT: &str = "Check the base URL and the business id, the first label of the host name: the token endpoint was not found there. \
     A mock needs a token route; `Builder::path_override` corrects the path.";
const NO_TOKEN: &str = "Check the base URL and the business id: what answered is not the token endpoint. If they are right, try again later.";

impl Error {
    /// What to do next, in a sentence or two.
    pub fn advice(&self) -> &'static str {
        let inner = &*self.0;
        let known_unknown = inner.outcome == Some(Outcome::Unknown);
        let order = inner.operation == Some("create_order");
        if inner.kind == ErrorKind::InDoubt || (known_unknown && order) {
            return ErrorKind::InDoubt.advice();
        }
        if self.may_have_written() {
            return "Whether it took effect is unknown: look before sending it again.";
        }
        let of_token = inner.operation == Some("exchange_token");
        match inner.kind {
            ErrorKind::NotFound if inner.page.is_some() => {
                "The list may have fewer pages: ask for an earlier one."
            }
            ErrorKind::NotFound => not_found(inner),
            ErrorKind::Status => of_status(inner, of_token),
            ErrorKind::Decode => of_body(inner.body_is, of_token),
            ErrorKind::TooLarge => too_large(inner, of_token),
            ErrorKind::Validation => refused_request(inner),
            ErrorKind::Forbidden if inner.body_is != BodyIs::Json => {
                "A gateway or a firewall refused it, not the API: check from which address the request came."
            }
            ErrorKind::Refused if inner.message.is_none() => "`raw_body()` has the whole answer.",
            ErrorKind::Server if inner.request_id.is_none() => {
                "Try again later; if it stays so, give the vendor the time of the call."
            }
            kind => kind.advice(),
        }
    }
}

/// A 404. Without an id in the call, nothing but the path or what stands before the API can be wrong.
fn not_found(inner: &Inner) -> &'static str {
    if inner.operation == Some(Plan::RAW) {
        return "Check the path, and the ids in it.";
    }
    if inner.body_is != BodyIs::Json && inner.path == PathOrigin::Known {
        return "Check the base URL and the business id: what answered is not the API.";
    }
    let operation = inner.operation.and_then(Operation::find);
    if operation.is_some_and(|operation| operation.path.contains('{')) {
        return ErrorKind::NotFound.advice();
    }
    of_path(inner).unwrap_or(match operation.is_some_and(Operation::is_safe) {
        true => "Check the base URL and the business id; `Builder::path_override` corrects the path if it has moved.",
        false => "Check the ids that were sent, the base URL and the business id.",
    })
}

/// What to do about a path that may be wrong.
fn of_path(inner: &Inner) -> Option<&'static str> {
    match inner.path {
        PathOrigin::Known => None,
        PathOrigin::Assumed => Some(
            "The path is a guess: correct it with `Builder::path_override`; `retm api GET PATH` tries a path.",
        ),
        PathOrigin::Overridden => Some(
            "Correct the path given to `Builder::path_override`; `retm api GET PATH` tries a path.",
        ),
    }
}

fn of_status(inner: &Inner, of_token: bool) -> &'static str {
    let status = inner.status.unwrap_or_default();
    match status.as_u16() {
        300..=399 => "Check the base URL: scheme, host and path. `headers()` has `Location`.",
        404 | 405 if of_token => TOKEN_ENDPOINT,
        405 if inner.operation == Some(Plan::RAW) => {
            "The path does not take this method; `headers()` may have `Allow`."
        }
        405 => of_path(inner).unwrap_or(
            "Check the base URL; if it is right, the API has changed: `Builder::path_override` corrects the path.",
        ),
        401 if of_token => {
            "Check the base URL, RETM_CLIENT_ID and RETM_CLIENT_SECRET; if they are right, try again later."
        }
        402 => "Check the plan of the merchant and of the app: the server asks for payment.",
        406 | 415 => "The client sends and takes JSON: check the base URL and what stands before the API.",
        410 => "What was asked for is gone: check the id and the path.",
        413 => "Send less at once: the server takes no request of this size.",
        423 => "Another process is changing it: try again later.",
        _ if inner.body_is != BodyIs::Json => {
            "Check the base URL and what stands before the API; `raw_body()` has the answer."
        }
        _ => ErrorKind::Status.advice(),
    }
}

/// A success that is not the answer expected.
fn of_body(body: BodyIs, of_token: bool) -> &'static str {
    match body {
        BodyIs::Json if of_token => {
            "Check the base URL; a mock must answer the token request with `access_token`. `raw_body()` has the answer."
        }
        BodyIs::Json => ErrorKind::Decode.advice(),
        BodyIs::NotJson if of_token => NO_TOKEN,
        BodyIs::NotJson => {
            "Check the base URL, and the gateway or proxy before the API; if they are right, try again later. `raw_body()` has the answer."
        }
        BodyIs::CutShort => {
            "Try again; if it stays so, the server or a gateway cuts its answers short. `raw_body()` has what came."
        }
        BodyIs::OtherCharset => {
            "The API must answer in UTF-8: check what stands before it. `raw_body()` has the answer."
        }
        BodyIs::WrongEncoding => {
            "Try again; if it stays so, the server or a gateway labels its answers wrongly: check what stands before the API."
        }
    }
}

fn too_large(inner: &Inner, of_token: bool) -> &'static str {
    let is_list = inner.operation.is_some_and(|id| id.starts_with("list_"));
    match is_list {
        _ if of_token => NO_TOKEN,
        true => ErrorKind::TooLarge.advice(),
        false => "Raise the limit with `Builder::body_limit` if the answer may be that large.",
    }
}

fn refused_request(inner: &Inner) -> &'static str {
    if inner.body_is != BodyIs::Json {
        return "The server gave no reason that can be read; `raw_body()` has the answer.";
    }
    if inner.status == Some(StatusCode::CONFLICT) {
        return "It conflicts with what the server has: look before sending it again.";
    }
    let named = inner.fields.iter().any(|(field, _)| !field.is_empty());
    match (named, &inner.message) {
        (true, _) => ErrorKind::Validation.advice(),
        (false, Some(_)) => "Correct what the message says; `raw_body()` has the whole answer.",
        (false, None) => "The server gave no reason; `raw_body()` has the whole answer.",
    }
}
