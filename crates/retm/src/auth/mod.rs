//! Tokens: who has one, who asks for one, and when.

mod exchange;
mod grant;
mod token;

pub(crate) use grant::Grant;
pub(crate) use token::AccessToken;
pub use token::{GrantType, TokenStatus};
