-- c2cd_wigvUv8hJDvkq02eq2BcRBKrb83Y7DhG3c8WqSoHmFY
BEGIN TRANSACTION;
CREATE TABLE answers (
    button_id   TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    call_id     TEXT NOT NULL,
    answer      TEXT NOT NULL, created_at REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (button_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "answers" VALUES('44f9d0b2f1e00f701844755d3e5d3835','key-+15551234','4043c82a185140c59e8b6e33ffac4d40d9cda4cf7c978395eee130f00754376a','c2c-44f9d0b2f1e00f701844755d3e5d3835-e63c49d76ed11a03c26e18bcd248a76f','{"call_id":"c2c-44f9d0b2f1e00f701844755d3e5d3835-e63c49d76ed11a03c26e18bcd248a76f","application_name":"transfer","application_data":{"route":"+15551234"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"44f9d0b2f1e00f701844755d3e5d3835","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+15551234@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-44f9d0b2f1e00f701844755d3e5d3835-e63c49d76ed11a03c26e18bcd248a76f","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79571753376754069328e+09);
INSERT INTO "answers" VALUES('44f9d0b2f1e00f701844755d3e5d3835','key-+15551235','c24b7cf74d3e23e0a2a84721ae58c99adb2dd03e050cac0300e83cddbac3ef76','c2c-44f9d0b2f1e00f701844755d3e5d3835-a67a71bf09c7e44029d2ac0f2ac606db','{"call_id":"c2c-44f9d0b2f1e00f701844755d3e5d3835-a67a71bf09c7e44029d2ac0f2ac606db","application_name":"transfer","application_data":{"route":"+15551235"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"44f9d0b2f1e00f701844755d3e5d3835","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+15551235@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-44f9d0b2f1e00f701844755d3e5d3835-a67a71bf09c7e44029d2ac0f2ac606db","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79571753396862030024e+09);
INSERT INTO "answers" VALUES('44f9d0b2f1e00f701844755d3e5d3835','key-+1555404','db15249edec5c34f9de287a6a0ca3159a4a155345fadaa2bc695b4240a88740b','c2c-44f9d0b2f1e00f701844755d3e5d3835-a08fd5ccb3d1c202af80aba71a5f5279','{"call_id":"c2c-44f9d0b2f1e00f701844755d3e5d3835-a08fd5ccb3d1c202af80aba71a5f5279","application_name":"transfer","application_data":{"route":"+1555404"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"44f9d0b2f1e00f701844755d3e5d3835","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555404@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-44f9d0b2f1e00f701844755d3e5d3835-a08fd5ccb3d1c202af80aba71a5f5279","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79571753391207170483e+09);
INSERT INTO "answers" VALUES('44f9d0b2f1e00f701844755d3e5d3835','key-+1555480','c2d880156d95bf14c6c0760ace0296160ed1c5132fe5b3ca0deb4a467d1f401b','c2c-44f9d0b2f1e00f701844755d3e5d3835-707829839512ee0bc1b012f556263a99','{"call_id":"c2c-44f9d0b2f1e00f701844755d3e5d3835-707829839512ee0bc1b012f556263a99","application_name":"transfer","application_data":{"route":"+1555480"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"44f9d0b2f1e00f701844755d3e5d3835","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555480@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-44f9d0b2f1e00f701844755d3e5d3835-707829839512ee0bc1b012f556263a99","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79571753403967309002e+09);
INSERT INTO "answers" VALUES('44f9d0b2f1e00f701844755d3e5d3835','key-+1555486','f72be9c8a966ea228219a237392ca8b6b698fcb3511b24cb65afcc2b036c1ac3','c2c-44f9d0b2f1e00f701844755d3e5d3835-f7a8a11de1c8af7c8f11b878f887abd3','{"call_id":"c2c-44f9d0b2f1e00f701844755d3e5d3835-f7a8a11de1c8af7c8f11b878f887abd3","application_name":"transfer","application_data":{"route":"+1555486"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"44f9d0b2f1e00f701844755d3e5d3835","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555486@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-44f9d0b2f1e00f701844755d3e5d3835-f7a8a11de1c8af7c8f11b878f887abd3","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79571753384099435813e+09);
CREATE TABLE api_keys (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    note       TEXT NOT NULL,
    created_at REAL NOT NULL,
    revoked_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "api_keys" VALUES('fe6f637c','acme',X'37A1710F6A6A0033E0150F87858F09FC6D327208EF2D9E3D89812BC7CC4FF4CC','a client''s',1.79571753267285561558e+09,NULL);
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
INSERT INTO "blocks" VALUES('65c699799364','acme','number','+15559999','asked for it','root',1.79571753310083293917e+09,NULL,NULL);
INSERT INTO "blocks" VALUES('cc4ac5544f74','acme','pattern','^\+1900','asked for it','root',1.79571753354289507867e+09,NULL,NULL);
CREATE TABLE buttons (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    revision   TEXT NOT NULL,
    document   TEXT NOT NULL,
    created_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    removed_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "buttons" VALUES('44f9d0b2f1e00f701844755d3e5d3835','acme','1-116e2e478e46996f20647df43734c8b1','{"auth_required":true,"custom_application_vars":{"crm":"42"},"dial_first":"extension","timeout":20,"name":"Sales","extension":"1001","caller_id_number":"+15550000","outbound_callee_id_name":"Acme, sales","outbound_callee_id_number":"100","throttle":1000,"whitelist":["^\\+1555"],"custom_sip_headers":{"X-Crm":"42"},"music_on_hold":{"media_id":"default"},"ringback":"%(2000,4000,440,480)","a-field-of-others":{"deep":[1,null,"ü"]}}',1.79571753373473620412e+09,1.79571753373473620412e+09,NULL);
INSERT INTO "buttons" VALUES('8e2a20e4f5fb1b0269c8d8beaa21e1dc','acme','1-a976fd1b06723b53090950b5092b0c29','{"auth_required":true,"custom_application_vars":{},"dial_first":"extension","timeout":30,"name":"Gone","extension":"1002"}',1.79571753374666595462e+09,1.79571753374666595462e+09,1.79571753375438094135e+09);
CREATE TABLE calls (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL,
    button_id           TEXT NOT NULL,
    contact             TEXT NOT NULL,
    extension           TEXT NOT NULL,
    dial_first          TEXT NOT NULL,
    timeout             INTEGER NOT NULL,
    requested_at        REAL NOT NULL,
    switch_life         TEXT NOT NULL,
    state               TEXT NOT NULL,
    first_ringing_at    REAL,
    first_answered_at   REAL,
    first_ended_at      REAL,
    first_hangup_cause  INTEGER,
    second_ringing_at   REAL,
    second_answered_at  REAL,
    second_ended_at     REAL,
    second_hangup_cause INTEGER,
    second_channel      TEXT,
    bridged_at          REAL,
    ended_at            REAL,
    end_seen            INTEGER NOT NULL,
    result              TEXT,
    cause               TEXT
, ended_by TEXT, clicked_by TEXT, longest REAL, taken_back INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "calls" VALUES('c2c-44f9d0b2f1e00f701844755d3e5d3835-e63c49d76ed11a03c26e18bcd248a76f','acme','44f9d0b2f1e00f701844755d3e5d3835','+15551234','1001','extension',20,1.79571753376754069328e+09,'2026-01-01 18:25:29','ended',1.79571753378256964688e+09,1795717533.80293,1.79571753388450074196e+09,16,1.79571753381337237357e+09,1.79571753383413720136e+09,1.79571753388449239724e+09,16,'1.3',1.79571753383425307274e+09,1.79571753388450074196e+09,1,'success',NULL,NULL,'token d9641c6f',14400.0,0);
INSERT INTO "calls" VALUES('c2c-44f9d0b2f1e00f701844755d3e5d3835-f7a8a11de1c8af7c8f11b878f887abd3','acme','44f9d0b2f1e00f701844755d3e5d3835','+1555486','1001','extension',20,1.79571753384099435813e+09,'2026-01-01 18:25:29','ended',1.79571753385474443438e+09,1.7957175338742830754e+09,1.79571753390501427649e+09,16,1.79571753388444256775e+09,NULL,1.79571753390500497816e+09,17,'1.13',NULL,1.79571753390501427649e+09,1,'error','USER_BUSY',NULL,'token d9641c6f',14400.0,0);
INSERT INTO "calls" VALUES('c2c-44f9d0b2f1e00f701844755d3e5d3835-a08fd5ccb3d1c202af80aba71a5f5279','acme','44f9d0b2f1e00f701844755d3e5d3835','+1555404','1001','extension',20,1.79571753391207170483e+09,'2026-01-01 18:25:29','ended',1.79571753392375326159e+09,1.79571753394428372378e+09,1.79571753396467447276e+09,16,NULL,NULL,1.79571753396466612818e+09,1,'1.20',NULL,1.79571753396467447276e+09,1,'error','UNALLOCATED_NUMBER',NULL,'token d9641c6f',14400.0,0);
INSERT INTO "calls" VALUES('c2c-44f9d0b2f1e00f701844755d3e5d3835-a67a71bf09c7e44029d2ac0f2ac606db','acme','44f9d0b2f1e00f701844755d3e5d3835','+15551235','1001','extension',20,1.79571753396862030024e+09,'2026-01-01 18:25:29','ended',1.79571753398020815851e+09,1.79571753400088167189e+09,1.79571753408313632008e+09,16,1.79571753401104235647e+09,1.79571753403163194649e+09,1.79571753408312749858e+09,16,'1.27',1.79571753403166866304e+09,1.79571753408313632008e+09,1,'success',NULL,NULL,'token d9641c6f',14400.0,0);
INSERT INTO "calls" VALUES('c2c-44f9d0b2f1e00f701844755d3e5d3835-707829839512ee0bc1b012f556263a99','acme','44f9d0b2f1e00f701844755d3e5d3835','+1555480','1001','extension',20,1.79571753403967309002e+09,'2026-01-01 18:25:29','ended',1.79571753405246329303e+09,1.79571753407286858559e+09,NULL,NULL,1.79571753408320569991e+09,NULL,NULL,NULL,'1.37',NULL,1.79571755034323620793e+09,0,'unknown',NULL,NULL,'token d9641c6f',14400.0,0);
INSERT INTO "calls" VALUES('c2c-44f9d0b2f1e00f701844755d3e5d3835-a120383f31520177f2579b24553aaa34','acme','44f9d0b2f1e00f701844755d3e5d3835','+15551480','1001','extension',20,1.79571755138604760172e+09,'2026-01-01 18:25:29','answered',1.79571755139872050281e+09,1.7957175514193387031e+09,NULL,NULL,1.79571755142964267727e+09,NULL,NULL,NULL,'1.46',NULL,NULL,1,NULL,NULL,NULL,'token d9641c6f',14400.0,0);
INSERT INTO "calls" VALUES('c2c-44f9d0b2f1e00f701844755d3e5d3835-c7a3154913846933ce00b67b469d0335','acme','44f9d0b2f1e00f701844755d3e5d3835','+1555777','1001','extension',20,1.79571755138999986653e+09,'2026-01-01 18:25:29','bridged',1.79571755140182471276e+09,1.79571755142243695254e+09,NULL,NULL,1.79571755143274092679e+09,1.79571755145310330394e+09,NULL,NULL,'1.51',1.79571755145313882826e+09,NULL,1,'success',NULL,NULL,'token d9641c6f',14400.0,0);
CREATE TABLE changes (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL) STRICT;
INSERT INTO "changes" VALUES(1,10);
CREATE TABLE denials (
    account_id TEXT NOT NULL,
    begun_at   INTEGER NOT NULL,
    rule       TEXT NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (account_id, begun_at, rule)
) STRICT, WITHOUT ROWID;
INSERT INTO "denials" VALUES('acme',1795716900,'whitelist',1);
CREATE TABLE pulse (id INTEGER PRIMARY KEY CHECK (id = 1), at REAL NOT NULL) STRICT;
INSERT INTO "pulse" VALUES(1,1.79571755037613105775e+09);
CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    scope      TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    note       TEXT NOT NULL,
    created_at REAL NOT NULL,
    expires_at REAL,
    revoked_at REAL
, api_key_id TEXT, last_used_at REAL) STRICT, WITHOUT ROWID;
INSERT INTO "tokens" VALUES('7093275e','acme','connect',X'ABAEBD6493541AECA8657AA8D3183979F8B2DE0CB6670505AFBBEBA817CB8263','',1.79571753097443985933e+09,NULL,NULL,NULL,NULL);
INSERT INTO "tokens" VALUES('92f09255','acme','manage',X'FB3A3707BA7C776269E3A161895EFA2E6DEB2A51A4043E93835B9E45C6F2955D','given for API key fe6f637c',1.79571753283173608786e+09,1.79572113283173608782e+09,NULL,'fe6f637c',NULL);
INSERT INTO "tokens" VALUES('d9641c6f','acme','manage',X'A5F0CB72F084D016BA9C5F97E8D746D6487729A37807A279C868E86C5A65A6F3','the CRM''s',1.79571753053443813321e+09,NULL,NULL,NULL,1.79571753373016738887e+09);
INSERT INTO "tokens" VALUES('f279c687','acme','manage',X'7F1B2348F9979E2415DE7535FAD6887ECE9B897E206EC1D39ED700C827BE8031','old',1.7957175314142467975e+09,NULL,1.79571753223635959626e+09,NULL,NULL);
CREATE TABLE used_signatures (
    nonce      TEXT PRIMARY KEY,
    call_id    TEXT NOT NULL,
    expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "used_signatures" VALUES('AD-W3CFDMQHmC3lG-eJwJg','c2c-44f9d0b2f1e00f701844755d3e5d3835-a67a71bf09c7e44029d2ac0f2ac606db',1.79572113375804519657e+09);
CREATE INDEX calls_open ON calls (state) WHERE state <> 'ended';
CREATE INDEX answers_of_call ON answers (call_id);
CREATE INDEX buttons_of_account ON buttons (account_id, created_at, id) WHERE removed_at IS NULL;
CREATE INDEX calls_of_button ON calls (button_id, requested_at, id);
CREATE INDEX tokens_of_keys ON tokens (expires_at) WHERE api_key_id IS NOT NULL;
CREATE INDEX calls_recent ON calls (requested_at);
CREATE INDEX answers_by_age ON answers (created_at);
CREATE UNIQUE INDEX blocks_in_force ON blocks (account_id, kind, text) WHERE removed_at IS NULL;
CREATE INDEX used_signatures_by_age ON used_signatures (expires_at);
CREATE INDEX used_signatures_of_call ON used_signatures (call_id);
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
CREATE INDEX calls_of_account ON calls (account_id, requested_at, id);
CREATE INDEX calls_ended ON calls (account_id, ended_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX denials_by_age ON denials (begun_at);
COMMIT;
PRAGMA user_version = 5;
