"""Events as Asterisk 22.10 sent them during one call whose second phone was busy, header by header."""

CALL = "c2c-086fa5dab2e74389b7721d5eee7419e0-aaae417fab6c06aa"

DIAL_BEGIN_BY_THE_SWITCH = f"""\
Event: DialBegin
Privilege: call,all
DestChannel: Local/1001@from-internal-00000005;1
DestChannelState: 0
DestChannelStateDesc: Down
DestCallerIDNum: +15551234
DestCallerIDName: Sales
DestConnectedLineNum: +15551234
DestConnectedLineName: Sales
DestLanguage: en
DestAccountCode:\x20
DestContext: from-internal
DestExten: 1001
DestPriority: 1
DestUniqueid: {CALL}
DestLinkedid: {CALL}
DialString: 1001@from-internal/n
"""

DIAL_BEGIN_BY_A_CHANNEL = f"""\
Event: DialBegin
Privilege: call,all
Channel: Local/1001@from-internal-00000005;1
ChannelState: 6
ChannelStateDesc: Up
CallerIDNum: 1001
CallerIDName: Sales
ConnectedLineNum: +15551234
ConnectedLineName: Sales
Language: en
AccountCode:\x20
Context: from-internal
Exten: 1001
Priority: 1
Uniqueid: {CALL}
Linkedid: {CALL}
DestChannel: Local/+15551234@from-internal-00000006;1
DestChannelState: 0
DestChannelStateDesc: Down
DestCallerIDNum: 1001
DestCallerIDName: Sales
DestConnectedLineNum: 15550000
DestConnectedLineName: Acme Support
DestLanguage: en
DestAccountCode:\x20
DestContext: from-internal
DestExten: 1001
DestPriority: 1
DestUniqueid: 1795416989.18
DestLinkedid: {CALL}
DialString: +15551234@from-internal/n
"""

DIAL_STATE = f"""\
Event: DialState
Privilege: call,all
Channel: Local/1001@from-internal-00000005;2
ChannelState: 4
ChannelStateDesc: Ring
CallerIDNum: +15551234
CallerIDName: Sales
ConnectedLineNum: 1001
ConnectedLineName: Sales
Language: en
AccountCode:\x20
Context: from-internal
Exten: 1001
Priority: 1
Uniqueid: {CALL}-2
Linkedid: {CALL}
DestChannel: PJSIP/1001-00000005
DestChannelState: 5
DestChannelStateDesc: Ringing
DestUniqueid: 1795416989.17
DestLinkedid: {CALL}
DialStatus: RINGING
"""

DIAL_END_BUSY = f"""\
Event: DialEnd
Privilege: call,all
Channel: Local/+15551234@from-internal-00000006;2
ChannelState: 4
ChannelStateDesc: Ring
CallerIDNum: 15550000
CallerIDName: Acme Support
Exten: +15551234
Priority: 1
Uniqueid: 1795416989.19
Linkedid: {CALL}
DestChannel: PJSIP/trunk-00000006
DestChannelState: 5
DestChannelStateDesc: Ringing
DestUniqueid: 1795416989.20
DestLinkedid: {CALL}
DialStatus: BUSY
"""

BRIDGE_ENTER = f"""\
Event: BridgeEnter
Privilege: call,all
BridgeUniqueid: b98e87da-e28e-4443-b365-97125c9ddade
BridgeType: basic
BridgeTechnology: simple_bridge
BridgeCreator: <unknown>
BridgeName: <unknown>
BridgeNumChannels: 2
BridgeVideoSourceMode: none
Channel: Local/1001@from-internal-00000005;2
ChannelState: 6
ChannelStateDesc: Up
Uniqueid: {CALL}-2
Linkedid: {CALL}
"""

HANGUP_OF_A_PHONE = f"""\
Event: Hangup
Privilege: call,all
Channel: PJSIP/trunk-00000006
ChannelState: 5
ChannelStateDesc: Ringing
CallerIDNum: +15551234
CallerIDName: Sales
ConnectedLineNum: 15550000
ConnectedLineName: Acme Support
Language: en
AccountCode:\x20
Context: nobody-calls-in
Exten: +15551234
Priority: 1
Uniqueid: 1795416989.20
Linkedid: {CALL}
Cause: 17
Cause-txt: User busy
TechCause: 486
"""

ORIGINATE_SUCCEEDED = f"""\
Event: OriginateResponse
Privilege: call,all
ActionID: {CALL}
Response: Success
Channel: Local/1001@from-internal-00000005;1
Application: Dial
Data: Local/+15551234@from-internal/n,30,f("Acme Support" <15550000>)
Reason: 4
Uniqueid: {CALL}
CallerIDNum: +15551234
CallerIDName: Sales
"""

ORIGINATE_FAILED = f"""\
Event: OriginateResponse
Privilege: call,all
ActionID: {CALL}
Response: Failure
Channel: NoSuchTech/x
Application: Dial
Data: Local/+15551234@from-internal/n,30,f("Acme Support" <15550000>)
Reason: 0
Uniqueid: {CALL}
CallerIDNum: +15551234
CallerIDName: Sales
"""

CORE_SHOW_CHANNEL = f"""\
Event: CoreShowChannel
ActionID: lab-47c00d72f1dc479c87bd4f093e1c0e5f
Channel: PJSIP/trunk-00000001
ChannelState: 6
ChannelStateDesc: Up
CallerIDNum: +15551234
CallerIDName: Sales
ConnectedLineNum: 15550000
ConnectedLineName: Acme Support
Language: en
AccountCode:\x20
Context: nobody-calls-in
Exten:\x20
Priority: 1
Uniqueid: 1795416983.5
Linkedid: {CALL}
Application: AppDial
ApplicationData: (Outgoing Line)
Duration: 00:00:01
BridgeId: d49b56c3-1e15-4a2e-a9cf-95586e73e67b
"""

CALL_OF_OTHERS = """\
Event: Hangup
Privilege: call,all
Channel: PJSIP/2000-00000009
ChannelState: 6
ChannelStateDesc: Up
Uniqueid: 1795416989.40
Linkedid: 1795416989.39
Cause: 16
Cause-txt: Normal Clearing
"""
