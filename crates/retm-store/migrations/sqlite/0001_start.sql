-- Plain: the keys, versions, times and states. Sealed: everything that is secret or a customer's.
CREATE TABLE IF NOT EXISTS retm_meta (
    id BIGINT NOT NULL PRIMARY KEY,
    key_check BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS retm_grants (
    origin TEXT NOT NULL,
    client_id TEXT NOT NULL,
    business TEXT NOT NULL,
    version BIGINT NOT NULL,
    sealed BLOB,
    lease_owner TEXT,
    lease_from BIGINT,
    lease_until BIGINT,
    PRIMARY KEY (origin, client_id, business)
);

CREATE TABLE IF NOT EXISTS retm_orders (
    origin TEXT NOT NULL,
    client_id TEXT NOT NULL,
    business TEXT NOT NULL,
    reference TEXT NOT NULL,
    state TEXT NOT NULL,
    body BLOB NOT NULL,
    outcome BLOB,
    written_at BIGINT NOT NULL,
    written_tie BIGINT NOT NULL,
    sent_at BIGINT,
    changed_at BIGINT NOT NULL,
    lease_owner TEXT,
    lease_from BIGINT,
    lease_until BIGINT,
    PRIMARY KEY (origin, client_id, business, reference)
);

CREATE INDEX IF NOT EXISTS retm_orders_by_state ON retm_orders (state, written_at, written_tie);
