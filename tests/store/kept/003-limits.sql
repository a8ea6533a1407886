-- c2cd_gcOScl0u6pJdQ2NC8r-rq23XWR-TWmMYZbH75L28avg
BEGIN TRANSACTION;
CREATE TABLE answers (
    button_id   TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    call_id     TEXT NOT NULL,
    answer      TEXT NOT NULL, created_at REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (button_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "answers" VALUES('61870203c75518bb5aa3716c2210389a','key-+15551234','+15551234','c2c-61870203c75518bb5aa3716c2210389a-ccb5f7688ebd8fc0b5f71284edb3d05c','{"call_id":"c2c-61870203c75518bb5aa3716c2210389a-ccb5f7688ebd8fc0b5f71284edb3d05c","application_name":"transfer","application_data":{"route":"+15551234"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"61870203c75518bb5aa3716c2210389a","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+15551234@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-61870203c75518bb5aa3716c2210389a-ccb5f7688ebd8fc0b5f71284edb3d05c","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79547719942346954346e+09);
INSERT INTO "answers" VALUES('61870203c75518bb5aa3716c2210389a','key-+1555404','+1555404','c2c-61870203c75518bb5aa3716c2210389a-c852f91287a267bc4d5007ed9aae6a62','{"call_id":"c2c-61870203c75518bb5aa3716c2210389a-c852f91287a267bc4d5007ed9aae6a62","application_name":"transfer","application_data":{"route":"+1555404"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"61870203c75518bb5aa3716c2210389a","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555404@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-61870203c75518bb5aa3716c2210389a-c852f91287a267bc4d5007ed9aae6a62","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79547719956517934803e+09);
INSERT INTO "answers" VALUES('61870203c75518bb5aa3716c2210389a','key-+1555480','+1555480','c2c-61870203c75518bb5aa3716c2210389a-4027a01a5b7665dfe0f193a088abfaae','{"call_id":"c2c-61870203c75518bb5aa3716c2210389a-4027a01a5b7665dfe0f193a088abfaae","application_name":"transfer","application_data":{"route":"+1555480"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"61870203c75518bb5aa3716c2210389a","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555480@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-61870203c75518bb5aa3716c2210389a-4027a01a5b7665dfe0f193a088abfaae","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79547719962396240232e+09);
INSERT INTO "answers" VALUES('61870203c75518bb5aa3716c2210389a','key-+1555486','+1555486','c2c-61870203c75518bb5aa3716c2210389a-de35027bbbe2e0c080b38fe0342a2bf2','{"call_id":"c2c-61870203c75518bb5aa3716c2210389a-de35027bbbe2e0c080b38fe0342a2bf2","application_name":"transfer","application_data":{"route":"+1555486"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"61870203c75518bb5aa3716c2210389a","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555486@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-61870203c75518bb5aa3716c2210389a-de35027bbbe2e0c080b38fe0342a2bf2","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79547719949460554125e+09);
CREATE TABLE api_keys (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    note       TEXT NOT NULL,
    created_at REAL NOT NULL,
    revoked_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "api_keys" VALUES('a2eaa7f2','acme',X'F97B2E54B04FD285409625527420A65DE1D698A6339BE84926EBEFCD33FFBC8C','a client''s',1.79547719817158150674e+09,NULL);
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
CREATE TABLE buttons (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    revision   TEXT NOT NULL,
    document   TEXT NOT NULL,
    created_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    removed_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "buttons" VALUES('1b6d5892fa89ad2fea3699dff4363799','acme','1-c3300e65910b0885a23a8a2becd10612','{"auth_required":true,"custom_application_vars":{},"dial_first":"extension","timeout":30,"name":"Gone","extension":"1002"}',1.79547719938007807735e+09,1.79547719938007807735e+09,1.7954771993838369846e+09);
INSERT INTO "buttons" VALUES('61870203c75518bb5aa3716c2210389a','acme','1-7a46daa3670008279a18e02b178b54ae','{"auth_required":true,"custom_application_vars":{"crm":"42"},"dial_first":"extension","timeout":20,"name":"Sales","extension":"1001","caller_id_number":"+15550000","outbound_callee_id_name":"Acme, sales","outbound_callee_id_number":"100","throttle":1000,"whitelist":["^\\+1555"],"custom_sip_headers":{"X-Crm":"42"},"music_on_hold":{"media_id":"default"},"ringback":"%(2000,4000,440,480)","a-field-of-others":{"deep":[1,null,"ü"]}}',1.79547719937405896193e+09,1.79547719937405896193e+09,NULL);
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
, ended_by TEXT, clicked_by TEXT, longest REAL) STRICT;
INSERT INTO "calls" VALUES('c2c-61870203c75518bb5aa3716c2210389a-ccb5f7688ebd8fc0b5f71284edb3d05c','acme','61870203c75518bb5aa3716c2210389a','+15551234','1001','extension',20,1.79547719942346954346e+09,'2026-01-01 23:39:54','ended',1.79547719943744850164e+09,1.795477199458044529e+09,1.79547719953900790216e+09,16,1.79547719946821928023e+09,1.79547719948875141148e+09,1.79547719953899621967e+09,16,'1.3',1.79547719948878812786e+09,1.79547719953900790216e+09,1,'success',NULL,NULL,NULL,NULL);
INSERT INTO "calls" VALUES('c2c-61870203c75518bb5aa3716c2210389a-de35027bbbe2e0c080b38fe0342a2bf2','acme','61870203c75518bb5aa3716c2210389a','+1555486','1001','extension',20,1.79547719949460554125e+09,'2026-01-01 23:39:54','ended',1.79547719950798559188e+09,1.7954771995286245346e+09,1.79547719955947613712e+09,16,1.79547719953895664217e+09,NULL,1.79547719955946564673e+09,17,'1.13',NULL,1.79547719955947613712e+09,1,'error','USER_BUSY',NULL,NULL,NULL);
INSERT INTO "calls" VALUES('c2c-61870203c75518bb5aa3716c2210389a-c852f91287a267bc4d5007ed9aae6a62','acme','61870203c75518bb5aa3716c2210389a','+1555404','1001','extension',20,1.79547719956517934803e+09,'2026-01-01 23:39:54','ended',1.7954771995781416893e+09,1.795477199598744154e+09,1.7954771996191220283e+09,16,NULL,NULL,1.79547719961911249157e+09,1,'1.20',NULL,1.7954771996191220283e+09,1,'error','UNALLOCATED_NUMBER',NULL,NULL,NULL);
INSERT INTO "calls" VALUES('c2c-61870203c75518bb5aa3716c2210389a-4027a01a5b7665dfe0f193a088abfaae','acme','61870203c75518bb5aa3716c2210389a','+1555480','1001','extension',20,1.79547719962396240232e+09,'2026-01-01 23:39:54','ended',1.79547719964066505434e+09,1.79547719966144180298e+09,NULL,NULL,1.79547719967161488528e+09,NULL,NULL,NULL,'1.27',NULL,1.79547720093688392643e+09,0,'unknown',NULL,NULL,NULL,NULL);
INSERT INTO "calls" VALUES('c2c-61870203c75518bb5aa3716c2210389a-73b8a119034ab8f3f15642d639903954','acme','61870203c75518bb5aa3716c2210389a','+15551480','1001','extension',20,1.7954772019965617657e+09,'2026-01-01 23:39:54','answered',1.79547720201055335991e+09,1.79547720203182268141e+09,NULL,NULL,1.7954772020416316986e+09,NULL,NULL,NULL,'1.36',NULL,NULL,1,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "calls" VALUES('c2c-61870203c75518bb5aa3716c2210389a-e23ab00deb4837e30b50c0af05d59ce0','acme','61870203c75518bb5aa3716c2210389a','+1555777','1001','extension',20,1.79547720200869536395e+09,'2026-01-01 23:39:54','bridged',1.79547720202301287653e+09,1.79547720204395914078e+09,NULL,NULL,1.79547720205425643917e+09,1.7954772020748813152e+09,NULL,NULL,'1.41',1.79547720207491445535e+09,NULL,1,'success',NULL,NULL,NULL,NULL);
CREATE TABLE pulse (id INTEGER PRIMARY KEY CHECK (id = 1), at REAL NOT NULL) STRICT;
INSERT INTO "pulse" VALUES(1,1.79547720097866964341e+09);
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
INSERT INTO "tokens" VALUES('15abf7b2','acme','manage',X'E4066499F13E945B8FDA906ADDE86BACD6755A2E2A899C2783EF7DEC5839AC92','old',1.79547719642722558974e+09,NULL,1.79547719753790378568e+09,NULL,NULL);
INSERT INTO "tokens" VALUES('25895f1a','acme','manage',X'506C050894C182BAFD35B0D06E6ECD1D22114A0048E6823D405C969155A82616','given for API key a2eaa7f2',1.79547719827035808567e+09,1.79548079827035808563e+09,NULL,'a2eaa7f2',NULL);
INSERT INTO "tokens" VALUES('86bd8476','acme','manage',X'CEE7AB262A9B3BEFF830416861B557B3CD9D94182974C7C7D9B07B843BC10CCD','the CRM''s',1.79547719520526742934e+09,NULL,NULL,NULL,NULL);
INSERT INTO "tokens" VALUES('f8b58274','acme','connect',X'D36D5CCAE3F04ECEBB57B044058BC178FFF5330C7C1510ABF6012399E18A4E1C','',1.79547719577946925158e+09,NULL,NULL,NULL,NULL);
CREATE TABLE used_signatures (
    nonce      TEXT PRIMARY KEY,
    call_id    TEXT NOT NULL,
    expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
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
COMMIT;
PRAGMA user_version = 3;
