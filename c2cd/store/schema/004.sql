-- A number that every change of tokens, buttons and blocks raises, whoever makes it: what a daemon remembers of
-- them holds for as long as it stands. When a token was last used is no such change.

CREATE TABLE changes (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL) STRICT;
INSERT INTO changes (id, number) VALUES (1, 0);

CREATE TRIGGER token_added AFTER INSERT ON tokens BEGIN UPDATE changes SET number = number + 1; END;
CREATE TRIGGER token_removed AFTER DELETE ON tokens BEGIN UPDATE changes SET number = number + 1; END;
CREATE TRIGGER token_changed
AFTER UPDATE OF id, account_id, scope, hash, note, created_at, expires_at, revoked_at, api_key_id ON tokens
BEGIN UPDATE changes SET number = number + 1; END;

CREATE TRIGGER button_added AFTER INSERT ON buttons BEGIN UPDATE changes SET number = number + 1; END;
CREATE TRIGGER button_removed AFTER DELETE ON buttons BEGIN UPDATE changes SET number = number + 1; END;
CREATE TRIGGER button_changed AFTER UPDATE ON buttons BEGIN UPDATE changes SET number = number + 1; END;

CREATE TRIGGER block_added AFTER INSERT ON blocks BEGIN UPDATE changes SET number = number + 1; END;
CREATE TRIGGER block_removed AFTER DELETE ON blocks BEGIN UPDATE changes SET number = number + 1; END;
CREATE TRIGGER block_changed AFTER UPDATE ON blocks BEGIN UPDATE changes SET number = number + 1; END;
