//! An access token and what may be told of it.

use std::time::{Duration, SystemTime};

use http::HeaderValue;
use retm_types::Secret;

use super::RefreshPolicy;
use crate::error::{Error, ErrorKind};
use crate::store::StoredToken;
use crate::time::Timers;

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

/// How good a token is at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// It serves.
    Fresh,
    /// It serves, and is to be renewed by and by.
    Advisory,
    /// It serves only where no other can be had.
    Mandatory,
    /// It has expired.
    Expired,
}

/// An access token. When it is renewed is reckoned by the monotonic clock: the time of day may jump, and
/// a token that works is not thrown away for that.
#[derive(Debug)]
pub(crate) struct AccessToken {
    pub(crate) stored: StoredToken,
    pub(crate) status: TokenStatus,
    bearer: HeaderValue,
    advisory_at: Duration,
    mandatory_at: Duration,
    expires_at: Duration,
}

impl AccessToken {
    /// A token that was obtained now.
    pub(crate) fn new(
        access_token: Secret,
        grant_type: GrantType,
        lifetime: Duration,
        timers: &Timers,
        policy: &RefreshPolicy,
    ) -> Result<Self, Error> {
        let now = timers.clock.now();
        let expires_at = now.checked_add(lifetime.min(LONGEST)).unwrap_or(now);
        let stored = StoredToken {
            access_token,
            grant_type,
            issued_at: now,
            expires_at,
        };
        Self::of(stored, timers, policy)
    }

    /// A token as a store has it.
    pub(crate) fn of(
        stored: StoredToken,
        timers: &Timers,
        policy: &RefreshPolicy,
    ) -> Result<Self, Error> {
        let unfit = |_| {
            Error::new(ErrorKind::Decode)
                .with_detail("`access_token` holds characters that no header can carry")
        };
        let bearer = format!("Bearer {}", stored.access_token.expose());
        let mut bearer = HeaderValue::try_from(bearer).map_err(unfit)?;
        bearer.set_sensitive(true);
        let between = |later: SystemTime, earlier: SystemTime| {
            later.duration_since(earlier).unwrap_or_default()
        };
        let lifetime = between(stored.expires_at, stored.issued_at).min(LONGEST);
        // No more than its lifetime, whatever the clock of whoever stored it says.
        let left = between(stored.expires_at, timers.clock.now()).min(lifetime);
        let expires_at = timers.clock.monotonic().saturating_add(left);
        let (advisory, mandatory) = policy.windows(lifetime, &*timers.random);
        Ok(Self {
            status: TokenStatus {
                grant_type: stored.grant_type,
                expires_at: stored.expires_at,
                // The grant knows, and says so.
                renewable: false,
            },
            stored,
            bearer,
            advisory_at: expires_at.saturating_sub(advisory),
            mandatory_at: expires_at.saturating_sub(mandatory),
            expires_at,
        })
    }

    /// The value of the `Authorization` header.
    pub(crate) fn bearer(&self) -> &HeaderValue {
        &self.bearer
    }

    /// How long it has to live, by the monotonic clock.
    pub(crate) fn left(&self, now: Duration) -> Duration {
        self.expires_at.saturating_sub(now)
    }

    /// How good it is, by the monotonic clock.
    pub(crate) fn age(&self, now: Duration) -> Age {
        if now < self.advisory_at {
            Age::Fresh
        } else if now < self.mandatory_at {
            Age::Advisory
        } else if now < self.expires_at {
            Age::Mandatory
        } else {
            Age::Expired
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(lifetime: u64) -> AccessToken {
        let policy = RefreshPolicy::default().jitter(Duration::ZERO);
        AccessToken::new(
            Secret::from("t"),
            GrantType::ClientCredentials,
            Duration::from_secs(lifetime),
            &Timers::default(),
            &policy,
        )
        .unwrap()
    }

    /// How good a token of that lifetime is so many seconds before its end.
    fn before_end(lifetime: u64, seconds: u64) -> Age {
        let token = token(lifetime);
        token.age(
            token
                .expires_at
                .saturating_sub(Duration::from_secs(seconds)),
        )
    }

    #[test]
    fn a_token_passes_through_two_windows() {
        assert_eq!(before_end(3600, 301), Age::Fresh);
        assert_eq!(before_end(3600, 300), Age::Advisory);
        assert_eq!(before_end(3600, 31), Age::Advisory);
        assert_eq!(before_end(3600, 30), Age::Mandatory);
        assert_eq!(before_end(3600, 0), Age::Expired);
    }

    #[test]
    fn a_short_lived_token_is_used_for_most_of_its_life() {
        assert_eq!(before_end(10, 6), Age::Fresh);
        assert_eq!(before_end(10, 5), Age::Advisory);
        assert_eq!(before_end(10, 2), Age::Mandatory);
        assert_eq!(before_end(0, 0), Age::Expired);
        assert_eq!(before_end(u64::MAX, 3600), Age::Fresh);
    }

    #[test]
    fn a_stored_token_lives_no_longer_than_its_lifetime() {
        let now = SystemTime::now();
        let far = Duration::from_secs(1_000_000);
        let stored = StoredToken {
            access_token: Secret::from("t"),
            grant_type: GrantType::RefreshToken,
            issued_at: now + far,
            expires_at: now + far + Duration::from_secs(60),
        };
        let timers = Timers::default();
        let token = AccessToken::of(stored, &timers, &RefreshPolicy::default()).unwrap();
        assert!(token.expires_at <= timers.clock.monotonic() + Duration::from_secs(60));
    }

    #[test]
    fn a_token_that_no_header_can_carry_is_refused() {
        let error = AccessToken::new(
            Secret::from("a\nb"),
            GrantType::RefreshToken,
            Duration::from_secs(60),
            &Timers::default(),
            &RefreshPolicy::default(),
        );
        assert!(error.unwrap_err().is_decode());
    }
}
