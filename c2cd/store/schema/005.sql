-- An account's calls are read by pages, as a button's are.
CREATE INDEX calls_of_account ON calls (account_id, requested_at, id);
-- What ended lately is told again to who follows an account's events.
CREATE INDEX calls_ended ON calls (account_id, ended_at) WHERE ended_at IS NOT NULL;
