-- c2cd_uGYpS6BTDupImD6Y0MX6I1j5i_Vja_rns9V6B_H9q-g
BEGIN TRANSACTION;
CREATE TABLE answers (
    button_id   TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    call_id     TEXT NOT NULL,
    answer      TEXT NOT NULL,
    PRIMARY KEY (button_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "answers" VALUES('e74beb0831fbd92e0d3d763ba67dcb5a','key-+15551234','+15551234','c2c-e74beb0831fbd92e0d3d763ba67dcb5a-d250596edcf0850eb24635afbc04e1fd','{"call_id":"c2c-e74beb0831fbd92e0d3d763ba67dcb5a-d250596edcf0850eb24635afbc04e1fd","application_name":"transfer","application_data":{"route":"+15551234"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"e74beb0831fbd92e0d3d763ba67dcb5a","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+15551234@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-e74beb0831fbd92e0d3d763ba67dcb5a-d250596edcf0850eb24635afbc04e1fd","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
INSERT INTO "answers" VALUES('e74beb0831fbd92e0d3d763ba67dcb5a','key-+1555404','+1555404','c2c-e74beb0831fbd92e0d3d763ba67dcb5a-daa6eb8b504474c5ad7bb3cab7bb2167','{"call_id":"c2c-e74beb0831fbd92e0d3d763ba67dcb5a-daa6eb8b504474c5ad7bb3cab7bb2167","application_name":"transfer","application_data":{"route":"+1555404"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"e74beb0831fbd92e0d3d763ba67dcb5a","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555404@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-e74beb0831fbd92e0d3d763ba67dcb5a-daa6eb8b504474c5ad7bb3cab7bb2167","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
INSERT INTO "answers" VALUES('e74beb0831fbd92e0d3d763ba67dcb5a','key-+1555480','+1555480','c2c-e74beb0831fbd92e0d3d763ba67dcb5a-9b5d3dfc1c0e74895ab1020986af7d0e','{"call_id":"c2c-e74beb0831fbd92e0d3d763ba67dcb5a-9b5d3dfc1c0e74895ab1020986af7d0e","application_name":"transfer","application_data":{"route":"+1555480"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"e74beb0831fbd92e0d3d763ba67dcb5a","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555480@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-e74beb0831fbd92e0d3d763ba67dcb5a-9b5d3dfc1c0e74895ab1020986af7d0e","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
INSERT INTO "answers" VALUES('e74beb0831fbd92e0d3d763ba67dcb5a','key-+1555486','+1555486','c2c-e74beb0831fbd92e0d3d763ba67dcb5a-afc7b4d2a171623a1196657033ac88b5','{"call_id":"c2c-e74beb0831fbd92e0d3d763ba67dcb5a-afc7b4d2a171623a1196657033ac88b5","application_name":"transfer","application_data":{"route":"+1555486"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"e74beb0831fbd92e0d3d763ba67dcb5a","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555486@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-e74beb0831fbd92e0d3d763ba67dcb5a-afc7b4d2a171623a1196657033ac88b5","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
CREATE TABLE api_keys (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    note       TEXT NOT NULL,
    created_at REAL NOT NULL,
    revoked_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "api_keys" VALUES('53a62f9f','acme',X'366F5384F2302978E057FCACC6173F0D22058AF70B865F3F25637D552D607424','a client''s',1.79547669053611731529e+09,NULL);
CREATE TABLE buttons (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    revision   TEXT NOT NULL,
    document   TEXT NOT NULL,
    created_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    removed_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "buttons" VALUES('e74beb0831fbd92e0d3d763ba67dcb5a','acme','1-bc624589012c68467b691ab0ce59bd4e','{"auth_required":true,"custom_application_vars":{"crm":"42"},"dial_first":"extension","timeout":20,"name":"Sales","extension":"1001","caller_id_number":"+15550000","outbound_callee_id_name":"Acme, sales","outbound_callee_id_number":"100","throttle":1000,"whitelist":["^\\+1555"],"custom_sip_headers":{"X-Crm":"42"},"music_on_hold":{"media_id":"default"},"ringback":"%(2000,4000,440,480)","a-field-of-others":{"deep":[1,null,"ü"]}}',1.79547669123885512347e+09,1.79547669123885512347e+09,NULL);
INSERT INTO "buttons" VALUES('fc493610afdef862b42e7f05ed4c3d0c','acme','1-a0ee9c55baec40d5f2c2a2ebe013df00','{"auth_required":true,"custom_application_vars":{},"dial_first":"extension","timeout":30,"name":"Gone","extension":"1002"}',1.79547669124420094491e+09,1.79547669124420094491e+09,1.79547669125032210348e+09);
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
, ended_by TEXT) STRICT;
INSERT INTO "calls" VALUES('c2c-e74beb0831fbd92e0d3d763ba67dcb5a-d250596edcf0850eb24635afbc04e1fd','acme','e74beb0831fbd92e0d3d763ba67dcb5a','+15551234','1001','extension',20,1.79547669127872657783e+09,'2026-01-01 23:31:28','ended',1.79547669129190444947e+09,1.79547669131224513052e+09,1.7954766913933420181e+09,16,1.79547669132245206837e+09,1.79547669134300637242e+09,1.7954766913933303356e+09,16,'1.3',1.79547669134304308889e+09,1.7954766913933420181e+09,1,'success',NULL,NULL);
INSERT INTO "calls" VALUES('c2c-e74beb0831fbd92e0d3d763ba67dcb5a-afc7b4d2a171623a1196657033ac88b5','acme','e74beb0831fbd92e0d3d763ba67dcb5a','+1555486','1001','extension',20,1.79547669134767222407e+09,'2026-01-01 23:31:28','ended',1.79547669136011576649e+09,1.79547669138086700433e+09,1.79547669141285061835e+09,16,1.79547669139106678961e+09,NULL,1.79547669141284036635e+09,17,'1.13',NULL,1.79547669141285061835e+09,1,'error','USER_BUSY',NULL);
INSERT INTO "calls" VALUES('c2c-e74beb0831fbd92e0d3d763ba67dcb5a-daa6eb8b504474c5ad7bb3cab7bb2167','acme','e74beb0831fbd92e0d3d763ba67dcb5a','+1555404','1001','extension',20,1.79547669141716051098e+09,'2026-01-01 23:31:28','ended',1.79547669142971134188e+09,1.79547669145036244394e+09,1.79547669147081637381e+09,16,NULL,NULL,1.79547669147080683708e+09,1,'1.20',NULL,1.79547669147081637381e+09,1,'error','UNALLOCATED_NUMBER',NULL);
INSERT INTO "calls" VALUES('c2c-e74beb0831fbd92e0d3d763ba67dcb5a-9b5d3dfc1c0e74895ab1020986af7d0e','acme','e74beb0831fbd92e0d3d763ba67dcb5a','+1555480','1001','extension',20,1.7954766914753763676e+09,'2026-01-01 23:31:28','ended',1.79547669148919343952e+09,1.79547669150974774365e+09,NULL,NULL,1.7954766915201969147e+09,NULL,NULL,NULL,'1.27',NULL,1.79547669228948330883e+09,0,'unknown',NULL,NULL);
INSERT INTO "calls" VALUES('c2c-e74beb0831fbd92e0d3d763ba67dcb5a-3ff25156d3f51c594f0d3c231946a2cd','acme','e74beb0831fbd92e0d3d763ba67dcb5a','+15551480','1001','extension',20,1.79547669333751296993e+09,'2026-01-01 23:31:28','answered',1.79547669335203886028e+09,1.79547669337295842176e+09,NULL,NULL,1.79547669338356781013e+09,NULL,NULL,NULL,'1.36',NULL,NULL,1,NULL,NULL,NULL);
INSERT INTO "calls" VALUES('c2c-e74beb0831fbd92e0d3d763ba67dcb5a-e0d114fc6a5a7118f695a18f192ef324','acme','e74beb0831fbd92e0d3d763ba67dcb5a','+1555777','1001','extension',20,1.79547669334326934816e+09,'2026-01-01 23:31:28','bridged',1.7954766933563921452e+09,1795476693.37717,NULL,NULL,1.79547669338783931732e+09,1.79547669340853095049e+09,NULL,NULL,'1.41',1.79547669340856432917e+09,NULL,1,'success',NULL,NULL);
CREATE TABLE pulse (id INTEGER PRIMARY KEY CHECK (id = 1), at REAL NOT NULL) STRICT;
INSERT INTO "pulse" VALUES(1,1.79547669233089852332e+09);
CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    scope      TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    note       TEXT NOT NULL,
    created_at REAL NOT NULL,
    expires_at REAL,
    revoked_at REAL
, api_key_id TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "tokens" VALUES('68128b6e','acme','connect',X'CC71471ED8F9AC00E96FF4FB037D72B95506C9653773C7C93F42DF70F05B47FD','',1.79547668922120618817e+09,NULL,NULL,NULL);
INSERT INTO "tokens" VALUES('97873bec','acme','manage',X'9028FF90B9EF431C772A0A83C9DAC5D5718D0847EB2DBF32BA9F7E0E778AD4C0','old',1.79547668954630398755e+09,NULL,1.79547669022689533233e+09,NULL);
INSERT INTO "tokens" VALUES('c3ff1b79','acme','manage',X'94D1DF948368FF14C9552E7A6CB1D2B893EECE9D8F8D4D282F06416898D39612','the CRM''s',1.79547668888346052167e+09,NULL,NULL,NULL);
INSERT INTO "tokens" VALUES('db76f6c0','acme','manage',X'453DF936B3E392B2A12EFD6C9593344CFA84D3CB21C943FB16AB5289C47A5F82','given for API key 53a62f9f',1.79547669058438968655e+09,1.79548029058438968663e+09,NULL,'53a62f9f');
CREATE INDEX calls_open ON calls (state) WHERE state <> 'ended';
CREATE INDEX answers_of_call ON answers (call_id);
CREATE INDEX buttons_of_account ON buttons (account_id, created_at, id) WHERE removed_at IS NULL;
CREATE INDEX calls_of_button ON calls (button_id, requested_at, id);
CREATE INDEX tokens_of_keys ON tokens (expires_at) WHERE api_key_id IS NOT NULL;
COMMIT;
PRAGMA user_version = 2;
