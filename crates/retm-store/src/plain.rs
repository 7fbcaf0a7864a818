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

const PREPARED: &str = "prepared";
const SENT: &str = "sent";
const ANSWERED: &str = "answered";
const DONE: &str = "done";
const REFUSED: &str = "refused";
const WITHDRAWN: &str = "withdrawn";
const ABANDONED: &str = "abandoned";
/// What an earlier version wrote for an order that was refused, not sent, or given up.
const REJECTED: &str = "rejected";

/// Returns `true` if another order may take the place of one whose state has that name.
pub(crate) fn is_replaceable(name: &str) -> bool {
    matches!(name, REFUSED | WITHDRAWN | REJECTED)
}

/// A state's name and what is sealed beside it; `None` for a state that this version does not know.
pub(crate) fn state(state: &IntentState) -> Option<(&'static str, Option<Zeroizing<Vec<u8>>>)> {
    let sealed = |head: &[u8], body: &[u8]| Some(Zeroizing::new([head, body].concat()));
    let answer = |kind, status: &u16, body| {
        let [high, low] = status.to_be_bytes();
        sealed(&[kind, high, low], body)
    };
    Some(match state {
        IntentState::Prepared => (PREPARED, None),
        IntentState::Sent { .. } => (SENT, None),
        IntentState::Answered { status, body, .. } => (ANSWERED, answer(b'a', status, body)),
        IntentState::Done { reply, found } => (DONE, sealed(&[b'd', u8::from(*found)], reply)),
        IntentState::Refused { status, body } => (REFUSED, answer(b'f', status, body)),
        IntentState::Withdrawn => (WITHDRAWN, None),
        IntentState::Abandoned { .. } => (ABANDONED, None),
        _ => return None,
    })
}

pub(crate) fn state_of(
    name: &str,
    outcome: Option<&[u8]>,
    settle_window: Duration,
) -> Option<IntentState> {
    let refused = |high: &u8, low: &u8, body: &[u8]| IntentState::Refused {
        status: u16::from_be_bytes([*high, *low]),
        body: Bytes::copy_from_slice(body),
    };
    Some(match (name, outcome) {
        (PREPARED, None) => IntentState::Prepared,
        (SENT, None) => IntentState::Sent { settle_window },
        (ANSWERED, Some([b'a', high, low, body @ ..])) => IntentState::Answered {
            settle_window,
            status: u16::from_be_bytes([*high, *low]),
            body: Bytes::copy_from_slice(body),
        },
        (DONE, Some([b'd', found, reply @ ..])) => IntentState::Done {
            reply: Bytes::copy_from_slice(reply),
            found: *found == 1,
        },
        (REFUSED, Some([b'f', high, low, body @ ..])) => refused(high, low, body),
        (WITHDRAWN, None) => IntentState::Withdrawn,
        (ABANDONED, None) => IntentState::Abandoned { settle_window },
        (REJECTED, Some([b'r', 1, high, low, body @ ..])) => refused(high, low, body),
        (REJECTED, Some([b'r', 0, ..])) => IntentState::Withdrawn,
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
    fn what_an_earlier_version_called_rejected_is_refused_or_withdrawn() {
        let of = |outcome: &[u8]| state_of(REJECTED, Some(outcome), Duration::ZERO);
        let refused = IntentState::Refused {
            status: 422,
            body: "no".into(),
        };
        assert!(of(b"r\x01\x01\xa6no") == Some(refused));
        assert!(of(b"r\0\0\0") == Some(IntentState::Withdrawn));
        assert!(is_replaceable(REJECTED) && !is_replaceable(ABANDONED));
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
