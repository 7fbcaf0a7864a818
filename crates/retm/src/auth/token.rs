//! An access token and what may be told of it.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use retm_types::Secret;

use crate::error::{Error, ErrorKind};

/// A token is renewed this long before it expires, so that it does not expire on its way.
const MARGIN: Duration = Duration::from_secs(30);

/// No token is believed to live longer: ten years, in which any clock can reckon.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// How a token was obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GrantType {
    /// With the app's own credentials.
    ClientCredentials,
    /// With the code of an installation.
    AuthorizationCode,
    /// With the refresh token of an earlier answer.
    RefreshToken,
}

impl GrantType {
    /// Its name in a token request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
        }
    }
}

/// What may be shown of a token: never the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenStatus {
    /// The grant that gave it.
    pub grant_type: GrantType,
    /// When it expires by the client's clock.
    pub expires_at: SystemTime,
    /// Whether it can be renewed without the merchant.
    pub renewable: bool,
}

#[derive(Debug)]
pub(crate) struct AccessToken {
    pub(crate) secret: Secret,
    pub(crate) status: TokenStatus,
    renew_at: SystemTime,
    bearer: OnceLock<Option<HeaderValue>>,
}

impl AccessToken {
    pub(crate) fn new(
        secret: Secret,
        grant_type: GrantType,
        now: SystemTime,
        lifetime: Duration,
    ) -> Self {
        let lifetime = lifetime.min(LONGEST);
        let expires_at = now.checked_add(lifetime).unwrap_or(now);
        // A short-lived token is used for most of its life all the same.
        let renew_at = expires_at
            .checked_sub(MARGIN.min(lifetime / 5))
            .unwrap_or(expires_at);
        Self {
            secret,
            status: TokenStatus {
                grant_type,
                expires_at,
                // The grant knows, and says so.
                renewable: false,
            },
            renew_at,
            bearer: OnceLock::new(),
        }
    }

    /// The token as `Authorization` carries it, made once.
    pub(crate) fn bearer(&self) -> Result<&HeaderValue, Error> {
        let make = || {
            let text = format!("Bearer {}", self.secret.expose());
            let mut bearer = HeaderValue::try_from(text).ok()?;
            bearer.set_sensitive(true);
            Some(bearer)
        };
        self.bearer.get_or_init(make).as_ref().ok_or_else(|| {
            Error::new(ErrorKind::Decode)
                .with_detail("`access_token` holds characters that no header can carry")
        })
    }

    pub(crate) fn is_fresh(&self, now: SystemTime) -> bool {
        now < self.renew_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(lifetime: u64) -> AccessToken {
        AccessToken::new(
            Secret::from("t"),
            GrantType::ClientCredentials,
            SystemTime::UNIX_EPOCH,
            Duration::from_secs(lifetime),
        )
    }

    #[test]
    fn a_token_is_renewed_before_it_expires() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert!(token(3600).is_fresh(at(3569)));
        assert!(!token(3600).is_fresh(at(3570)));
        assert!(token(10).is_fresh(at(7)));
        assert!(!token(0).is_fresh(at(0)));
        assert!(token(u64::MAX).is_fresh(at(3600)));
    }
}
