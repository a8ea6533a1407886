-- Lists are read by pages: their order has an index of its own, either way.

DROP INDEX buttons_of_account;
CREATE INDEX buttons_of_account ON buttons (account_id, created_at, id) WHERE removed_at IS NULL;

DROP INDEX calls_of_button;
CREATE INDEX calls_of_button ON calls (button_id, requested_at, id);

-- Who had a call hung up, where it was no phone.
ALTER TABLE calls ADD COLUMN ended_by TEXT;
