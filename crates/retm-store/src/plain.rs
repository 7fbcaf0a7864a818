//! The bytes of grants and orders before they are sealed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use retm::GrantType;
use retm::store::{IntentState, NewIntent, StoredGrant, StoredToken};
use retm::types::Secret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

#[derive(Serialize, Deserialize)]
struct Grant {
    token: Option<Token>,
    refresh_token: Option<Secret>,
    by_code: bool,
    revoked_at: Option<i64>,
}

/// Times are nanoseconds since 1970.
#[derive(Serialize, Deserialize)]
struct Token {
    access_token: Secret,
    grant_type: String,
    issued_at: i64,
    expires_at: i64,
}

const GRANT_TYPES: [GrantType; 3] = [
    GrantType::ClientCredentials,
    GrantType::AuthorizationCode,
    GrantType::RefreshToken,
];

/// As far as can be counted: the years 1677 to 2262.
fn nanos(time: SystemTime) -> i64 {
    let count = |duration: Duration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => count(since),
        Err(before) => -count(before.duration()),
    }
}

fn time(nanos: i64) -> SystemTime {
    let distance = Duration::from_nanos(nanos.unsigned_abs());
    let time = if nanos < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(UNIX_EPOCH)
}

pub(crate) fn grant(grant: &StoredGrant) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
    let stored = Grant {
        token: grant.token.as_ref().map(|token| Token {
            access_token: token.access_token.clone(),
            grant_type: token.grant_type.as_str().to_owned(),
            issued_at: nanos(token.issued_at),
            expires_at: nanos(token.expires_at),
        }),
        refresh_token: grant.refresh_token.clone(),
        by_code: grant.by_code,
        revoked_at: grant.revoked_at.map(nanos),
    };
    serde_json::to_vec(&stored).map(Zeroizing::new)
}

pub(crate) fn grant_of(plain: &[u8]) -> Option<StoredGrant> {
    let stored: Grant = serde_json::from_slice(plain).ok()?;
    let token = match stored.token {
        None => None,
        Some(token) => Some(StoredToken {
            grant_type: GRANT_TYPES
                .into_iter()
                .find(|one| one.as_str() == token.grant_type)?,
            access_token: token.access_token,
            issued_at: time(token.issued_at),
            expires_at: time(token.expires_at),
        }),
    };
    Some(StoredGrant {
        token,
        refresh_token: stored.refresh_token,
        by_code: stored.by_code,
        revoked_at: stored.revoked_at.map(time),
    })
}

/// The digest, then the body: a digest in the clear would let a small body be guessed.
pub(crate) fn order(order: &NewIntent) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([order.digest.as_slice(), &order.body].concat())
}

pub(crate) fn order_of(plain: &[u8], settle_window: Duration) -> Option<NewIntent> {
    let (digest, body) = plain.split_first_chunk()?;
    Some(NewIntent {
        digest: *digest,
        body: Bytes::copy_from_slice(body),
        settle_window,
    })
}

pub(crate) const PREPARED: &str = "prepared";
pub(crate) const SENT: &str = "sent";
pub(crate) const DONE: &str = "done";
pub(crate) const REJECTED: &str = "rejected";

/// A state's name and what is sealed beside it; `None` for a state that this version does not know.
pub(crate) fn state(state: &IntentState) -> Option<(&'static str, Option<Zeroizing<Vec<u8>>>)> {
    let sealed = |head: &[u8], body: &[u8]| Some(Zeroizing::new([head, body].concat()));
    Some(match state {
        IntentState::Prepared => (PREPARED, None),
        IntentState::Sent { .. } => (SENT, None),
        IntentState::Done { reply, found } => (DONE, sealed(&[b'd', u8::from(*found)], reply)),
        IntentState::Rejected { status, body } => {
            let [high, low] = status.unwrap_or_default().to_be_bytes();
            let head = [b'r', u8::from(status.is_some()), high, low];
            (REJECTED, sealed(&head, body))
        }
        _ => return None,
    })
}

pub(crate) fn state_of(
    name: &str,
    outcome: Option<&[u8]>,
    settle_window: Duration,
) -> Option<IntentState> {
    Some(match (name, outcome) {
        (PREPARED, None) => IntentState::Prepared,
        (SENT, None) => IntentState::Sent { settle_window },
        (DONE, Some([b'd', found, reply @ ..])) => IntentState::Done {
            reply: Bytes::copy_from_slice(reply),
            found: *found == 1,
        },
        (REJECTED, Some([b'r', told, high, low, body @ ..])) => IntentState::Rejected {
            status: (*told == 1).then(|| u16::from_be_bytes([*high, *low])),
            body: Bytes::copy_from_slice(body),
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_back_exactly_and_none_panics() {
        let before = UNIX_EPOCH - Duration::new(5, 1);
        let after = UNIX_EPOCH + Duration::new(1_800_000_000, 123_456_789);
        for exact in [before, UNIX_EPOCH, after] {
            assert_eq!(time(nanos(exact)), exact);
        }
        let far = UNIX_EPOCH + Duration::from_secs(u64::MAX / 4);
        assert_eq!(nanos(far), i64::MAX);
        assert!(time(i64::MAX) > after && time(i64::MIN) < before);
    }

    #[test]
    fn what_does_not_belong_together_is_refused() {
        let state_of = |name, outcome| state_of(name, outcome, Duration::ZERO);
        assert!(state_of(DONE, None).is_none());
        assert!(state_of(PREPARED, Some(b"d\0")).is_none());
        assert!(state_of(REJECTED, Some(b"d\0\0\0")).is_none());
        assert!(state_of("paused", None).is_none());
        assert!(order_of(&[0; 31], Duration::ZERO).is_none());
        assert!(grant_of(b"{}").is_none());
    }
}
