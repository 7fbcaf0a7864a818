#![doc = include_str!("../README.md")]

mod auth;
mod builder;
mod business;
mod business_id;
mod core;
mod credentials;
mod environment;
mod error;
mod fingerprint;
mod limit;
mod list;
mod observe;
mod options;
mod orders;
mod page;
mod random;
mod request;
pub mod resources;
mod response;
mod retm;
mod retry;
pub mod store;
mod time;
mod transport;

pub use auth::{GrantEvent, GrantEventKind, GrantEvents, GrantType, RefreshPolicy, TokenStatus};
pub use builder::Builder;
pub use business::Business;
pub use business_id::BusinessId;
pub use credentials::{Credentials, CredentialsProvider};
pub use environment::Environment;
pub use error::{Error, ErrorKind, Outcome};
pub use limit::Quota;
pub use list::{Collected, ItemStream, List, Pages, ResumeToken, Sweep, SweepCheckpoint};
pub use orders::{MoneyCheck, Recover, Recovered, Recovery, Submission, Submit, Submitted};
pub use page::Page;
pub use random::{Random, SystemRandom};
pub use request::Request;
pub use response::Response;
pub use retm::Retm;
#[doc(inline)]
pub use retm_types as types;
pub use retry::{
    AtMost, Backoff, Budget, FailedAttempt, Failure, FullJitter, NeverRetry, RetryPolicy,
    RetryTransient, Within,
};
pub use time::{Clock, Sleep, SystemTimer};
