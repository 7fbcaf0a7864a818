//! The statements of the journal.

use crate::session::{Sql, sql};

/// One order: the first four values of each statement.
macro_rules! of_order {
    () => {
        "WHERE origin = $1 AND client_id = $2 AND business = $3 AND reference = $4"
    };
}
macro_rules! record {
    () => {
        "SELECT state, body, outcome, written_at, sent_at, lease_owner, lease_from, lease_until, \
         settle_window, sent_window FROM retm_orders "
    };
}
pub(crate) const READ: Sql = sql!(record!(), of_order!());
pub(crate) const READ_LOCKED: Sql = sql!(record!(), of_order!(); "FOR UPDATE");
pub(crate) const READ_LEASE: Sql = sql!(
    "SELECT lease_owner, lease_from, lease_until FROM retm_orders ", of_order!(); "FOR UPDATE"
);
pub(crate) const ADD: Sql = sql!(
    "INSERT INTO retm_orders (origin, client_id, business, reference, state, body, written_at, ",
    "written_tie, changed_at, settle_window, lease_owner, lease_from, lease_until) ",
    "VALUES ($1, $2, $3, $4, 'prepared', $5, $6, $7, $6, $8, $9, $10, $11) ",
    "ON CONFLICT (origin, client_id, business, reference) DO NOTHING"
);
pub(crate) const REPLACE: Sql = sql!(
    "UPDATE retm_orders SET state = 'prepared', body = $5, outcome = NULL, written_at = $6, ",
    "written_tie = $7, sent_at = NULL, sent_window = NULL, changed_at = $6, settle_window = $8, ",
    "lease_owner = $9, lease_from = $10, lease_until = $11 ",
    of_order!()
);
pub(crate) const TAKE: Sql = sql!(
    "UPDATE retm_orders SET written_at = $5, sent_at = $6, lease_owner = $7, lease_from = $8, ",
    "lease_until = $9 ",
    of_order!()
);
pub(crate) const ADVANCE: Sql = sql!(
    "UPDATE retm_orders SET state = $5, outcome = $6, changed_at = $7, ",
    "sent_at = COALESCE($8, sent_at), sent_window = COALESCE($9, sent_window), lease_owner = $10, ",
    "lease_from = $11, lease_until = $12 ",
    of_order!()
);
pub(crate) const RENEW: Sql = sql!(
    "UPDATE retm_orders SET lease_owner = $5, lease_from = $6, lease_until = $7 ",
    of_order!()
);
pub(crate) const RELEASE: Sql = sql!(
    "UPDATE retm_orders SET lease_owner = NULL, lease_from = NULL, lease_until = NULL ",
    of_order!(),
    " AND lease_owner = $5"
);
pub(crate) const PENDING: Sql = sql!(
    "SELECT origin, client_id, business, reference FROM retm_orders ",
    "WHERE state IN ('prepared', 'sent') ORDER BY written_at, written_tie"
);
pub(crate) const PENDING_OF: Sql = sql!(
    "SELECT origin, client_id, business, reference FROM retm_orders ",
    "WHERE state IN ('prepared', 'sent') AND origin = $1 AND client_id = $2 AND business = $3 ",
    "ORDER BY written_at, written_tie"
);
