-- c2cd_yZgnpmoBrLRQS1OSrhuWfr2m3qTmWdrsbRb7D1m0lHA
BEGIN TRANSACTION;
CREATE TABLE answers (
    button_id   TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    call_id     TEXT NOT NULL,
    answer      TEXT NOT NULL,
    PRIMARY KEY (button_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "answers" VALUES('273b92757841ce3138c98e4ceb1084a5','key-+15551234','+15551234','c2c-273b92757841ce3138c98e4ceb1084a5-68df3d0c0393d744f354b61cc9825ad1','{"call_id":"c2c-273b92757841ce3138c98e4ceb1084a5-68df3d0c0393d744f354b61cc9825ad1","application_name":"transfer","application_data":{"route":"+15551234"},"continue_on_fail":false,"custom_application_vars":{},"custom_channel_vars":{"account_id":"acme","authorizing_id":"273b92757841ce3138c98e4ceb1084a5","authorizing_type":"clicktocall","auto_answer_loopback":true,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+15551234@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-273b92757841ce3138c98e4ceb1084a5-68df3d0c0393d744f354b61cc9825ad1","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
INSERT INTO "answers" VALUES('273b92757841ce3138c98e4ceb1084a5','key-+1555404','+1555404','c2c-273b92757841ce3138c98e4ceb1084a5-21d80e773cce777ae8043ff47bf35439','{"call_id":"c2c-273b92757841ce3138c98e4ceb1084a5-21d80e773cce777ae8043ff47bf35439","application_name":"transfer","application_data":{"route":"+1555404"},"continue_on_fail":false,"custom_application_vars":{},"custom_channel_vars":{"account_id":"acme","authorizing_id":"273b92757841ce3138c98e4ceb1084a5","authorizing_type":"clicktocall","auto_answer_loopback":true,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555404@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-273b92757841ce3138c98e4ceb1084a5-21d80e773cce777ae8043ff47bf35439","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
INSERT INTO "answers" VALUES('273b92757841ce3138c98e4ceb1084a5','key-+1555480','+1555480','c2c-273b92757841ce3138c98e4ceb1084a5-9de2d0c2019b2ffeb52ca6be30db44fb','{"call_id":"c2c-273b92757841ce3138c98e4ceb1084a5-9de2d0c2019b2ffeb52ca6be30db44fb","application_name":"transfer","application_data":{"route":"+1555480"},"continue_on_fail":false,"custom_application_vars":{},"custom_channel_vars":{"account_id":"acme","authorizing_id":"273b92757841ce3138c98e4ceb1084a5","authorizing_type":"clicktocall","auto_answer_loopback":true,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555480@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-273b92757841ce3138c98e4ceb1084a5-9de2d0c2019b2ffeb52ca6be30db44fb","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
INSERT INTO "answers" VALUES('273b92757841ce3138c98e4ceb1084a5','key-+1555486','+1555486','c2c-273b92757841ce3138c98e4ceb1084a5-5a5929dee3b8e3910884e33c90bac5f1','{"call_id":"c2c-273b92757841ce3138c98e4ceb1084a5-5a5929dee3b8e3910884e33c90bac5f1","application_name":"transfer","application_data":{"route":"+1555486"},"continue_on_fail":false,"custom_application_vars":{},"custom_channel_vars":{"account_id":"acme","authorizing_id":"273b92757841ce3138c98e4ceb1084a5","authorizing_type":"clicktocall","auto_answer_loopback":true,"from_uri":"+15550000@acme.example","inherit_codec":false,"loopback_request_uri":"1001@acme.example","request_uri":"+1555486@acme.example","retain_cid":true},"dial_endpoint_method":"single","endpoints":[{"invite_format":"loopback","route":"1001","to_did":"1001","to_realm":"acme.example"}],"export_custom_channel_vars":["account_id","authorizing_id","authorizing_type","retain_cid"],"ignore_early_media":true,"loopback_bowout":"false","outbound_call_id":"c2c-273b92757841ce3138c98e4ceb1084a5-5a5929dee3b8e3910884e33c90bac5f1","outbound_callee_id_name":"Acme sales","outbound_callee_id_number":"100","outbound_caller_id_name":"Sales","outbound_caller_id_number":"+15550000","simplify_loopback":"false","start_control_process":"false","timeout":20}');
CREATE TABLE buttons (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    revision   TEXT NOT NULL,
    document   TEXT NOT NULL,
    created_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    removed_at REAL
) STRICT, WITHOUT ROWID;
INSERT INTO "buttons" VALUES('273b92757841ce3138c98e4ceb1084a5','acme','1-a75b4d52169229351f4079696ba8da1f','{"auth_required":true,"dial_first":"extension","timeout":20,"name":"Sales","extension":"1001","caller_id_number":"+15550000","outbound_callee_id_name":"Acme, sales","outbound_callee_id_number":"100","throttle":1000,"whitelist":["^\\+1555"],"custom_application_vars":{"crm":"42"},"custom_sip_headers":{"X-Crm":"42"},"music_on_hold":{"media_id":"default"},"ringback":"%(2000,4000,440,480)","a-field-of-others":{"deep":[1,null,"ü"]}}',1.79547719051781749723e+09,1.79547719051781749723e+09,NULL);
INSERT INTO "buttons" VALUES('a3c09b296a4da90dd01bc94f209e8a71','acme','1-08a5a53e371ff507f15abe44c01bc9e8','{"auth_required":true,"dial_first":"extension","timeout":30,"name":"Gone","extension":"1002"}',1.79547719052200174328e+09,1.79547719052200174328e+09,1.79547719052583789828e+09);
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
INSERT INTO "calls" VALUES('c2c-273b92757841ce3138c98e4ceb1084a5-68df3d0c0393d744f354b61cc9825ad1','acme','273b92757841ce3138c98e4ceb1084a5','+15551234','1001','extension',20,1.79547719055309295656e+09,'2026-01-01 23:39:45','ended',1.79547719056590437893e+09,1.79547719058663368231e+09,1.79547719066757392888e+09,16,1.79547719059683322899e+09,1.79547719061733484268e+09,1.79547719066756320004e+09,16,'1.3',1.79547719061737275124e+09,1.79547719066757392888e+09,1,'success',NULL,NULL);
INSERT INTO "calls" VALUES('c2c-273b92757841ce3138c98e4ceb1084a5-5a5929dee3b8e3910884e33c90bac5f1','acme','273b92757841ce3138c98e4ceb1084a5','+1555486','1001','extension',20,1.79547719062225484849e+09,'2026-01-01 23:39:45','ended',1.79547719063512778285e+09,1795477190.65613,1.79547719068735289575e+09,16,1.79547719066633415224e+09,NULL,1.79547719068734121326e+09,17,'1.13',NULL,1.79547719068735289575e+09,1,'error','USER_BUSY',NULL);
INSERT INTO "calls" VALUES('c2c-273b92757841ce3138c98e4ceb1084a5-21d80e773cce777ae8043ff47bf35439','acme','273b92757841ce3138c98e4ceb1084a5','+1555404','1001','extension',20,1.79547719069293880466e+09,'2026-01-01 23:39:45','ended',1.79547719070521783826e+09,1.79547719072579026224e+09,1.79547719074641680715e+09,16,NULL,NULL,1.79547719074640750886e+09,1,'1.20',NULL,1.79547719074641680715e+09,1,'error','UNALLOCATED_NUMBER',NULL);
INSERT INTO "calls" VALUES('c2c-273b92757841ce3138c98e4ceb1084a5-9de2d0c2019b2ffeb52ca6be30db44fb','acme','273b92757841ce3138c98e4ceb1084a5','+1555480','1001','extension',20,1.7954771907524182796e+09,'2026-01-01 23:39:45','ended',1.79547719076456975938e+09,1.79547719078531599042e+09,NULL,NULL,1.79547719079556918142e+09,NULL,NULL,NULL,'1.27',NULL,1.79547719154979157447e+09,0,'unknown',NULL,NULL);
INSERT INTO "calls" VALUES('c2c-273b92757841ce3138c98e4ceb1084a5-3718e7fe241027f498eb045641b7d430','acme','273b92757841ce3138c98e4ceb1084a5','+15551480','1001','extension',20,1.79547719260876560212e+09,'2026-01-01 23:39:45','answered',1.79547719262238240239e+09,1.79547719264348196979e+09,NULL,NULL,1.79547719265397787095e+09,NULL,NULL,NULL,'1.36',NULL,NULL,1,NULL,NULL,NULL);
INSERT INTO "calls" VALUES('c2c-273b92757841ce3138c98e4ceb1084a5-9eade11883a01b2e4275252894c5ad6d','acme','273b92757841ce3138c98e4ceb1084a5','+1555777','1001','extension',20,1.79547719261458659173e+09,'2026-01-01 23:39:45','bridged',1795477192.62799,1.79547719264879369728e+09,NULL,NULL,1.79547719265924453739e+09,1.79547719267976760865e+09,NULL,NULL,'1.41',1.79547719267979812626e+09,NULL,1,'success',NULL,NULL);
CREATE TABLE pulse (id INTEGER PRIMARY KEY CHECK (id = 1), at REAL NOT NULL) STRICT;
INSERT INTO "pulse" VALUES(1,1.79547719160178661339e+09);
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
INSERT INTO "tokens" VALUES('152f8a6d','acme','connect',X'56E3EECCB9137215B891804AC583285BFE4626AF553D87A61843E9D6E7939859','',1.79547718822833919528e+09,NULL,NULL);
INSERT INTO "tokens" VALUES('7575ba00','acme','manage',X'1A7465A5CEB03D845DB02BE92836958BC80A0F3D89D1421E930FE626E0EC9390','old',1.79547718857803416253e+09,NULL,1.79547718930969190604e+09);
INSERT INTO "tokens" VALUES('a323cc88','acme','manage',X'F35E01AF3A653287DFFFCD1EDECC2D888DBC297121C29EC5BDB7FB53A2BC27EA','the CRM''s',1.79547718755215644833e+09,NULL,NULL);
CREATE INDEX calls_open ON calls (state) WHERE state <> 'ended';
CREATE INDEX answers_of_call ON answers (call_id);
CREATE INDEX buttons_of_account ON buttons (account_id, created_at, id) WHERE removed_at IS NULL;
CREATE INDEX calls_of_button ON calls (button_id, requested_at, id);
COMMIT;
PRAGMA user_version = 2;
