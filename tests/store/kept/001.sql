-- c2cd_pOCwabvoLCJGriLX96VniqagKoJcbiWaEq6JNE3zrl0
BEGIN TRANSACTION;
CREATE TABLE answers (
    button_id   TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    call_id     TEXT NOT NULL,
    answer      TEXT NOT NULL,
    PRIMARY KEY (button_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "answers" VALUES('a67487d8a60bbd913e3c9348ed400098','key-+15551234','+15551234','c2c-a67487d8a60bbd913e3c9348ed400098-911e8aeeb583e39f5de5c906813a21f8','{"call_id":"c2c-a67487d8a60bbd913e3c9348ed400098-911e8aeeb583e39f5de5c906813a21f8","application_name":"transfer","application_data":{"route":"+15551234"},"continue_on_fail":false,"custom_application_vars":{},"custom_channel_vars":{"account_id":"acme","authorizing_id":"a67487d8a60bbd913e3c9348ed400098","authorizing_type":"clicktocall","auto_answer_loopback":true,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+15551234@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-a67487d8a60bbd913e3c9348ed400098-911e8aeeb583e39f5de5c906813a21f8","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
INSERT INTO "answers" VALUES('a67487d8a60bbd913e3c9348ed400098','key-+1555404','+1555404','c2c-a67487d8a60bbd913e3c9348ed400098-838fa645de5538fecba7c57485b4eb54','{"call_id":"c2c-a67487d8a60bbd913e3c9348ed400098-838fa645de5538fecba7c57485b4eb54","application_name":"transfer","application_data":{"route":"+1555404"},"continue_on_fail":false,"custom_application_vars":{},"custom_channel_vars":{"account_id":"acme","authorizing_id":"a67487d8a60bbd913e3c9348ed400098","authorizing_type":"clicktocall","auto_answer_loopback":true,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555404@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-a67487d8a60bbd913e3c9348ed400098-838fa645de5538fecba7c57485b4eb54","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
INSERT INTO "answers" VALUES('a67487d8a60bbd913e3c9348ed400098','key-+1555480','+1555480','c2c-a67487d8a60bbd913e3c9348ed400098-9a3ca052bc4c700d3d20837f7a2fcca7','{"call_id":"c2c-a67487d8a60bbd913e3c9348ed400098-9a3ca052bc4c700d3d20837f7a2fcca7","application_name":"transfer","application_data":{"route":"+1555480"},"continue_on_fail":false,"custom_application_vars":{},"custom_channel_vars":{"account_id":"acme","authorizing_id":"a67487d8a60bbd913e3c9348ed400098","authorizing_type":"clicktocall","auto_answer_loopback":true,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555480@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-a67487d8a60bbd913e3c9348ed400098-9a3ca052bc4c700d3d20837f7a2fcca7","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
INSERT INTO "answers" VALUES('a67487d8a60bbd913e3c9348ed400098','key-+1555486','+1555486','c2c-a67487d8a60bbd913e3c9348ed400098-96fe3cc54f7874e3c6ce34fe4fb0599a','{"call_id":"c2c-a67487d8a60bbd913e3c9348ed400098-96fe3cc54f7874e3c6ce34fe4fb0599a","application_name":"transfer","application_data":{"route":"+1555486"},"continue_on_fail":false,"custom_application_vars":{},"custom_channel_vars":{"account_id":"acme","authorizing_id":"a67487d8a60bbd913e3c9348ed400098","authorizing_type":"clicktocall","auto_answer_loopback":true,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555486@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-a67487d8a60bbd913e3c9348ed400098-96fe3cc54f7874e3c6ce34fe4fb0599a","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
CREATE TABLE buttons (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    revision   TEXT NOT NULL,
    document   TEXT NOT NULL,
    created_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    removed_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "buttons" VALUES('10a1a224eb3b7df0d4a86d6fc3914921','acme','1-bb5794737a3172e7e9fa64f26acc31c3','{"auth_required":true,"dial_first":"extension","timeout":30,"name":"Gone","extension":"1002"}',1.79547668484631824494e+09,1.79547668484631824494e+09,1.79547668484983181957e+09);
INSERT INTO "buttons" VALUES('a67487d8a60bbd913e3c9348ed400098','acme','1-e19eb85c666469876a45f26fb3be471f','{"auth_required":true,"dial_first":"extension","timeout":20,"name":"Sales","extension":"1001","caller_id_number":"+15550000","outbound_callee_id_name":"Acme, sales","outbound_callee_id_number":"100","throttle":1000,"whitelist":["^\\+1555"],"custom_application_vars":{"crm":"42"},"custom_sip_headers":{"X-Crm":"42"},"music_on_hold":{"media_id":"default"},"ringback":"%(2000,4000,440,480)","a-field-of-others":{"deep":[1,null,"ü"]}}',1.79547668484203672405e+09,1.79547668484203672405e+09,NULL);
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
INSERT INTO "calls" VALUES('c2c-a67487d8a60bbd913e3c9348ed400098-911e8aeeb583e39f5de5c906813a21f8','acme','a67487d8a60bbd913e3c9348ed400098','+15551234','1001','extension',20,1.79547668487418532372e+09,'2026-01-01 23:31:21','ended',1.79547668488615775111e+09,1.7954766849067964554e+09,1.7954766849888784885e+09,16,1.79547668491705298418e+09,1.79547668493787813187e+09,1.79547668498886752123e+09,16,'1.3',1.79547668493792104719e+09,1.7954766849888784885e+09,1,'success',NULL);
INSERT INTO "calls" VALUES('c2c-a67487d8a60bbd913e3c9348ed400098-96fe3cc54f7874e3c6ce34fe4fb0599a','acme','a67487d8a60bbd913e3c9348ed400098','+1555486','1001','extension',20,1.79547668494519567497e+09,'2026-01-01 23:31:21','ended',1.79547668495801186565e+09,1.79547668497876691815e+09,1.79547668500940608982e+09,16,1.79547668498892378811e+09,NULL,1.79547668500939440732e+09,17,'1.13',NULL,1.79547668500940608982e+09,1,'error','USER_BUSY');
INSERT INTO "calls" VALUES('c2c-a67487d8a60bbd913e3c9348ed400098-838fa645de5538fecba7c57485b4eb54','acme','a67487d8a60bbd913e3c9348ed400098','+1555404','1001','extension',20,1.79547668501442909245e+09,'2026-01-01 23:31:21','ended',1.79547668502636241917e+09,1.79547668504712247851e+09,1.795476685068239212e+09,16,NULL,NULL,1.79547668506822919844e+09,1,'1.20',NULL,1.795476685068239212e+09,1,'error','UNALLOCATED_NUMBER');
INSERT INTO "calls" VALUES('c2c-a67487d8a60bbd913e3c9348ed400098-9a3ca052bc4c700d3d20837f7a2fcca7','acme','a67487d8a60bbd913e3c9348ed400098','+1555480','1001','extension',20,1.79547668507310056681e+09,'2026-01-01 23:31:21','ended',1.79547668508617067331e+09,1.79547668510694479948e+09,NULL,NULL,1.79547668511721301076e+09,NULL,NULL,NULL,'1.27',NULL,1.79547668594823575018e+09,0,'unknown',NULL);
INSERT INTO "calls" VALUES('c2c-a67487d8a60bbd913e3c9348ed400098-e2aa3f73184631ae99ca89d88f4b8898','acme','a67487d8a60bbd913e3c9348ed400098','+15551480','1001','extension',20,1795476686.98074,'2026-01-01 23:31:21','answered',1.7954766869944741726e+09,1.79547668701576805115e+09,NULL,NULL,1.79547668702631187435e+09,NULL,NULL,NULL,'1.36',NULL,NULL,1,NULL,NULL);
INSERT INTO "calls" VALUES('c2c-a67487d8a60bbd913e3c9348ed400098-91102931f06e6780cca5715c9b23e30a','acme','a67487d8a60bbd913e3c9348ed400098','+1555777','1001','extension',20,1.79547668698631310464e+09,'2026-01-01 23:31:21','bridged',1.79547668699909138676e+09,1.79547668702012038228e+09,NULL,NULL,1.79547668703058719633e+09,1.79547668705108833314e+09,NULL,NULL,'1.41',1.79547668705113291735e+09,NULL,1,'success',NULL);
CREATE TABLE pulse (id INTEGER PRIMARY KEY CHECK (id = 1), at REAL NOT NULL) STRICT;
INSERT INTO "pulse" VALUES(1,1.79547668597379040723e+09);
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
INSERT INTO "tokens" VALUES('0c348779','acme','manage',X'34C21F68F86E8B015D51D31743D5A66C9BAC276A2B07C508B4F40948FFB04AB8','the CRM''s',1.79547668243820881845e+09,NULL,NULL);
INSERT INTO "tokens" VALUES('85d0bc87','acme','manage',X'B581F4A4CF98F8D1CE427936752A2C5F943755DC0E002CF53B3D499BA7464D25','old',1.7954766831142828465e+09,NULL,1.79547668380397415161e+09);
INSERT INTO "tokens" VALUES('92d18e17','acme','connect',X'F8442C47CA9E021FA66E3964AE6AF7B1CEBB50AE59596073218531FA4A20E40C','',1.79547668278131413461e+09,NULL,NULL);
CREATE INDEX buttons_of_account ON buttons (account_id, created_at DESC) WHERE removed_at IS NULL;
CREATE INDEX calls_of_button ON calls (button_id, requested_at DESC);
CREATE INDEX calls_open ON calls (state) WHERE state <> 'ended';
CREATE INDEX answers_of_call ON answers (call_id);
COMMIT;
PRAGMA user_version = 1;
