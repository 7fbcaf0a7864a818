//! How a call travels: path → headers → limit → token → send → classify → retry, or refresh once on 401 → decode.
//!
//! The generated client builds the request and nothing more. A [`Call`] sends it and keeps the bytes; they are decoded
//! once, by `retm-types` (`decode.rs`).

mod attempt;
mod body;
mod call;
mod decode;
mod destination;
mod http_client;
mod path_override;
mod retry_loop;

pub(crate) use call::{Built, Call, built};
pub(crate) use decode::{Decode, decode, reply};
pub(crate) use destination::{Destination, Destinations};
pub(crate) use http_client::HttpOptions;
pub(crate) use path_override::PathOverrides;
