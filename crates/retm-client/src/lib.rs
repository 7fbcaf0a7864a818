#![doc = include_str!("../README.md")]

#[allow(
    missing_docs,
    unreachable_pub,
    unused_imports,
    unreachable_patterns,
    clippy::all,
    clippy::unwrap_used,
    clippy::expect_used
)]
#[rustfmt::skip]
mod generated;
mod operation;
mod request;

pub use generated::*;
pub use operation::Operation;
pub use request::OperationRequest;
