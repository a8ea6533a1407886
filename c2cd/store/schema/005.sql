-- An account's calls are read by pages, as a button's are.
CREATE INDEX calls_of_account ON calls (account_id, requested_at, id);
-- What ended lately is told again to who follows an account's events.
CREATE INDEX calls_ended ON calls (account_id, ended_at, id) WHERE ended_at IS NOT NULL;

-- How many clicks a guard refused, by account, quarter of an hour (its beginning, in Unix seconds) and rule.
CREATE TABLE denials (
    account_id TEXT NOT NULL,
    begun_at   INTEGER NOT NULL,
    rule       TEXT NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (account_id, begun_at, rule)
) STRICT, WITHOUT ROWID;

CREATE INDEX denials_by_age ON denials (begun_at);
