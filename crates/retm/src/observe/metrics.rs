//! Numbers, by the `metrics` facade. No label has more values than operations, groups, kinds of error
//! or classes of statuses: a business is no label.

use std::time::Duration;

use ::metrics::{
    Key, Level, Metadata, Unit, counter, describe_counter, describe_histogram, with_recorder,
};

use super::plan::Plan;
use crate::business_id::BusinessId;
use crate::error::Error;

static METADATA: Metadata<'_> = Metadata::new("retm", Level::INFO, Some("retm"));

/// Tells the recorder what the numbers mean.
pub(crate) fn describe() {
    let count = Unit::Count;
    describe_counter!("retm_calls_total", count, "Calls that ended, by outcome");
    describe_counter!(
        "retm_attempts_total",
        count,
        "Requests sent, by class of status"
    );
    describe_counter!(
        "retm_retries_total",
        count,
        "Requests sent again, by reason"
    );
    describe_counter!(
        "retm_retry_budget_exhausted_total",
        count,
        "Retries that the budget did not allow"
    );
    describe_counter!(
        "retm_rate_limit_waits_total",
        count,
        "Waits for a quota or for the end of a 429"
    );
    describe_counter!(
        "retm_grant_events_total",
        count,
        "What became of grants: refreshed, refresh_failed, not_persisted, revoked, stale"
    );
    describe_histogram!(
        "retm_call_duration_seconds",
        Unit::Seconds,
        "How long calls took with their tokens and all attempts"
    );
}

/// A key that is made already: a call that nobody counts allocates nothing.
fn count(key: &Key) {
    with_recorder(|recorder| recorder.register_counter(key, &METADATA).increment(1));
}

/// A call has ended, or nobody waits for it any longer (`None`).
pub(crate) fn call_ended(plan: &'static Plan, result: Option<Result<(), &Error>>, took: Duration) {
    let outcome = match result {
        Some(Ok(())) => {
            count(&plan.answered);
            None
        }
        Some(Err(error)) => Some(error.kind().as_str()),
        None => Some("Dropped"),
    };
    if let Some(outcome) = outcome {
        counter!("retm_calls_total", "operation" => plan.operation.id, "outcome" => outcome)
            .increment(1);
    }
    with_recorder(|recorder| {
        let histogram = recorder.register_histogram(&plan.duration, &METADATA);
        histogram.record(took.as_secs_f64());
    });
}

/// A request was answered, or failed for that reason.
pub(super) fn attempted(plan: &'static Plan, status: &'static str) {
    if status == "2xx" {
        return count(&plan.attempt);
    }
    counter!("retm_attempts_total", "operation" => plan.operation.id, "status" => status)
        .increment(1);
}

/// A request will be sent again.
pub(crate) fn retried(plan: &'static Plan, reason: &'static str, attempt: u32, wait: Duration) {
    counter!("retm_retries_total", "operation" => plan.operation.id, "reason" => reason)
        .increment(1);
    let wait = wait.as_secs_f64();
    tracing::debug!(target: "retm", { reason, attempt, wait_seconds = wait }, "retry");
}

/// A retry that the budget does not allow.
pub(crate) fn budget_exhausted(plan: &'static Plan) {
    counter!("retm_retry_budget_exhausted_total", "operation" => plan.operation.id).increment(1);
    tracing::warn!(target: "retm", { retm.operation = plan.operation.id }, "retry budget exhausted");
}

/// Something became of the grant of a business.
pub(crate) fn grant(business: &BusinessId, event: &'static str) {
    counter!("retm_grant_events_total", "event" => event).increment(1);
    tracing::debug!(target: "retm", { retm.business = %business, retm.grant.event = event }, "grant");
}

/// A request waits for its group: that long, or until others have gone first.
pub(crate) fn limited(group: &'static str, wait: Option<Duration>) {
    counter!("retm_rate_limit_waits_total", "group" => group).increment(1);
    let wait = wait.map(|wait| wait.as_secs_f64());
    tracing::debug!(target: "retm", { retm.group = group, wait_seconds = wait }, "rate limited");
}
