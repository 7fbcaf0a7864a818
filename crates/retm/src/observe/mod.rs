//! What a client tells of its calls: `tracing` spans and events with OpenTelemetry's names, and numbers
//! by the `metrics` facade.
//!
//! Only what this module names goes in: operation, business, group, status, counts and times. No
//! query, body, header, id of a path or text of the server can get there.

mod metrics;
mod order;
mod plan;
mod span;

pub(crate) use metrics::{budget_exhausted, call_ended, describe, grant, limited, retried};
pub(crate) use order::{not_taken_down, sums_disagree};
pub(crate) use plan::Plan;
pub(crate) use span::{Attempt, call_span, end_call, reason};
