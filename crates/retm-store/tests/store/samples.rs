//! Grants and orders to keep.

use std::time::{Duration, UNIX_EPOCH};

use retm::store::{GrantKey, IntentKey, IntentState, NewIntent, StoredGrant, StoredToken};
use retm::{BusinessId, GrantType};

pub(crate) const MINUTE: Duration = Duration::from_secs(60);

/// Sent, with a window of its own.
pub(crate) const SENT: IntentState = IntentState::Sent {
    settle_window: Duration::from_secs(300),
};

pub(crate) fn grant_key(business: &str) -> GrantKey {
    let business = BusinessId::new(business).unwrap();
    GrantKey::new("https://api.example", "app-7", business)
}

pub(crate) fn order_key(reference: &str) -> IntentKey {
    IntentKey::new(grant_key("acme"), reference)
}

pub(crate) fn grant(token: &str) -> StoredGrant {
    StoredGrant {
        token: Some(StoredToken {
            access_token: token.into(),
            grant_type: GrantType::RefreshToken,
            issued_at: UNIX_EPOCH + Duration::new(1_800_000_000, 123_456_789),
            expires_at: UNIX_EPOCH + Duration::from_secs(1_800_003_600),
        }),
        refresh_token: Some(format!("refresh-{token}").into()),
        by_code: true,
        revoked_at: None,
    }
}

pub(crate) fn order(body: &str) -> NewIntent {
    let mut digest = [0; 32];
    digest[..body.len().min(32)].copy_from_slice(&body.as_bytes()[..body.len().min(32)]);
    NewIntent {
        digest,
        body: body.to_owned().into(),
        settle_window: MINUTE * 2,
    }
}
