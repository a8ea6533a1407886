-- c2cd_2SeLNJubGBG8M4ekZs0pgnpKsKt5thp79K7N_aMKYLQ
BEGIN TRANSACTION;
CREATE TABLE answers (
    button_id   TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    call_id     TEXT NOT NULL,
    answer      TEXT NOT NULL, created_at REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (button_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "answers" VALUES('0308f88db5fd760a8adf220a63a06dca','key-+15551234','4043c82a185140c59e8b6e33ffac4d40d9cda4cf7c978395eee130f00754376a','c2c-0308f88db5fd760a8adf220a63a06dca-97aa7b04420973c80397417766dcf6e6','{"call_id":"c2c-0308f88db5fd760a8adf220a63a06dca-97aa7b04420973c80397417766dcf6e6","application_name":"transfer","application_data":{"route":"+15551234"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"0308f88db5fd760a8adf220a63a06dca","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+15551234@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-0308f88db5fd760a8adf220a63a06dca-97aa7b04420973c80397417766dcf6e6","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79547670694108629221e+09);
INSERT INTO "answers" VALUES('0308f88db5fd760a8adf220a63a06dca','key-+15551235','6568c5b71a511006de94d1495a907bbdf9c76bfd73331ba643c50d6a7a210b8b','c2c-0308f88db5fd760a8adf220a63a06dca-84cf3c91f36f9d2d6f2cbd342414d768','{"call_id":"c2c-0308f88db5fd760a8adf220a63a06dca-84cf3c91f36f9d2d6f2cbd342414d768","application_name":"transfer","application_data":{"route":"+15551235"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"0308f88db5fd760a8adf220a63a06dca","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+15551235@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-0308f88db5fd760a8adf220a63a06dca-84cf3c91f36f9d2d6f2cbd342414d768","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79547670714052510264e+09);
INSERT INTO "answers" VALUES('0308f88db5fd760a8adf220a63a06dca','key-+1555404','db15249edec5c34f9de287a6a0ca3159a4a155345fadaa2bc695b4240a88740b','c2c-0308f88db5fd760a8adf220a63a06dca-2dd98ddb92f4cd3148afbebb324d5876','{"call_id":"c2c-0308f88db5fd760a8adf220a63a06dca-2dd98ddb92f4cd3148afbebb324d5876","application_name":"transfer","application_data":{"route":"+1555404"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"0308f88db5fd760a8adf220a63a06dca","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555404@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-0308f88db5fd760a8adf220a63a06dca-2dd98ddb92f4cd3148afbebb324d5876","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79547670707873630521e+09);
INSERT INTO "answers" VALUES('0308f88db5fd760a8adf220a63a06dca','key-+1555480','c2d880156d95bf14c6c0760ace0296160ed1c5132fe5b3ca0deb4a467d1f401b','c2c-0308f88db5fd760a8adf220a63a06dca-f755ceea87dff7988c6a3768f4687cc5','{"call_id":"c2c-0308f88db5fd760a8adf220a63a06dca-f755ceea87dff7988c6a3768f4687cc5","application_name":"transfer","application_data":{"route":"+1555480"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"0308f88db5fd760a8adf220a63a06dca","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555480@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-0308f88db5fd760a8adf220a63a06dca-f755ceea87dff7988c6a3768f4687cc5","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79547670720889854427e+09);
INSERT INTO "answers" VALUES('0308f88db5fd760a8adf220a63a06dca','key-+1555486','f72be9c8a966ea228219a237392ca8b6b698fcb3511b24cb65afcc2b036c1ac3','c2c-0308f88db5fd760a8adf220a63a06dca-f372861887a20ac998a6a91bf077e149','{"call_id":"c2c-0308f88db5fd760a8adf220a63a06dca-f372861887a20ac998a6a91bf077e149","application_name":"transfer","application_data":{"route":"+1555486"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"0308f88db5fd760a8adf220a63a06dca","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555486@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-0308f88db5fd760a8adf220a63a06dca-f372861887a20ac998a6a91bf077e149","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79547670700948762889e+09);
CREATE TABLE api_keys (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    note       TEXT NOT NULL,
    created_at REAL NOT NULL,
    revoked_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "api_keys" VALUES('5cc2684c','acme',X'CD4DE61A35A6EABD12903023CBFA8F259C1E0EC3CE601EC3355C20AF14FBE333','a client''s',1.79547670568659234044e+09,NULL);
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
INSERT INTO "blocks" VALUES('041a9903c4dd','acme','pattern','^\+1900','asked for it','root',1.7954767067528722286e+09,NULL,NULL);
INSERT INTO "blocks" VALUES('ac919c89cfff','acme','number','+15559999','asked for it','root',1.7954767062356526852e+09,NULL,NULL);
CREATE TABLE buttons (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    revision   TEXT NOT NULL,
    document   TEXT NOT NULL,
    created_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    removed_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "buttons" VALUES('0308f88db5fd760a8adf220a63a06dca','acme','1-187a8af0eb44d0154d2623070d14848b','{"auth_required":true,"custom_application_vars":{"crm":"42"},"dial_first":"extension","timeout":20,"name":"Sales","extension":"1001","caller_id_number":"+15550000","outbound_callee_id_name":"Acme, sales","outbound_callee_id_number":"100","throttle":1000,"whitelist":["^\\+1555"],"custom_sip_headers":{"X-Crm":"42"},"music_on_hold":{"media_id":"default"},"ringback":"%(2000,4000,440,480)","a-field-of-others":{"deep":[1,null,"ü"]}}',1.79547670691714382172e+09,1.79547670691714382172e+09,NULL);
INSERT INTO "buttons" VALUES('c4723b5af9a6c62b5d4906a92894b8e2','acme','1-48c7f210877255522535611ef94c0593','{"auth_required":true,"custom_application_vars":{},"dial_first":"extension","timeout":30,"name":"Gone","extension":"1002"}',1.795476706922342062e+09,1.795476706922342062e+09,1.79547670692607283593e+09);
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
INSERT INTO "calls" VALUES('c2c-0308f88db5fd760a8adf220a63a06dca-97aa7b04420973c80397417766dcf6e6','acme','0308f88db5fd760a8adf220a63a06dca','+15551234','1001','extension',20,1.79547670694108629221e+09,'2026-01-01 23:31:42','ended',1.79547670695333886148e+09,1.79547670697391772271e+09,1.79547670705590319637e+09,16,1.79547670698443460465e+09,1.79547670700483107562e+09,1.79547670705589175227e+09,16,'1.3',1.79547670700496530531e+09,1.79547670705590319637e+09,1,'success',NULL,NULL,'token e43cb883',14400.0,0);
INSERT INTO "calls" VALUES('c2c-0308f88db5fd760a8adf220a63a06dca-f372861887a20ac998a6a91bf077e149','acme','0308f88db5fd760a8adf220a63a06dca','+1555486','1001','extension',20,1.79547670700948762889e+09,'2026-01-01 23:31:42','ended',1.7954767070212960243e+09,1795476707.04232,1.79547670707337093357e+09,16,1.79547670705236315732e+09,NULL,1.79547670707335042957e+09,17,'1.13',NULL,1.79547670707337093357e+09,1,'error','USER_BUSY',NULL,'token e43cb883',14400.0,0);
INSERT INTO "calls" VALUES('c2c-0308f88db5fd760a8adf220a63a06dca-2dd98ddb92f4cd3148afbebb324d5876','acme','0308f88db5fd760a8adf220a63a06dca','+1555404','1001','extension',20,1.79547670707873630521e+09,'2026-01-01 23:31:42','ended',1.79547670709200096134e+09,1.79547670711279439923e+09,1.79547670713341951369e+09,16,NULL,NULL,1.79547670713323664665e+09,1,'1.20',NULL,1.79547670713341951369e+09,1,'error','UNALLOCATED_NUMBER',NULL,'token e43cb883',14400.0,0);
INSERT INTO "calls" VALUES('c2c-0308f88db5fd760a8adf220a63a06dca-84cf3c91f36f9d2d6f2cbd342414d768','acme','0308f88db5fd760a8adf220a63a06dca','+15551235','1001','extension',20,1.79547670714052510264e+09,'2026-01-01 23:31:42','ended',1.79547670715266704556e+09,1.79547670717333054547e+09,1.79547670725539445873e+09,16,1.79547670718360590936e+09,1.795476707204179287e+09,1.7954767072553834915e+09,16,'1.27',1.79547670720421838766e+09,1.79547670725539445873e+09,1,'success',NULL,NULL,'token e43cb883',14400.0,0);
INSERT INTO "calls" VALUES('c2c-0308f88db5fd760a8adf220a63a06dca-f755ceea87dff7988c6a3768f4687cc5','acme','0308f88db5fd760a8adf220a63a06dca','+1555480','1001','extension',20,1.79547670720889854427e+09,'2026-01-01 23:31:42','ended',1.79547670722225236896e+09,1.79547670724285364151e+09,NULL,NULL,1.79547670725309514998e+09,NULL,NULL,NULL,'1.37',NULL,1.79547670816244029994e+09,0,'unknown',NULL,NULL,'token e43cb883',14400.0,0);
INSERT INTO "calls" VALUES('c2c-0308f88db5fd760a8adf220a63a06dca-5cad5b096def7d1a28283dfb03dca345','acme','0308f88db5fd760a8adf220a63a06dca','+15551480','1001','extension',20,1.7954767092010009288e+09,'2026-01-01 23:31:42','answered',1.79547670921416378016e+09,1.79547670923504686353e+09,NULL,NULL,1.79547670924559831621e+09,NULL,NULL,NULL,'1.46',NULL,NULL,1,NULL,NULL,NULL,'token e43cb883',14400.0,0);
INSERT INTO "calls" VALUES('c2c-0308f88db5fd760a8adf220a63a06dca-5116c23c4f5c99c7739526400ae80252','acme','0308f88db5fd760a8adf220a63a06dca','+1555777','1001','extension',20,1.79547670920595860482e+09,'2026-01-01 23:31:42','bridged',1.79547670921848225595e+09,1.7954767092393903732e+09,NULL,NULL,1.79547670924980378153e+09,1.79547670927027368543e+09,NULL,NULL,'1.51',1795476709.27033,NULL,1,'success',NULL,NULL,'token e43cb883',14400.0,0);
CREATE TABLE changes (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL) STRICT;
INSERT INTO "changes" VALUES(1,10);
CREATE TABLE pulse (id INTEGER PRIMARY KEY CHECK (id = 1), at REAL NOT NULL) STRICT;
INSERT INTO "pulse" VALUES(1,1.79547670818860721593e+09);
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
INSERT INTO "tokens" VALUES('a07c6091','acme','manage',X'4C09090BF6D1091DB4789FBBDEB86E3A5ADC442C1C5663A132BBA33A8E364B3E','given for API key 5cc2684c',1.79547670584987235074e+09,1.79548030584987235074e+09,NULL,'5cc2684c',NULL);
INSERT INTO "tokens" VALUES('c38eeda3','acme','connect',X'F80D936D5566E4685799D335C1B5477680C090F7B7D05B90C4D94D68A0497B9F','',1.79547670367689847946e+09,NULL,NULL,NULL,NULL);
INSERT INTO "tokens" VALUES('e43cb883','acme','manage',X'3E6A4D09877835206423E5A7D59F279BC859630CB32115BBAAE486F4A6BFA3C4','the CRM''s',1.79547670313874697684e+09,NULL,NULL,NULL,1.7954767069139401913e+09);
INSERT INTO "tokens" VALUES('f662653e','acme','manage',X'3EEB2F8E85A300C054EF1E7B8C574CA1DA5882182025DEA2AE4501047DE50681','old',1.7954767041870956421e+09,NULL,1.79547670516901540756e+09,NULL,NULL);
CREATE TABLE used_signatures (
    nonce      TEXT PRIMARY KEY,
    call_id    TEXT NOT NULL,
    expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "used_signatures" VALUES('yXclF9rTAwWWi5xvvQuzgw','c2c-0308f88db5fd760a8adf220a63a06dca-84cf3c91f36f9d2d6f2cbd342414d768',1.79548030693144464488e+09);
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
COMMIT;
PRAGMA user_version = 4;
