"""What a busy switch says of calls that are none of ours, as Asterisk writes it where no filter is set."""

import itertools
from collections.abc import Iterator

# What stands in every event of a channel.
_CHANNEL = """\
Channel: PJSIP/zoë-{n:08x}
ChannelState: 6
ChannelStateDesc: Up
CallerIDNum: 0301234567
CallerIDName: Zoë Ñandú
ConnectedLineNum: 102
ConnectedLineName: Front desk
Language: en
AccountCode:\x20
Context: from-internal
Exten: 102
Priority: 1
Uniqueid: 1763910000.{n}
Linkedid: 1763910000.{n}
"""
_PEER = "".join(f"Dest{line}\n" for line in _CHANNEL.splitlines())

_CALL = [
    f"Event: Newchannel\nPrivilege: call,all\n{_CHANNEL}",
    *(
        f"Event: VarSet\nPrivilege: dialplan,all\n{_CHANNEL}Variable: {name}\nValue: {{n}}\n"
        for name in ("CDR(recordingfile)", "MACRO_DEPTH", "DB_RESULT", "TTL", "__FROM_DID")
    ),
    *(
        f"Event: Newexten\nPrivilege: dialplan,all\n{_CHANNEL}Application: {app}\nAppData: x\n"
        for app in ("Set", "GotoIf", "ExecIf", "Macro", "NoOp", "Dial")
    ),
    f"Event: Newstate\nPrivilege: call,all\n{_CHANNEL}",
    f"Event: DialBegin\nPrivilege: call,all\n{_CHANNEL}{_PEER}DialString: 102/sip:102@192.0.2.1:5060\n",
    f"Event: DialState\nPrivilege: call,all\n{_CHANNEL}{_PEER}DialStatus: RINGING\n",
    f"Event: RTCPSent\nPrivilege: reporting,all\n{_CHANNEL}To: 192.0.2.1:4001\nSSRC: 0x01234567\n",
    f"Event: DialEnd\nPrivilege: call,all\n{_CHANNEL}{_PEER}DialStatus: ANSWER\n",
    f"Event: BridgeEnter\nPrivilege: call,all\nBridgeUniqueid: b98e87da-e28e-b365-{{n:012x}}\n{_CHANNEL}",
    f"Event: BridgeLeave\nPrivilege: call,all\nBridgeUniqueid: b98e87da-e28e-b365-{{n:012x}}\n{_CHANNEL}",
    f"Event: SoftHangupRequest\nPrivilege: call,all\n{_CHANNEL}Cause: 16\n",
    f"Event: Hangup\nPrivilege: call,all\n{_CHANNEL}Cause: 16\nCause-txt: Normal Clearing\n",
]


def foreign_events() -> Iterator[bytes]:
    """Give events of one call after another, without end; together they are 430 bytes long on average."""
    for number in itertools.count(100):
        for text in _CALL:
            yield (text.format(n=number) + "\n").replace("\n", "\r\n").encode()
