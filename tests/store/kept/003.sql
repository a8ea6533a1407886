-- c2cd_6wBfhChbqtjUIM1EalutFwvWHmGb4hi2BHv9-PJdL2Y
BEGIN TRANSACTION;
CREATE TABLE answers (
    button_id   TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    call_id     TEXT NOT NULL,
    answer      TEXT NOT NULL, created_at REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (button_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "answers" VALUES('5eed36865d57a91ba216c15521fcd55b','key-+15551234','4043c82a185140c59e8b6e33ffac4d40d9cda4cf7c978395eee130f00754376a','c2c-5eed36865d57a91ba216c15521fcd55b-fe993a9b0aa258105ae274f6aab7e262','{"call_id":"c2c-5eed36865d57a91ba216c15521fcd55b-fe993a9b0aa258105ae274f6aab7e262","application_name":"transfer","application_data":{"route":"+15551234"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"5eed36865d57a91ba216c15521fcd55b","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+15551234@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-5eed36865d57a91ba216c15521fcd55b-fe993a9b0aa258105ae274f6aab7e262","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.7954766987333817482e+09);
INSERT INTO "answers" VALUES('5eed36865d57a91ba216c15521fcd55b','key-+15551235','bb7ec733c529bd6df69bedfa7421ba5c369b8637bc066d7e4bebdeb76315a689','c2c-5eed36865d57a91ba216c15521fcd55b-489e0f7028d67ff562f884ec875e02a7','{"call_id":"c2c-5eed36865d57a91ba216c15521fcd55b-489e0f7028d67ff562f884ec875e02a7","application_name":"transfer","application_data":{"route":"+15551235"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"5eed36865d57a91ba216c15521fcd55b","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+15551235@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-5eed36865d57a91ba216c15521fcd55b-489e0f7028d67ff562f884ec875e02a7","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79547669893495130538e+09);
INSERT INTO "answers" VALUES('5eed36865d57a91ba216c15521fcd55b','key-+1555404','db15249edec5c34f9de287a6a0ca3159a4a155345fadaa2bc695b4240a88740b','c2c-5eed36865d57a91ba216c15521fcd55b-d4c2601cb551c14fc4ce86b6d196d415','{"call_id":"c2c-5eed36865d57a91ba216c15521fcd55b-d4c2601cb551c14fc4ce86b6d196d415","application_name":"transfer","application_data":{"route":"+1555404"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"5eed36865d57a91ba216c15521fcd55b","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555404@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-5eed36865d57a91ba216c15521fcd55b-d4c2601cb551c14fc4ce86b6d196d415","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79547669887413835522e+09);
INSERT INTO "answers" VALUES('5eed36865d57a91ba216c15521fcd55b','key-+1555480','c2d880156d95bf14c6c0760ace0296160ed1c5132fe5b3ca0deb4a467d1f401b','c2c-5eed36865d57a91ba216c15521fcd55b-7a2b75d84a5d7e901fe3cda75d7eab5f','{"call_id":"c2c-5eed36865d57a91ba216c15521fcd55b-7a2b75d84a5d7e901fe3cda75d7eab5f","application_name":"transfer","application_data":{"route":"+1555480"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"5eed36865d57a91ba216c15521fcd55b","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555480@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-5eed36865d57a91ba216c15521fcd55b-7a2b75d84a5d7e901fe3cda75d7eab5f","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79547669900477623941e+09);
INSERT INTO "answers" VALUES('5eed36865d57a91ba216c15521fcd55b','key-+1555486','f72be9c8a966ea228219a237392ca8b6b698fcb3511b24cb65afcc2b036c1ac3','c2c-5eed36865d57a91ba216c15521fcd55b-1d463108aa9bc515e24872555d6ac469','{"call_id":"c2c-5eed36865d57a91ba216c15521fcd55b-1d463108aa9bc515e24872555d6ac469","application_name":"transfer","application_data":{"route":"+1555486"},"continue_on_fail":false,"custom_application_vars":{"crm":"42"},"custom_channel_vars":{"account_id":"acme","authorizing_id":"5eed36865d57a91ba216c15521fcd55b","authorizing_type":"clicktocall","auto_answer_loopback":false,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555486@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-5eed36865d57a91ba216c15521fcd55b-1d463108aa9bc515e24872555d6ac469","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}',1.79547669880517983434e+09);
CREATE TABLE api_keys (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    note       TEXT NOT NULL,
    created_at REAL NOT NULL,
    revoked_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "api_keys" VALUES('cfd265f9','acme',X'41CB97857B08B0674688E813A1827BD766C5A64BDB2DB0F84AE83006DE1EC16F','a client''s',1795476697.82791,NULL);
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
INSERT INTO "blocks" VALUES('b95c4199dcfb','acme','pattern','^\+1900','asked for it','root',1.79547669864685201647e+09,NULL,NULL);
INSERT INTO "blocks" VALUES('c6e8495789b1','acme','number','+15559999','asked for it','root',1.79547669824194312099e+09,NULL,NULL);
CREATE TABLE buttons (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    revision   TEXT NOT NULL,
    document   TEXT NOT NULL,
    created_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    removed_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "buttons" VALUES('5eed36865d57a91ba216c15521fcd55b','acme','1-bb1d985399262a27026d82b8d2bce2b6','{"auth_required":true,"custom_application_vars":{"crm":"42"},"dial_first":"extension","timeout":20,"name":"Sales","extension":"1001","caller_id_number":"+15550000","outbound_callee_id_name":"Acme, sales","outbound_callee_id_number":"100","throttle":1000,"whitelist":["^\\+1555"],"custom_sip_headers":{"X-Crm":"42"},"music_on_hold":{"media_id":"default"},"ringback":"%(2000,4000,440,480)","a-field-of-others":{"deep":[1,null,"ü"]}}',1.795476698709779501e+09,1.795476698709779501e+09,NULL);
INSERT INTO "buttons" VALUES('75284d7f3a999fc0c07007d0205ff349','acme','1-bf04bed7528683c86e6d12ae0a0f8684','{"auth_required":true,"custom_application_vars":{},"dial_first":"extension","timeout":30,"name":"Gone","extension":"1002"}',1.79547669871465182304e+09,1.79547669871465182304e+09,1.79547669871791648861e+09);
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
INSERT INTO "calls" VALUES('c2c-5eed36865d57a91ba216c15521fcd55b-fe993a9b0aa258105ae274f6aab7e262','acme','5eed36865d57a91ba216c15521fcd55b','+15551234','1001','extension',20,1.7954766987333817482e+09,'2026-01-01 23:31:34','ended',1.79547669874601793296e+09,1.79547669876659727098e+09,1.79547669884812140465e+09,16,1.79547669877691340447e+09,1.79547669879760050772e+09,1.7954766988481073379e+09,16,'1.3',1.79547669879765796666e+09,1.79547669884812140465e+09,1,'success',NULL,NULL,'token 0fbbc47b',14400.0,0);
INSERT INTO "calls" VALUES('c2c-5eed36865d57a91ba216c15521fcd55b-1d463108aa9bc515e24872555d6ac469','acme','5eed36865d57a91ba216c15521fcd55b','+1555486','1001','extension',20,1.79547669880517983434e+09,'2026-01-01 23:31:34','ended',1.79547669881712746624e+09,1.79547669883754658698e+09,1.79547669886873054504e+09,16,1.7954766988482480049e+09,NULL,1.79547669886871814727e+09,17,'1.13',NULL,1.79547669886873054504e+09,1,'error','USER_BUSY',NULL,'token 0fbbc47b',14400.0,0);
INSERT INTO "calls" VALUES('c2c-5eed36865d57a91ba216c15521fcd55b-d4c2601cb551c14fc4ce86b6d196d415','acme','5eed36865d57a91ba216c15521fcd55b','+1555404','1001','extension',20,1.79547669887413835522e+09,'2026-01-01 23:31:34','ended',1.79547669888773870467e+09,1.79547669890845847128e+09,1.79547669892914462091e+09,16,NULL,NULL,1.79547669892913269997e+09,1,'1.20',NULL,1.79547669892914462091e+09,1,'error','UNALLOCATED_NUMBER',NULL,'token 0fbbc47b',14400.0,0);
INSERT INTO "calls" VALUES('c2c-5eed36865d57a91ba216c15521fcd55b-489e0f7028d67ff562f884ec875e02a7','acme','5eed36865d57a91ba216c15521fcd55b','+15551235','1001','extension',20,1.79547669893495130538e+09,'2026-01-01 23:31:34','ended',1.79547669894862771031e+09,1.79547669896920037268e+09,1.79547669905073523522e+09,16,1.79547669897948288918e+09,1.79547669899999904632e+09,1.79547669905072474483e+09,16,'1.27',1.79547669900003910065e+09,1.79547669905073523522e+09,1,'success',NULL,NULL,'token 0fbbc47b',14400.0,0);
INSERT INTO "calls" VALUES('c2c-5eed36865d57a91ba216c15521fcd55b-7a2b75d84a5d7e901fe3cda75d7eab5f','acme','5eed36865d57a91ba216c15521fcd55b','+1555480','1001','extension',20,1.79547669900477623941e+09,'2026-01-01 23:31:34','ended',1.79547669901809263228e+09,1.79547669903866934778e+09,NULL,NULL,1.79547669905068302156e+09,NULL,NULL,NULL,'1.37',NULL,1.79547669992055773735e+09,0,'unknown',NULL,NULL,'token 0fbbc47b',14400.0,0);
INSERT INTO "calls" VALUES('c2c-5eed36865d57a91ba216c15521fcd55b-02c725e4c409910f45a2a6ed444973fd','acme','5eed36865d57a91ba216c15521fcd55b','+15551480','1001','extension',20,1.79547670099954295155e+09,'2026-01-01 23:31:34','answered',1.79547670101257181166e+09,1.79547670103341937067e+09,NULL,NULL,1.79547670104394507407e+09,NULL,NULL,NULL,'1.46',NULL,NULL,1,NULL,NULL,NULL,'token 0fbbc47b',14400.0,0);
INSERT INTO "calls" VALUES('c2c-5eed36865d57a91ba216c15521fcd55b-0c17b113fb5783b71c6c1ac0d6fe1003','acme','5eed36865d57a91ba216c15521fcd55b','+1555777','1001','extension',20,1.79547670100528407094e+09,'2026-01-01 23:31:34','bridged',1.79547670101699352257e+09,1.7954767010376782417e+09,NULL,NULL,1.7954767010482015609e+09,1.79547670106860518457e+09,NULL,NULL,'1.51',1.79547670106864380831e+09,NULL,1,'success',NULL,NULL,'token 0fbbc47b',14400.0,0);
CREATE TABLE pulse (id INTEGER PRIMARY KEY CHECK (id = 1), at REAL NOT NULL) STRICT;
INSERT INTO "pulse" VALUES(1,1.79547669998062515255e+09);
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
INSERT INTO "tokens" VALUES('0fbbc47b','acme','manage',X'2BB3D6CA409C201D184389D1C5D8D442ACFD30CD4F05C202FE797D29900D484A','the CRM''s',1.79547669558231472964e+09,NULL,NULL,NULL,1.79547669870756030079e+09);
INSERT INTO "tokens" VALUES('379e51bf','acme','manage',X'82A3A1DD69ADCD73C9D848CFF4F6420324BA21D72FED638BED64A360D825D111','given for API key cfd265f9',1.79547669788708400724e+09,1.79548029788708400729e+09,NULL,'cfd265f9',NULL);
INSERT INTO "tokens" VALUES('436c1825','acme','manage',X'1C60E207B1DA2E3D4D68A597FE3C0ADA1A56610DA207F0FF53EE246E6E8025F7','old',1.79547669642661166192e+09,NULL,1.79547669735519576077e+09,NULL,NULL);
INSERT INTO "tokens" VALUES('5996489a','acme','connect',X'8FE3583DAB539BFC63262C1B5D4656E174C8DAC5D28E47B9AA98540DE4AF6130','',1.79547669601135563848e+09,NULL,NULL,NULL,NULL);
CREATE TABLE used_signatures (
    nonce      TEXT PRIMARY KEY,
    call_id    TEXT NOT NULL,
    expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "used_signatures" VALUES('ErRMGPjKFZMPER5ums9Ywg','c2c-5eed36865d57a91ba216c15521fcd55b-489e0f7028d67ff562f884ec875e02a7',1.79548029872099757192e+09);
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
