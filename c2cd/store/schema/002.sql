-- Lists are read by pages: their order has an index of its own, either way.

DROP INDEX buttons_of_account;
CREATE INDEX buttons_of_account ON buttons (account_id, created_at, id) WHERE removed_at IS NULL;

DROP INDEX calls_of_button;
CREATE INDEX calls_of_button ON calls (button_id, requested_at, id);

-- Who had a call hung up, where it was no phone.
ALTER TABLE calls ADD COLUMN ended_by TEXT;

-- A token may be given for an API key, and is revoked with it.

CREATE TABLE api_keys (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    note       TEXT NOT NULL,
    created_at REAL NOT NULL,
    revoked_at REAL
) STRICT, WITHOUT ROWID;

ALTER TABLE tokens ADD COLUMN api_key_id TEXT;
CREATE INDEX tokens_of_keys ON tokens (expires_at) WHERE api_key_id IS NOT NULL;
