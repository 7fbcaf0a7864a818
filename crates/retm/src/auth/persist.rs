//! Writing a new grant into the store.

use std::sync::Arc;
use std::time::Duration;

use super::events::GrantEventKind;
use super::refresh::{Answer, Refresh};
use super::state::Unsaved;
use super::token::AccessToken;
use crate::store::{StoreError, Swapped};

/// After how many failures whoever watches is told.
const PATIENCE: u32 = 5;

const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

impl Refresh {
    /// Writes the grant until the store takes it or has a newer one; whether the lease may go. It may hold
    /// the only copy of a single-use refresh token, so it is tried for as long as the client lives.
    pub(super) async fn persist(&self, unsaved: Unsaved) -> bool {
        let mut failures = 0;
        loop {
            if !self.is_current(&unsaved) {
                return true;
            }
            match self.write(&unsaved).await {
                Ok(done) => return done || self.superseded().await,
                Err(error) => {
                    failures += 1;
                    if failures == PATIENCE {
                        let kind = GrantEventKind::NotPersisted(error);
                        self.core.events.tell(&self.business, kind);
                    }
                    let wait = FIRST_WAIT * (1 << failures.min(10));
                    if self.wait(wait.min(LONGEST_WAIT)).await.is_err() {
                        return false;
                    }
                }
            }
        }
    }

    /// Writes the grant of a code over whatever there is, and then answers: an installation is done when it
    /// is stored. Where the store fails, it answers all the same and goes on trying.
    pub(super) async fn persist_code(
        &self,
        token: Arc<AccessToken>,
        mut unsaved: Unsaved,
        answer: Answer,
    ) {
        let mut answer = Some(answer);
        loop {
            let written = match self.core.tokens.read(&self.grant.key).await {
                Ok(stored) => {
                    unsaved.expected = stored.version;
                    if !self.expect(stored.version) {
                        break;
                    }
                    self.write(&unsaved).await
                }
                Err(error) => Err(error),
            };
            match written {
                Ok(true) => break,
                // Another write came between: the code's grant replaces that as well.
                Ok(false) => continue,
                Err(error) => {
                    let kind = GrantEventKind::NotPersisted(error);
                    self.core.events.tell(&self.business, kind);
                    if let Some(answer) = answer.take() {
                        self.end(Ok(token.clone()), answer);
                    }
                    if self.wait(LONGEST_WAIT / 10).await.is_err() {
                        break;
                    }
                }
            }
        }
        if let Some(answer) = answer.take() {
            self.end(Ok(token), answer);
        }
    }

    /// One write; `false` where the store has another version.
    async fn write(&self, unsaved: &Unsaved) -> Result<bool, StoreError> {
        let Unsaved { expected, grant } = unsaved;
        let key = &self.grant.key;
        match self.core.tokens.swap(key, *expected, Some(grant)).await? {
            Swapped::Written(_) => {
                let mut state = self.grant.lock();
                state.unsaved.take_if(|waiting| waiting.grant == *grant);
                Ok(true)
            }
            Swapped::Lost => Ok(false),
        }
    }

    /// Whether the grant is still the one that waits to be written.
    fn is_current(&self, unsaved: &Unsaved) -> bool {
        let state = self.grant.lock();
        let waiting = state.unsaved.as_ref();
        waiting.is_some_and(|waiting| waiting.grant == unsaved.grant)
    }

    /// Sets the version that the waiting grant takes the place of; `false` where it waits no more.
    fn expect(&self, version: u64) -> bool {
        let mut state = self.grant.lock();
        if state.granted_by != self.number {
            return false;
        }
        match &mut state.unsaved {
            Some(waiting) => {
                waiting.expected = version;
                true
            }
            None => false,
        }
    }

    /// Another process has written a newer grant: it takes the place of ours.
    async fn superseded(&self) -> bool {
        let Ok(stored) = self.core.tokens.read(&self.grant.key).await else {
            return true;
        };
        let mut state = self.grant.lock();
        if self.number >= state.granted_by {
            state.unsaved = None;
            let theirs = stored.grant.and_then(|grant| grant.token);
            if theirs.is_none() {
                state.token = None;
            } else if let Some(theirs) = theirs
                && let Ok(token) = AccessToken::of(theirs, &self.core.timers, &self.core.refresh)
            {
                state.token = Some(Arc::new(token));
            }
        }
        true
    }
}
