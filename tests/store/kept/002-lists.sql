-- c2cd_Ej5YvcCUx53Lwappdkh5nwmOYoeL-D6xN-du1nxVceM
BEGIN TRANSACTION;
CREATE TABLE answers (
    button_id   TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    call_id     TEXT NOT NULL,
    answer      TEXT NOT NULL,
    PRIMARY KEY (button_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "answers" VALUES('a6ff814a20c8b02da20df3c8013edf19','key-+15551234','+15551234','c2c-a6ff814a20c8b02da20df3c8013edf19-8a74eb8683589abb7087ce09d02b92d3','{"call_id":"c2c-a6ff814a20c8b02da20df3c8013edf19-8a74eb8683589abb7087ce09d02b92d3","application_name":"transfer","application_data":{"route":"+15551234"},"continue_on_fail":false,"custom_application_vars":{},"custom_channel_vars":{"account_id":"acme","authorizing_id":"a6ff814a20c8b02da20df3c8013edf19","authorizing_type":"clicktocall","auto_answer_loopback":true,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+15551234@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-a6ff814a20c8b02da20df3c8013edf19-8a74eb8683589abb7087ce09d02b92d3","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
INSERT INTO "answers" VALUES('a6ff814a20c8b02da20df3c8013edf19','key-+1555404','+1555404','c2c-a6ff814a20c8b02da20df3c8013edf19-61591531ace5dbe913835dcf0c318e08','{"call_id":"c2c-a6ff814a20c8b02da20df3c8013edf19-61591531ace5dbe913835dcf0c318e08","application_name":"transfer","application_data":{"route":"+1555404"},"continue_on_fail":false,"custom_application_vars":{},"custom_channel_vars":{"account_id":"acme","authorizing_id":"a6ff814a20c8b02da20df3c8013edf19","authorizing_type":"clicktocall","auto_answer_loopback":true,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555404@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-a6ff814a20c8b02da20df3c8013edf19-61591531ace5dbe913835dcf0c318e08","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
INSERT INTO "answers" VALUES('a6ff814a20c8b02da20df3c8013edf19','key-+1555480','+1555480','c2c-a6ff814a20c8b02da20df3c8013edf19-e9f5c614103bbd636eee93a78ef9bb7f','{"call_id":"c2c-a6ff814a20c8b02da20df3c8013edf19-e9f5c614103bbd636eee93a78ef9bb7f","application_name":"transfer","application_data":{"route":"+1555480"},"continue_on_fail":false,"custom_application_vars":{},"custom_channel_vars":{"account_id":"acme","authorizing_id":"a6ff814a20c8b02da20df3c8013edf19","authorizing_type":"clicktocall","auto_answer_loopback":true,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555480@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-a6ff814a20c8b02da20df3c8013edf19-e9f5c614103bbd636eee93a78ef9bb7f","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
INSERT INTO "answers" VALUES('a6ff814a20c8b02da20df3c8013edf19','key-+1555486','+1555486','c2c-a6ff814a20c8b02da20df3c8013edf19-005674b3e4d3f4781fd7d316e5ccfa06','{"call_id":"c2c-a6ff814a20c8b02da20df3c8013edf19-005674b3e4d3f4781fd7d316e5ccfa06","application_name":"transfer","application_data":{"route":"+1555486"},"continue_on_fail":false,"custom_application_vars":{},"custom_channel_vars":{"account_id":"acme","authorizing_id":"a6ff814a20c8b02da20df3c8013edf19","authorizing_type":"clicktocall","auto_answer_loopback":true,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555486@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-a6ff814a20c8b02da20df3c8013edf19-005674b3e4d3f4781fd7d316e5ccfa06","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
CREATE TABLE buttons (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    revision   TEXT NOT NULL,
    document   TEXT NOT NULL,
    created_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    removed_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "buttons" VALUES('1b58976161b89fcd47ebf51b6f3cf174','acme','1-eccba074e945ce4ca978e94e3e58d558','{"auth_required":true,"dial_first":"extension","timeout":30,"name":"Gone","extension":"1002"}',1.79547718192880749704e+09,1.79547718192880749704e+09,1.79547718193431401255e+09);
INSERT INTO "buttons" VALUES('a6ff814a20c8b02da20df3c8013edf19','acme','1-c0d3a7e89965d8bab42e1ddefb0dff2e','{"auth_required":true,"dial_first":"extension","timeout":20,"name":"Sales","extension":"1001","caller_id_number":"+15550000","outbound_callee_id_name":"Acme, sales","outbound_callee_id_number":"100","throttle":1000,"whitelist":["^\\+1555"],"custom_application_vars":{"crm":"42"},"custom_sip_headers":{"X-Crm":"42"},"music_on_hold":{"media_id":"default"},"ringback":"%(2000,4000,440,480)","a-field-of-others":{"deep":[1,null,"ü"]}}',1.79547718191757154464e+09,1.79547718191757154464e+09,NULL);
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
) STRICT;
INSERT INTO "calls" VALUES('c2c-a6ff814a20c8b02da20df3c8013edf19-8a74eb8683589abb7087ce09d02b92d3','acme','a6ff814a20c8b02da20df3c8013edf19','+15551234','1001','extension',20,1.79547718198974919317e+09,'2026-01-01 23:39:35','ended',1.79547718200444459922e+09,1.79547718202502703662e+09,1.79547718211222672463e+09,16,1.79547718204026937483e+09,1.79547718206074094775e+09,1.79547718211221504214e+09,16,'1.3',1.79547718206077814096e+09,1.79547718211222672463e+09,1,'success',NULL);
INSERT INTO "calls" VALUES('c2c-a6ff814a20c8b02da20df3c8013edf19-005674b3e4d3f4781fd7d316e5ccfa06','acme','a6ff814a20c8b02da20df3c8013edf19','+1555486','1001','extension',20,1.7954771820651335716e+09,'2026-01-01 23:39:35','ended',1.79547718207933044431e+09,1.79547718209991741178e+09,1.7954771821327915192e+09,16,1.79547718211217045784e+09,NULL,1.79547718213277983662e+09,17,'1.13',NULL,1.7954771821327915192e+09,1,'error','USER_BUSY');
INSERT INTO "calls" VALUES('c2c-a6ff814a20c8b02da20df3c8013edf19-61591531ace5dbe913835dcf0c318e08','acme','a6ff814a20c8b02da20df3c8013edf19','+1555404','1001','extension',20,1.79547718214075422283e+09,'2026-01-01 23:39:35','ended',1.79547718215259695046e+09,1.79547718217321062086e+09,1.79547718219434928894e+09,16,NULL,NULL,1.79547718219433927533e+09,1,'1.20',NULL,1.79547718219434928894e+09,1,'error','UNALLOCATED_NUMBER');
INSERT INTO "calls" VALUES('c2c-a6ff814a20c8b02da20df3c8013edf19-e9f5c614103bbd636eee93a78ef9bb7f','acme','a6ff814a20c8b02da20df3c8013edf19','+1555480','1001','extension',20,1.79547718220320463183e+09,'2026-01-01 23:39:35','ended',1.79547718221720600121e+09,1.7954771822376258373e+09,NULL,NULL,1.79547718225224304201e+09,NULL,NULL,NULL,'1.27',NULL,1.7954771833698098659e+09,0,'unknown',NULL);
INSERT INTO "calls" VALUES('c2c-a6ff814a20c8b02da20df3c8013edf19-ca646576b133a8afa3b2b4311db747c7','acme','a6ff814a20c8b02da20df3c8013edf19','+15551480','1001','extension',20,1.79547718444935798642e+09,'2026-01-01 23:39:35','answered',1.79547718446878767015e+09,1.79547718448864889145e+09,NULL,NULL,1.79547718449918603899e+09,NULL,NULL,NULL,'1.36',NULL,NULL,1,NULL,NULL);
INSERT INTO "calls" VALUES('c2c-a6ff814a20c8b02da20df3c8013edf19-acac5d2204cb14d8c6f67c1f41d1d0d1','acme','a6ff814a20c8b02da20df3c8013edf19','+1555777','1001','extension',20,1.79547718446329045288e+09,'2026-01-01 23:39:35','bridged',1.7954771844809122085e+09,1.79547718450344181064e+09,NULL,NULL,1.79547718451347064969e+09,1.79547718453482103352e+09,NULL,NULL,'1.41',1.79547718453485536573e+09,NULL,1,'success',NULL);
CREATE TABLE pulse (id INTEGER PRIMARY KEY CHECK (id = 1), at REAL NOT NULL) STRICT;
INSERT INTO "pulse" VALUES(1,1.79547718343683528896e+09);
CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    scope      TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    note       TEXT NOT NULL,
    created_at REAL NOT NULL,
    expires_at REAL,
    revoked_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "tokens" VALUES('34b6183b','acme','manage',X'7493F12197865E34D07C9B7D71B11AE658AB9C05FDB3F2F6C9C2166FD87B4DFA','the CRM''s',1.79547717661149311063e+09,NULL,NULL);
INSERT INTO "tokens" VALUES('5b094b95','acme','manage',X'4641939A429583C3D8769D9C0CCE6AF0D7960071EE35BBBCDF1CB6E6722F23B1','old',1.7954771780100677014e+09,NULL,1.79547717944414639474e+09);
INSERT INTO "tokens" VALUES('b2dd9acc','acme','connect',X'0FEC3C3987C25AC9DBC5531F7AEDEB96F72E48A8CB064872A190FDE6E2A82160','',1.79547717732621502874e+09,NULL,NULL);
CREATE INDEX calls_open ON calls (state) WHERE state <> 'ended';
CREATE INDEX answers_of_call ON answers (call_id);
CREATE INDEX buttons_of_account ON buttons (account_id, created_at, id) WHERE removed_at IS NULL;
CREATE INDEX calls_of_button ON calls (button_id, requested_at, id);
COMMIT;
PRAGMA user_version = 2;
