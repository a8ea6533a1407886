-- Who clicked, how long the two may talk (seconds), and whether the order never left or was refused: limits
-- are counted by them, across restarts.
ALTER TABLE calls ADD COLUMN clicked_by TEXT;
ALTER TABLE calls ADD COLUMN longest REAL;
ALTER TABLE calls ADD COLUMN taken_back INTEGER NOT NULL DEFAULT 0;
CREATE INDEX calls_recent ON calls (requested_at);

-- The answer to an Idempotency-Key is kept for a while.
ALTER TABLE answers ADD COLUMN created_at REAL NOT NULL DEFAULT 0;
UPDATE answers SET created_at = coalesce((SELECT requested_at FROM calls WHERE id = call_id), 0);
CREATE INDEX answers_by_age ON answers (created_at);

ALTER TABLE tokens ADD COLUMN last_used_at REAL;

-- Whom an account does not call: a number (or SIP URI) as it would be dialled, or a pattern.
CREATE TABLE blocks (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('number', 'pattern')),
    text       TEXT NOT NULL,
    note       TEXT NOT NULL,
    added_by   TEXT NOT NULL,
    added_at   REAL NOT NULL,
    removed_by TEXT,
    removed_at REAL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX blocks_in_force ON blocks (account_id, kind, text) WHERE removed_at IS NULL;

-- The nonces of signed links that have made a call, until the links expire.
CREATE TABLE used_signatures (
    nonce      TEXT PRIMARY KEY,
    call_id    TEXT NOT NULL,
    expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX used_signatures_by_age ON used_signatures (expires_at);
CREATE INDEX used_signatures_of_call ON used_signatures (call_id);
