-- Microseconds; NULL where an earlier version wrote the row: of the submitter, and of the last sending.
ALTER TABLE retm_orders ADD COLUMN settle_window BIGINT;
ALTER TABLE retm_orders ADD COLUMN sent_window BIGINT;
