//! What a process knows of a grant.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, Shared};

use super::token::{AccessToken, Age, GrantType};
use crate::error::Error;
use crate::store::{StoredGrant, StoredToken, Versioned};

/// A token request on its way, which any number of callers can wait for.
#[derive(Clone)]
pub(super) struct Exchange {
    pub(super) number: u64,
    pub(super) token: Shared<BoxFuture<'static, Result<Arc<AccessToken>, Error>>>,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exchange({})", self.number)
    }
}

/// A grant that the store has not taken yet.
#[derive(Clone, Debug)]
pub(super) struct Unsaved {
    /// The version that it takes the place of.
    pub(super) expected: u64,
    pub(super) grant: StoredGrant,
    /// The token that was refreshed.
    pub(super) before: Option<StoredToken>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) token: Option<Arc<AccessToken>>,
    /// The token that the API refused last: the store may still have it.
    pub(super) refused: Option<Arc<AccessToken>>,
    pub(super) unsaved: Option<Unsaved>,
    /// How the grant ended, with the version that says so.
    pub(super) revoked: Option<(u64, Error)>,
    /// Whether whoever watches was told that it has ended.
    pub(super) told_revoked: bool,
    /// How many exchanges have been started.
    pub(super) started: u64,
    /// The exchange of a code that gave the present grant: an earlier exchange may not touch it.
    pub(super) granted_by: u64,
    pub(super) refresh: Option<Exchange>,
    pub(super) code: Option<Exchange>,
    /// How many refreshes have failed one after the other, and when the next may be tried.
    pub(super) failures: u32,
    pub(super) retry_at: Duration,
}

/// What a caller who needs a token does.
pub(super) enum Need {
    /// Uses this one.
    Use(Arc<AccessToken>),
    /// Uses this one, after it has started a refresh.
    Renew(Arc<AccessToken>),
    /// Waits for one; for that long at most where the old one serves on.
    Wait(Option<Duration>),
}

impl State {
    /// What a caller does at that moment.
    pub(super) fn need(&self, now: Duration) -> Need {
        let Some(token) = &self.token else {
            return Need::Wait(None);
        };
        let busy = self.refresh.is_some() || self.code.is_some() || now < self.retry_at;
        match token.age(now) {
            Age::Fresh => Need::Use(token.clone()),
            Age::Advisory if busy => Need::Use(token.clone()),
            Age::Advisory => Need::Renew(token.clone()),
            // After a failure it serves to its end rather than have every caller wait for the next one.
            Age::Mandatory if now < self.retry_at => Need::Use(token.clone()),
            // The other half is for the call itself.
            Age::Mandatory => Need::Wait(Some(token.left(now) / 2)),
            Age::Expired => Need::Wait(None),
        }
    }

    /// A token that has not expired, however old.
    pub(super) fn working(&self, now: Duration) -> Option<Arc<AccessToken>> {
        let token = self.token.as_ref()?;
        (token.age(now) != Age::Expired).then(|| token.clone())
    }

    /// Forgets an exchange that has ended, unless another has taken its place.
    pub(super) fn forget(&mut self, number: u64) {
        for slot in [&mut self.refresh, &mut self.code] {
            slot.take_if(|exchange| exchange.number == number);
        }
    }

    /// Sets a grant that waits to be written against what the store has by now: it takes the place of an
    /// older or an ended one, and makes way for any other.
    pub(super) fn reconcile(&mut self, stored: &Versioned) {
        let Some(waiting) = &mut self.unsaved else {
            return;
        };
        if waiting.expected == stored.version {
            return;
        }
        if outlives(waiting, stored.grant.as_ref()) {
            waiting.expected = stored.version;
            return;
        }
        self.unsaved = None;
        if stored.grant.is_none() {
            // It was forgotten, by another process.
            self.token = None;
        }
    }

    /// Whether the store's token is the one that was refused.
    pub(super) fn is_refused(&self, token: &AccessToken) -> bool {
        let same =
            |refused: &Arc<AccessToken>| refused.stored.access_token == token.stored.access_token;
        self.refused.as_ref().is_some_and(same)
    }
}

/// Whether a grant that was obtained takes the place of one that another process has written meanwhile.
fn outlives(waiting: &Unsaved, theirs: Option<&StoredGrant>) -> bool {
    let Some(theirs) = theirs else { return false };
    let ours = &waiting.grant;
    let issued_at = |grant: &StoredGrant| grant.token.as_ref().map(|token| token.issued_at);
    // A code brings another grant altogether, and what came by one is newer than what was refreshed before it, unless
    // it is what was refreshed and has come late.
    let of_a_code = |grant: &StoredGrant| {
        let token = grant.token.as_ref();
        token.is_some_and(|token| token.grant_type == GrantType::AuthorizationCode)
    };
    let another = of_a_code(theirs) && !of_a_code(ours) && theirs.token != waiting.before;
    ours.by_code == theirs.by_code
        && (theirs.revoked_at.is_some() || (!another && issued_at(theirs) <= issued_at(ours)))
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use retm_types::Secret;

    use super::*;

    fn grant(issued: u64, by_code: bool) -> StoredGrant {
        let issued_at = SystemTime::UNIX_EPOCH + Duration::from_secs(issued);
        StoredGrant {
            token: Some(StoredToken {
                access_token: Secret::from(format!("t{issued}")),
                grant_type: GrantType::RefreshToken,
                issued_at,
                expires_at: issued_at + Duration::from_secs(3600),
            }),
            refresh_token: Some(Secret::from("r")),
            by_code,
            revoked_at: None,
        }
    }

    fn by_a_code(issued: u64) -> StoredGrant {
        let mut grant = grant(issued, true);
        let token = grant.token.as_mut().unwrap();
        token.grant_type = GrantType::AuthorizationCode;
        grant
    }

    /// The version that a waiting grant of second 20 takes the place of, after the store had that one. It was refreshed
    /// from what a code had brought in second 5.
    fn waits_after(theirs: Option<StoredGrant>) -> Option<u64> {
        let mut state = State {
            unsaved: Some(Unsaved {
                expected: 1,
                grant: grant(20, true),
                before: by_a_code(5).token,
            }),
            ..State::default()
        };
        state.reconcile(&Versioned {
            version: 5,
            grant: theirs,
        });
        state.unsaved.map(|waiting| waiting.expected)
    }

    #[test]
    fn the_only_copy_of_a_refresh_token_is_not_dropped_for_an_older_or_an_ended_grant() {
        assert_eq!(waits_after(Some(grant(10, true))), Some(5));
        let mut ended = grant(30, true);
        ended.revoked_at = Some(SystemTime::now());
        assert_eq!(waits_after(Some(ended)), Some(5));
    }

    #[test]
    fn what_was_refreshed_makes_way_for_the_grant_of_a_new_code() {
        // Though by its clock it is older.
        assert_eq!(waits_after(Some(by_a_code(10))), None);
        let mut ended = by_a_code(10);
        ended.revoked_at = Some(SystemTime::now());
        assert_eq!(waits_after(Some(ended)), Some(5));
        // What it was refreshed from, written late.
        assert_eq!(waits_after(Some(by_a_code(5))), Some(5));
    }

    #[test]
    fn a_newer_grant_another_one_and_a_forgotten_one_take_its_place() {
        assert_eq!(waits_after(Some(grant(30, true))), None);
        assert_eq!(waits_after(Some(grant(10, false))), None);
        assert_eq!(waits_after(None), None);
    }
}
