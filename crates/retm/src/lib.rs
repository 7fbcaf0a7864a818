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
mod list;
mod options;
mod orders;
mod page;
mod random;
mod request;
pub mod resources;
mod response;
mod retm;
pub mod store;
mod time;
mod transport;

pub use auth::{GrantType, TokenStatus};
pub use builder::Builder;
pub use business::Business;
pub use business_id::BusinessId;
pub use credentials::{Credentials, CredentialsProvider};
pub use environment::Environment;
pub use error::{Error, ErrorKind, Outcome};
pub use list::{Collected, List};
pub use orders::{MoneyCheck, Recover, Recovered, Recovery, Submission, Submit, Submitted};
pub use page::Page;
pub use random::{Random, SystemRandom};
pub use request::Request;
pub use response::Response;
pub use retm::Retm;
#[doc(inline)]
pub use retm_types as types;
pub use time::{Clock, Sleep, SystemTimer};
