//! Tokens: who has one, who asks for one, and when.

mod events;
mod exchange;
mod grant;
mod persist;
mod policy;
mod refresh;
mod state;
mod token;

pub(crate) use events::Events;
pub use events::{GrantEvent, GrantEventKind, GrantEvents};
pub(crate) use grant::Grant;
pub use policy::RefreshPolicy;
pub(crate) use token::AccessToken;
pub use token::{GrantType, TokenStatus};
