//! One refresh, or the exchange of one code, from the lease to the store.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::events::GrantEventKind;
use super::exchange::{GrantRequest, Granted};
use super::grant::{Grant, Purpose};
use super::state::Unsaved;
use super::token::{AccessToken, Age, GrantType};
use crate::business_id::BusinessId;
use crate::core::{AtWork, Core};
use crate::error::{Error, ErrorKind};
use crate::random::share;
use crate::store::{Lease, StoreError, StoredGrant, Versioned};

/// How soon the store is asked whether another process has finished, doubled each time up to the longest.
const FIRST_POLL: Duration = Duration::from_millis(50);
const LONGEST_POLL: Duration = Duration::from_millis(400);

/// After a failure the next refresh waits so long, doubled by each further one up to a minute.
const FIRST_WAIT: Duration = Duration::from_secs(1);

pub(super) type Answer = oneshot::Sender<Result<Arc<AccessToken>, Error>>;

/// The task of one exchange.
pub(super) struct Refresh {
    pub(super) core: Arc<Core>,
    pub(super) business: BusinessId,
    pub(super) grant: Arc<Grant>,
    pub(super) number: u64,
    /// Whether it has taken the lease.
    pub(super) leased: AtomicBool,
    /// There while a process that ends would lose something by ending this task.
    pub(super) at_work: Mutex<Option<AtWork>>,
}

/// What became of asking for the lease.
pub(super) enum Leased {
    /// It is ours: a request may run until then, by the monotonic clock.
    Until(Duration),
    /// It is another's, for so long at most.
    Held(Duration),
}

/// What a refresh came to.
enum Came {
    /// The store had a token, or says that the grant is gone: nothing was sent.
    Stored(Result<Arc<AccessToken>, Error>),
    /// The server gave a token.
    Granted(Arc<AccessToken>, Unsaved),
}

impl Refresh {
    pub(super) async fn run(self, purpose: Purpose, answer: Answer) {
        match purpose {
            Purpose::Refresh => self.refresh(answer).await,
            Purpose::Code(code) => {
                let request = GrantRequest::Code(code);
                match self.request(request, self.core.timeouts.overall).await {
                    Ok(granted) => match self.publish(granted, None, 0) {
                        (token, Some(unsaved)) => self.persist_code(token, unsaved, answer).await,
                        (token, None) => self.end(Ok(token), answer),
                    },
                    Err(error) => self.end(Err(error), answer),
                }
            }
        }
    }

    async fn refresh(&self, answer: Answer) {
        match self.attempt().await {
            Ok(Came::Stored(result)) => {
                if let Err(error) = &result {
                    self.failed(error);
                }
                self.end(result, answer);
                self.release().await;
            }
            Ok(Came::Granted(token, unsaved)) => {
                // It serves from memory at once; the store follows.
                self.end(Ok(token), answer);
                if self.persist(unsaved.grant).await {
                    self.release().await;
                }
            }
            Err(error) => {
                self.failed(&error);
                self.end(Err(error), answer);
                self.release().await;
            }
        }
    }

    /// Reads, leases, reads again and sends, until there is a token or a reason why not.
    async fn attempt(&self) -> Result<Came, Error> {
        let mut read_again = false;
        let mut poll = FIRST_POLL;
        loop {
            if let Some(result) = self.adopt(&self.read().await?) {
                return Ok(Came::Stored(result));
            }
            let until = match self.lease().await.map_err(Error::of_store)? {
                Leased::Until(until) => until,
                Leased::Held(left) => {
                    // Nothing is spent meanwhile.
                    self.at_work(false);
                    self.wait(left.min(poll)).await?;
                    poll = (poll * 2).min(LONGEST_POLL);
                    continue;
                }
            };
            let stored = self.read().await?;
            if let Some(result) = self.adopt(&stored) {
                return Ok(Came::Stored(result));
            }
            let present = self.present(&stored);
            let request = match (&present.refresh_token, present.by_code) {
                (Some(refresh_token), _) => {
                    self.at_work(true);
                    GrantRequest::Refresh(refresh_token.clone())
                }
                (None, false) => {
                    // They can be used again: a request that hangs need not keep a process.
                    self.at_work(false);
                    GrantRequest::ClientCredentials
                }
                (None, true) => {
                    return Err(Error::new(ErrorKind::Revoked).with_detail(
                        "the token is no longer good and came without a refresh token",
                    ));
                }
            };
            let refreshes = present.refresh_token.is_some();
            let Some(time) = self.time_until(until) else {
                // A slow store has used the lease up: it is asked for again.
                self.wait(FIRST_POLL).await?;
                continue;
            };
            let mut sent = self.request(request, time).await;
            if refreshes && sent.as_ref().is_err_and(Error::is_revoked) {
                // Another process may have spent the refresh token and written its successor.
                if !read_again && self.read().await?.version != stored.version {
                    read_again = true;
                    continue;
                }
                // The app's own credentials can do without the refresh token.
                if !present.by_code {
                    let mut time = self.time_until(until);
                    if time.is_none()
                        && let Leased::Until(until) = self.lease().await.map_err(Error::of_store)?
                    {
                        // A slow refusal has used it up.
                        time = self.time_until(until);
                    }
                    let Some(time) = time else {
                        self.wait(FIRST_POLL).await?;
                        continue;
                    };
                    sent = self.request(GrantRequest::ClientCredentials, time).await;
                }
            }
            return match sent {
                Ok(granted) => match self.publish(granted, Some(&present), stored.version) {
                    (token, Some(unsaved)) => Ok(Came::Granted(token, unsaved)),
                    (token, None) => Ok(Came::Stored(Ok(token))),
                },
                Err(error) => {
                    if error.is_revoked() {
                        self.revoked(&error, present, stored.version).await;
                    }
                    Err(error)
                }
            };
        }
    }

    /// Asks for the lease, or for more of it.
    pub(super) async fn lease(&self) -> Result<Leased, StoreError> {
        let Core {
            tokens,
            refresh,
            timers,
            ..
        } = &*self.core;
        // From before it is asked for: the lease may run by the time that the answer is here.
        let until = timers.clock.monotonic() + refresh.request_time();
        let owner = self.owner();
        let lease = tokens.lease(&self.grant.key, &owner, refresh.lease_time());
        match lease.await? {
            Lease::Taken => {
                self.leased.store(true, Ordering::Relaxed);
                Ok(Leased::Until(until))
            }
            Lease::Held(left) => Ok(Leased::Held(left)),
        }
    }

    /// What there is for a request until then; `None` where it is too little.
    fn time_until(&self, until: Duration) -> Option<Duration> {
        let Core {
            refresh, timers, ..
        } = &*self.core;
        let left = until.saturating_sub(timers.clock.monotonic());
        (left >= refresh.request_time() / 2).then_some(left)
    }

    async fn read(&self) -> Result<Versioned, Error> {
        let stored = self.core.tokens.read(&self.grant.key).await;
        stored.map_err(Error::of_store)
    }

    /// The grant that there is: the store's, unless a newer one waits to be written.
    fn present(&self, stored: &Versioned) -> StoredGrant {
        let state = self.grant.lock();
        let unsaved = state
            .unsaved
            .as_ref()
            .filter(|unsaved| unsaved.expected == stored.version);
        match unsaved {
            Some(unsaved) => unsaved.grant.clone(),
            None => stored.grant.clone().unwrap_or_default(),
        }
    }

    /// Takes over what another process has written: a token that is better than ours, or that the grant is
    /// gone. `None` where a token has to be asked for.
    pub(super) fn adopt(&self, stored: &Versioned) -> Option<Result<Arc<AccessToken>, Error>> {
        let Core {
            timers, refresh, ..
        } = &*self.core;
        let mut state = self.grant.lock();
        if self.number < state.granted_by {
            // A code has brought another grant, or it was forgotten.
            return state.token.clone().map(Ok);
        }
        state.reconcile(stored);
        let grant = stored.grant.as_ref()?;
        let ours = |token: &AccessToken| {
            let same =
                |ours: &Arc<AccessToken>| ours.stored.access_token == token.stored.access_token;
            state.is_refused(token) || state.token.as_ref().is_some_and(same)
        };
        let token = grant.token.clone();
        let token = token.and_then(|token| AccessToken::of(token, timers, refresh).ok());
        if state.unsaved.is_none()
            && let Some(mut token) = token.filter(|token| !ours(token))
        {
            let age = token.age(timers.clock.monotonic());
            token.status.renewable = grant.is_renewable();
            let token = Arc::new(token);
            if age != Age::Expired {
                state.token = Some(token.clone());
                self.grant.adopted.notify_waiters();
            }
            if matches!(age, Age::Fresh | Age::Advisory) {
                (state.failures, state.retry_at) = (0, Duration::ZERO);
                (state.revoked, state.told_revoked) = (None, false);
                return Some(Ok(token));
            }
        }
        if state.unsaved.is_some() {
            // Newer than what the store says.
            return None;
        }
        grant.revoked_at?;
        let known = state.revoked.as_ref();
        let known = known.filter(|(version, _)| *version == stored.version);
        Some(Err(known.map_or_else(
            || Error::new(ErrorKind::Revoked).with_detail("another process has found that out"),
            |(_, error)| error.clone(),
        )))
    }

    /// Sends one token request; the provider of the secret has no more time than the request.
    async fn request(&self, request: GrantRequest, time: Duration) -> Result<Granted, Error> {
        request.send(&self.core, &self.business, time).await
    }

    /// Puts a new grant into memory; what is to be stored, unless a newer grant has come meanwhile.
    fn publish(
        &self,
        granted: Granted,
        before: Option<&StoredGrant>,
        expected: u64,
    ) -> (Arc<AccessToken>, Option<Unsaved>) {
        self.at_work(true);
        let Granted {
            mut token,
            refresh_token,
        } = granted;
        let mut state = self.grant.lock();
        if self.number < state.granted_by {
            return (Arc::new(token), None);
        }
        // "Possibly a refresh token": where the answer to a refresh has none, the last one stays good.
        let kept = before
            .filter(|_| token.status.grant_type == GrantType::RefreshToken)
            .and_then(|before| before.refresh_token.clone());
        let grant = StoredGrant {
            token: Some(token.stored.clone()),
            refresh_token: refresh_token.or(kept),
            by_code: before.is_none_or(|before| before.by_code),
            revoked_at: None,
        };
        if before.is_none() {
            state.granted_by = self.number;
        }
        token.status.renewable = grant.is_renewable();
        let token = Arc::new(token);
        state.token = Some(token.clone());
        (state.failures, state.retry_at) = (0, Duration::ZERO);
        state.revoked = None;
        state.told_revoked = false;
        let unsaved = Unsaved {
            expected,
            grant,
            before: before.and_then(|before| before.token.clone()),
        };
        state.unsaved = Some(unsaved.clone());
        drop(state);
        let kind = GrantEventKind::Refreshed {
            grant_type: token.status.grant_type,
            expires_at: token.status.expires_at,
        };
        self.core.events.tell(&self.business, kind);
        (token, Some(unsaved))
    }

    /// Remembers that the grant is gone, here and in the store. A token that has not expired goes on
    /// serving until the API refuses it.
    async fn revoked(&self, error: &Error, mut grant: StoredGrant, version: u64) {
        if self.number < self.grant.lock().granted_by {
            return;
        }
        grant.refresh_token = None;
        grant.revoked_at = Some(self.core.timers.clock.now());
        let key = &self.grant.key;
        // Where it cannot be written, the next process finds it out by itself.
        let written = self.core.tokens.swap(key, version, Some(&grant)).await;
        if let Ok(crate::store::Swapped::Written(version)) = written {
            self.grant.lock().revoked = Some((version, error.clone()));
        }
    }

    /// Counts a failure, sets the time of the next attempt and tells whoever watches.
    fn failed(&self, error: &Error) {
        let Core { timers, events, .. } = &*self.core;
        let now = timers.clock.monotonic();
        let (stale, told) = {
            let mut state = self.grant.lock();
            if self.number < state.granted_by {
                return;
            }
            let wait = FIRST_WAIT * (1 << state.failures.min(6));
            let wait = wait
                .min(Duration::from_secs(60))
                .mul_f64(0.5 + share(&*timers.random) / 2.0);
            state.failures = state.failures.saturating_add(1);
            state.retry_at = now.saturating_add(wait);
            let age = state.token.as_ref().map(|token| token.age(now));
            let stale = matches!(age, Some(Age::Mandatory | Age::Expired));
            let told = error.is_revoked() && std::mem::replace(&mut state.told_revoked, true);
            (stale, told)
        };
        if told {
            return;
        }
        let kind = match error.is_revoked() {
            true => GrantEventKind::Revoked(error.clone()),
            false => GrantEventKind::RefreshFailed(error.clone()),
        };
        events.tell(&self.business, kind);
        if stale && !error.is_revoked() {
            events.tell(&self.business, GrantEventKind::Stale);
        }
    }

    /// Waits, unless the client is dropped meanwhile.
    pub(super) async fn wait(&self, time: Duration) -> Result<(), Error> {
        let slept = self.core.timers.sleep.sleep(time);
        tokio::select! {
            () = slept => {}
            () = self.core.closed() => {
                return Err(Error::new(ErrorKind::Internal).with_detail("the client was dropped"));
            }
        }
        // A sleep of a test may be over at once: others must have their turn all the same.
        tokio::task::yield_now().await;
        Ok(())
    }

    /// Whether a process that ends has to wait for this task.
    fn at_work(&self, at_work: bool) {
        let at_work = at_work.then(|| AtWork::new(&self.core));
        *self.at_work.lock().unwrap_or_else(PoisonError::into_inner) = at_work;
    }

    /// Names this exchange to the store: another one of the same client may not give its lease back.
    fn owner(&self) -> String {
        format!("{}-{}", self.core.owner, self.number)
    }

    pub(super) async fn release(&self) {
        if self.leased.load(Ordering::Relaxed) {
            let owner = self.owner();
            let released = self.core.tokens.release(&self.grant.key, &owner).await;
            // Where it fails for good, the lease ends by itself.
            self.leased.store(released.is_err(), Ordering::Relaxed);
        }
    }

    pub(super) fn end(&self, result: Result<Arc<AccessToken>, Error>, answer: Answer) {
        self.grant.lock().forget(self.number);
        // Nobody may be waiting any more.
        let _ = answer.send(result);
    }
}
