//! The token endpoint, which every call of `retm` asks first.

use httpmock::{Mock, MockServer};
use retm_types::{Lifetime, TokenResponse};

use crate::MockServerExt;

/// The access token that [`TokensExt::tokens`] gives.
const ACCESS_TOKEN: &str = "mock-access-token";

/// Tokens for a client that has nothing but its credentials.
pub trait TokensExt {
    /// Answers every token request with the Bearer token `mock-access-token` for one hour, whatever the grant.
    ///
    /// Without it a client of `retm` has no token and gets 404 for its first request. For another answer mock
    /// `exchange_token`.
    fn tokens(&self) -> Mock<'_>;
}

impl TokensExt for MockServer {
    fn tokens(&self) -> Mock<'_> {
        self.exchange_token(|_, then| {
            let mut token = TokenResponse::new(ACCESS_TOKEN);
            token.token_type = Some("Bearer".into());
            token.expires_in = Some(Lifetime::from(3600));
            then.ok(&token);
        })
    }
}
