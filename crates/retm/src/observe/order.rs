//! Warnings about orders.

use crate::business_id::BusinessId;
use crate::store::StoreError;

/// An order is sent although so many of its sums do not agree. The amounts are the order's own, so
/// they stay with whoever sends it.
pub(crate) fn sums_disagree(business: &BusinessId, sums: usize) {
    tracing::warn!(
        target: "retm",
        { retm.business = %business, sums },
        "the sums of an order do not agree; `Submitted::warnings` says which"
    );
}

/// An order took effect, but the journal could not take that down.
pub(crate) fn not_taken_down(business: &BusinessId, error: &StoreError) {
    tracing::warn!(
        target: "retm",
        { retm.business = %business, error.type = ?error.kind() },
        "an order took effect, but the journal could not take it down; `Submitted::warnings` says why"
    );
}
