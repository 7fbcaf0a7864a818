//! The limiter of one business and group of operations.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::queue::{Permit, Turn};
use super::quota::Quota;
use super::trouble::{Told, Trouble};
use crate::observe;
use crate::time::Timers;

/// Lets requests through at the pace of its quota and of the API's answers. Without a quota and a 429
/// it costs two loads.
#[derive(Debug)]
pub(crate) struct Limiter {
    group: &'static str,
    quota: Option<Quota>,
    /// Until when the requests so far have used the quota up.
    paid_until: Mutex<Duration>,
    troubled: AtomicBool,
    hold: AtomicU64,
    trouble: Mutex<Trouble>,
}

/// The request cannot be sent in its time; it can be after this wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) Duration);

impl Limiter {
    pub(crate) fn new(group: &'static str, quota: Option<Quota>) -> Self {
        Self {
            group,
            quota,
            paid_until: Mutex::default(),
            troubled: AtomicBool::new(false),
            hold: AtomicU64::new(0),
            trouble: Mutex::default(),
        }
    }

    /// The group of operations it is for.
    pub(crate) fn group(&self) -> &'static str {
        self.group
    }

    /// Waits until a request may be sent; refuses at once where that is not before the deadline.
    /// Whoever has slept until a time already does not wait for it again.
    pub(crate) async fn admit(
        self: &Arc<Self>,
        timers: &Timers,
        deadline: Duration,
        slept_until: Option<Duration>,
    ) -> Result<Permit, Refusal> {
        let permit = if self.troubled.load(Ordering::Acquire) {
            self.queue(timers, deadline, slept_until).await?
        } else {
            Permit::new(self, self.hold.load(Ordering::Acquire), false)
        };
        if let Some(quota) = self.quota {
            self.pay(quota, timers, deadline).await?;
        }
        Ok(permit)
    }

    async fn queue(
        self: &Arc<Self>,
        timers: &Timers,
        deadline: Duration,
        mut slept_until: Option<Duration>,
    ) -> Result<Permit, Refusal> {
        loop {
            let now = timers.clock.monotonic();
            let told = self.trouble().ask(now, slept_until);
            match told {
                Told::Go(hold) => return Ok(Permit::new(self, hold, true)),
                Told::HeldUntil(until) => {
                    self.sleep(until.saturating_sub(now), timers, deadline)
                        .await?;
                    slept_until = Some(until);
                }
                Told::Queue(turn) => {
                    let left = deadline.saturating_sub(now);
                    observe::limited(self.group, None);
                    match tokio::time::timeout(left, turn).await {
                        Ok(Ok(Turn::Go(permit))) => return Ok(permit),
                        Ok(Ok(Turn::AskAgain) | Err(_)) => {}
                        Err(_) => return Err(Refusal(Duration::ZERO)),
                    }
                }
            }
        }
    }

    /// Waits for the quota's next place.
    async fn pay(&self, quota: Quota, timers: &Timers, deadline: Duration) -> Result<(), Refusal> {
        let now = timers.clock.monotonic();
        let (wait, mut place) = {
            let mut paid_until = self.paid_until();
            let (at, paid) = quota.next(now, *paid_until);
            let wait = at.saturating_sub(now);
            if at >= deadline && !wait.is_zero() {
                return Err(Refusal(wait));
            }
            let before = std::mem::replace(&mut *paid_until, paid);
            let place = Place {
                limiter: self,
                before,
                paid,
                kept: false,
            };
            (wait, place)
        };
        if !wait.is_zero() {
            self.sleep(wait, timers, deadline).await?;
        }
        place.kept = true;
        Ok(())
    }

    fn paid_until(&self) -> MutexGuard<'_, Duration> {
        self.paid_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn sleep(
        &self,
        wait: Duration,
        timers: &Timers,
        deadline: Duration,
    ) -> Result<(), Refusal> {
        let until = timers.clock.monotonic().saturating_add(wait);
        if until >= deadline {
            return Err(Refusal(wait));
        }
        observe::limited(self.group, Some(wait));
        timers.sleep.sleep(wait).await;
        Ok(())
    }

    pub(super) fn strike(
        &self,
        of: u64,
        now: Duration,
        retry_after: Option<Duration>,
        backoff: impl FnOnce(u32) -> Duration,
    ) -> Duration {
        let (until, ask_again) = {
            let mut trouble = self.trouble();
            let struck = trouble.strike(of, now, retry_after, backoff);
            self.hold.store(trouble.hold(), Ordering::Release);
            self.troubled.store(true, Ordering::Release);
            struck
        };
        for waiter in ask_again {
            // Who has gone away meanwhile needs to know nothing.
            let _ = waiter.send(Turn::AskAgain);
        }
        until
    }

    pub(super) fn leave(self: &Arc<Self>, of: u64, answered: bool) {
        self.trouble().leave(of, answered);
        loop {
            let mut trouble = self.trouble();
            if trouble.is_over() {
                self.troubled.store(false, Ordering::Release);
            }
            let (next, hold) = (trouble.next(), trouble.hold());
            drop(trouble);
            let Some(waiter) = next else { return };
            // A waiter that has gone away drops the permit, and with it gives its place back.
            let _ = waiter.send(Turn::Go(Permit::new(self, hold, true)));
        }
    }

    fn trouble(&self) -> MutexGuard<'_, Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place of the quota that a request waits for. One that goes away gives it back, unless others
/// stand behind it already.
struct Place<'a> {
    limiter: &'a Limiter,
    before: Duration,
    paid: Duration,
    kept: bool,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.kept {
            let mut paid_until = self.limiter.paid_until();
            if *paid_until == self.paid {
                *paid_until = self.before;
            }
        }
    }
}

#[cfg(test)]
mod tests;
