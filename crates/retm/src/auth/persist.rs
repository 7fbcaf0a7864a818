//! Writing a new grant into the store.

use std::sync::Arc;
use std::time::Duration;

use super::events::GrantEventKind;
use super::refresh::{Answer, Refresh};
use super::state::Unsaved;
use super::token::AccessToken;
use crate::store::{StoreError, StoredGrant, Swapped};

const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

impl Refresh {
    /// Writes the grant until the store takes it or has a newer one; whether the lease may go. It may hold
    /// the only copy of a single-use refresh token, so it is tried for as long as the client lives.
    pub(super) async fn persist(&self, grant: StoredGrant) -> bool {
        let mut failures = 0;
        while let Some(unsaved) = self.waiting(&grant) {
            let error = match self.write(&unsaved).await {
                Ok(true) => return true,
                Ok(false) => match self.core.tokens.read(&self.grant.key).await {
                    Ok(stored) => {
                        // Ours goes on to the new version, or theirs takes its place.
                        self.adopt(&stored);
                        continue;
                    }
                    Err(error) => error,
                },
                Err(error) => error,
            };
            failures += 1;
            if failures == 1 {
                let kind = GrantEventKind::NotPersisted(error);
                self.core.events.tell(&self.business, kind);
            }
            self.hold().await;
            let wait = FIRST_WAIT * (1 << failures.min(10));
            if self.wait(wait.min(LONGEST_WAIT)).await.is_err() {
                // The client is gone: once more, and nobody waits.
                return self.write(&unsaved).await.unwrap_or(false);
            }
        }
        true
    }

    /// Asks for more of the lease: whoever has it next sends the old refresh token. A later refresh of this client knows
    /// the new one, so it gets the lease. Where that fails, so does the next write, which says so.
    async fn hold(&self) {
        let later = self.grant.lock().refresh.is_some();
        if later {
            self.release().await;
        } else {
            let _ = self.lease().await;
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
        let mut told = false;
        loop {
            let written = match self.core.tokens.read(&self.grant.key).await {
                Ok(stored) => {
                    unsaved.expected = stored.version;
                    if !self.expect(stored.version, &unsaved.grant) {
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
                    if !std::mem::replace(&mut told, true) {
                        let kind = GrantEventKind::NotPersisted(error);
                        self.core.events.tell(&self.business, kind);
                    }
                    if let Some(answer) = answer.take() {
                        self.end(Ok(token.clone()), answer);
                    }
                    if self.wait(LONGEST_WAIT).await.is_err() {
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
        let Unsaved {
            expected, grant, ..
        } = unsaved;
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

    /// The grant with the version that it takes the place of; `None` where it waits no more.
    fn waiting(&self, grant: &StoredGrant) -> Option<Unsaved> {
        let state = self.grant.lock();
        let waiting = state.unsaved.as_ref();
        waiting.filter(|waiting| waiting.grant == *grant).cloned()
    }

    /// Sets the version that the grant takes the place of; `false` where it waits no more.
    fn expect(&self, version: u64, grant: &StoredGrant) -> bool {
        let mut state = self.grant.lock();
        if state.granted_by != self.number {
            return false;
        }
        match &mut state.unsaved {
            Some(waiting) if waiting.grant == *grant => {
                waiting.expected = version;
                true
            }
            _ => false,
        }
    }
}
