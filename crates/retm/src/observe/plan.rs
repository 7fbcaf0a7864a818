//! What is the same for every call of an operation, found once.

use std::sync::LazyLock;

use ::metrics::{Key, Label};
use retm_client::{OPERATIONS, Operation};

/// An operation with its place among the groups and the keys of the numbers that every call counts.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) operation: &'static Operation,
    /// Which of the groups it belongs to.
    pub(crate) group: usize,
    pub(super) answered: Key,
    pub(super) duration: Key,
    pub(super) attempt: Key,
}

static PLANS: LazyLock<Vec<Plan>> = LazyLock::new(|| {
    let mut groups: Vec<&str> = Vec::new();
    let plan = |operation: &'static Operation| {
        let place = groups.iter().position(|group| *group == operation.tag);
        let group = place.unwrap_or_else(|| {
            groups.push(operation.tag);
            groups.len() - 1
        });
        let of = Label::from_static_parts("operation", operation.id);
        let with = |key, value| vec![of.clone(), Label::from_static_parts(key, value)];
        Plan {
            operation,
            group,
            answered: Key::from_parts("retm_calls_total", with("outcome", "ok")),
            duration: Key::from_parts("retm_call_duration_seconds", vec![of.clone()]),
            attempt: Key::from_parts("retm_attempts_total", with("status", "2xx")),
        }
    };
    OPERATIONS.iter().map(plan).collect()
});

impl Plan {
    pub(crate) fn of(operation_id: &str) -> Option<&'static Self> {
        PLANS.iter().find(|plan| plan.operation.id == operation_id)
    }

    /// How many groups there are.
    pub(crate) fn groups() -> usize {
        PLANS.iter().map(|plan| plan.group + 1).max().unwrap_or(0)
    }
}
