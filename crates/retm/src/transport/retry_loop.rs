//! The attempts of one call: which failure is followed by another attempt, and when.

use std::ops::ControlFlow;
use std::time::Duration;

use http::StatusCode;
use reqwest::Request;

use super::attempt::{failure, refusal};
use super::call::Call;
use crate::error::{Captured, Error, ErrorKind, Outcome};
use crate::observe;
use crate::retry::{Charge, FailedAttempt, Failure};

/// A 429 holds its group no longer than this, whatever it says: then one request probes.
const LONGEST_HOLD: Duration = Duration::from_secs(3600);

/// An attempt that gave no usable answer.
struct Failed {
    failure: Failure,
    result: Result<Captured, Error>,
    /// Until when a 429 holds the group.
    held_until: Option<Duration>,
}

impl<'a> Call<'a> {
    /// Sends until there is an answer, a failure that stays, or no time. After a 401 the request goes
    /// once more with a fresh token; that is no retry.
    pub(super) async fn send_until_answered(
        &mut self,
        mut request: Request,
    ) -> Result<Captured, Error> {
        let mut renewed = false;
        self.in_time()?;
        loop {
            let again = request.try_clone();
            let result = self.attempt(request).await;
            // It was answered: the same answer would come again.
            if result.as_ref().is_err_and(|error| !error.is_network()) {
                if let Some(permit) = self.permit.take() {
                    permit.answered();
                }
                return result;
            }
            let failed = match self.judge(result) {
                ControlFlow::Break(captured) => return Ok(captured),
                ControlFlow::Continue(failed) => failed,
            };
            let Some(next) = again else {
                return failed.result;
            };
            request = next;
            if failed.failure == Failure::Status(StatusCode::UNAUTHORIZED) && !renewed {
                if !self.forget_token() {
                    return failed.result;
                }
                renewed = true;
                // Whatever keeps it from being sent again: the API has refused it.
                let refused = |error: Error| error.with_outcome(Outcome::Rejected);
                self.admit(None).await.map_err(refused)?;
                self.authorize(&mut request).await.map_err(refused)?;
                self.in_time().map_err(refused)?;
                continue;
            }
            let Some((wait, charge)) = self.wait_after(&failed, renewed) else {
                return failed.result;
            };
            self.core.timers.sleep.sleep(wait).await;
            if self.admit(failed.held_until).await.is_err() || self.left().is_zero() {
                charge.give_back(self.core.sending.budget);
                return failed.result;
            }
        }
    }

    /// A process that was held up sends nothing once the time is over: what waited may be ready all the same, and a
    /// request without any time left still goes out over a connection that is there.
    fn in_time(&self) -> Result<(), Error> {
        match self.left().is_zero() {
            true => Err(Error::new(ErrorKind::Timeout).with_detail("before it was sent")),
            false => Ok(()),
        }
    }

    /// Tells an answer from a failure, and the limiter what came.
    fn judge(&mut self, result: Result<Captured, Error>) -> ControlFlow<Captured, Failed> {
        let permit = self.permit.take();
        let failure = match &result {
            Ok(captured) => refusal(captured.status),
            Err(error) => Some(failure(error)),
        };
        let held_until = match (permit, &result) {
            (Some(permit), Ok(captured)) if captured.status == StatusCode::TOO_MANY_REQUESTS => {
                let asked = captured.retry_after().map(|wait| wait.min(LONGEST_HOLD));
                let now = self.core.timers.clock.monotonic();
                let random = &*self.core.timers.random;
                // The client's: the hold is for every call of the group, not for this one alone.
                let backoff = |strikes| self.core.sending.backoff.delay(strikes, random);
                Some(permit.refused(now, asked, backoff))
            }
            (Some(permit), Ok(_)) => {
                permit.answered();
                None
            }
            _ => None,
        };
        match (failure, result) {
            (None, Ok(captured)) => ControlFlow::Break(captured),
            (failure, result) => ControlFlow::Continue(Failed {
                failure: failure.unwrap_or(Failure::Network),
                result,
                held_until,
            }),
        }
    }

    /// How long to wait for another attempt, and who has paid for it; `None` where there is none. Only
    /// safe methods are sent again, and what was certainly never sent.
    fn wait_after(&self, failed: &Failed, renewed: bool) -> Option<(Duration, Charge<'a>)> {
        let begun = self.begun.as_ref()?;
        let plan = begun.plan;
        if !plan.operation.is_safe() && failed.failure != Failure::Connect {
            return None;
        }
        let now = self.core.timers.clock.monotonic();
        // The attempt whose token was refused did not fail for what a policy judges.
        let attempts = self.attempts - u32::from(renewed);
        let retries = self.retry_policy().retries(&FailedAttempt {
            operation: plan.operation.id,
            attempts,
            elapsed: now.saturating_sub(self.started),
            failure: failed.failure,
        });
        let asked = match &failed.result {
            Ok(captured) => captured.retry_after().unwrap_or_default(),
            Err(_) => Duration::ZERO,
        };
        if !retries || asked > self.core.sending.longest_retry_after {
            return None;
        }
        let drawn = self.backoff().delay(attempts, &*self.core.timers.random);
        let held = failed.held_until.unwrap_or_default().saturating_sub(now);
        let wait = drawn.max(asked).max(held);
        // An attempt that could only run out of time would hide the failure there is.
        if wait >= self.left() {
            return None;
        }
        let of_host = match failed.failure {
            Failure::Connect => true,
            Failure::Status(status) => status.is_server_error(),
            _ => false,
        };
        let charge = Charge {
            group: &self.group(plan)?.budget,
            host: of_host.then_some(&*self.to.host_budget),
        };
        if !charge.spend(self.core.sending.budget) {
            observe::budget_exhausted(plan);
            return None;
        }
        observe::retried(plan, observe::reason(failed.failure), attempts, wait);
        Some((wait, charge))
    }
}
