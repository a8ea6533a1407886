"""Reads a record of all that went to a switch, byte by byte, and takes nothing that it does not expect.

It shares no code with what writes those bytes: each header that may come has its alphabet here once more.
"""

import re
from collections import Counter

from msgspec import Struct

LONGEST_LINE = 1024

# A caller ID's name: nothing that could end it, an argument of Dial, a header or a line, or begin a variable;
# and none of the words for which Asterisk refuses an Originate.
_FORBIDDEN = "CURL|DB|EVAL|FILE|ODBC|REALTIME|SHELL"
_NAME = rf"(?! )(?![^\"]*(?:{_FORBIDDEN}))[^\x00-\x1f\x7f,()\"';$\\{{}}<>\[\]|&^=`%]{{1,160}}"
_CALLER_ID = rf"(?:\"{_NAME}\" )?<\+?[0-9A-Za-z*#+_.-]{{1,64}}>"
_LOCAL = r"Local/(?:\+?[0-9A-Za-z*#+_.-]{1,64})@[a-z-]{1,20}/n"
_URI = r"sips?:[0-9A-Za-z_.+-]{1,64}@[0-9A-Za-z.-]{1,253}(?::[0-9]{1,5})?"
_CHANNEL = rf"(?:{_LOCAL}|PJSIP/[a-z]{{1,20}}/{_URI})"
_CALL = r"c2c-[0-9a-f]{32}-[0-9a-f]{32}"
_VARIABLE = (
    r"__C2CD_VAR_[0-9A-Za-z_]{1,64}=(?:[0-9A-Za-z._-]|%[0-9A-F]{2}){0,900}"
    r"|__C2CD_AUTO_ANSWER=1"
    r"|CHANNEL\(musicclass\)=[0-9A-Za-z_-]{1,79}"
    r"|PJSIP_HEADER\(add,[Xx]-[0-9A-Za-z_-]{1,62}\)=[0-9A-Za-z ._:@/+-]{1,200}"
)
_OWN_ID = r"action/[0-9a-f-]{36}/[0-9]{1,9}/[0-9]{1,9}"

# Action → header → what its whole value must match. Those of _MAY_LACK may be absent, Variable comes as often
# as it likes, each other one exactly once.
_EXPECTED = {
    "Login": {"ActionID": _OWN_ID, "Username": r"[!-~]{1,80}", "Secret": r"[!-~]{1,80}", "Events": "on"},
    "ListCommands": {"ActionID": _OWN_ID},
    "CoreStatus": {"ActionID": _OWN_ID},
    "CoreShowChannels": {"ActionID": _OWN_ID},
    "Ping": {"ActionID": _OWN_ID},
    "Hangup": {"ActionID": _OWN_ID, "Channel": _CALL, "Cause": "16"},
    "Originate": {
        "ActionID": _CALL,
        "Channel": _CHANNEL,
        "ChannelId": _CALL,
        "OtherChannelId": f"{_CALL}-2",
        "CallerID": _CALLER_ID,
        "Application": "Dial",
        "Data": rf"{_CHANNEL},[1-9][0-9]{{0,2}},ir?(?:S\([1-9][0-9]{{0,4}}\))?f\({_CALLER_ID}\)",
        "Timeout": r"[1-9][0-9]{0,2}000",
        "Async": "true",
        "EarlyMedia": "true",
        "Variable": _VARIABLE,
    },
}
_MAY_LACK = {"EarlyMedia", "Variable"}
_MANY = "Variable"
# Only in these a name may stand, whose letters are of any language.
_NAMED = {"CallerID", "Data"}
_WHOM = re.compile(r"Local/([^@]*)@[a-z-]*/n|PJSIP/[a-z]*/(.*)")


class Unexpected(Exception):
    """What was sent and should not have been."""


class Sent(Struct, frozen=True):
    """One action that went to the switch, and whom it dials, where it dials."""

    action: str
    headers: tuple[tuple[str, str], ...]
    dialled: tuple[str, ...] = ()


def read_sent(record: bytes) -> list[Sent]:
    """Give every action of a record, in order; Unexpected where there is anything but expected ones."""
    *messages, rest = record.split(b"\r\n\r\n")
    if rest:
        raise Unexpected(f"not a whole action: {rest!r}")
    return [_read(message) for message in messages]


def _read(message: bytes) -> Sent:
    headers = tuple(_header(line) for line in message.split(b"\r\n"))
    times = Counter(name for name, _ in headers)
    action = dict(headers).get("Action", "")
    expected = {"Action": re.escape(action), **_EXPECTED.get(action, {})}
    if action not in _EXPECTED or times.keys() - expected or expected.keys() - times.keys() - _MAY_LACK:
        raise Unexpected(f"not an action that is expected, or not with these headers: {message!r}")
    for name, value in headers:
        if times[name] > 1 and name != _MANY:
            raise Unexpected(f"{name} more than once: {message!r}")
        if not re.fullmatch(expected[name], value) or not (value.isascii() or name in _NAMED):
            raise Unexpected(f"{name}: {value!r}")
    return Sent(action, headers, _dialled(dict(headers)) if action == "Originate" else ())


def _header(line: bytes) -> tuple[str, str]:
    if len(line) > LONGEST_LINE:
        raise Unexpected(f"a line of {len(line)} bytes: {line!r}")
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise Unexpected(f"not UTF-8: {line!r}") from error
    name, colon, value = text.partition(": ")
    if not colon or not text.isprintable():
        raise Unexpected(f"not a header: {line!r}")
    return name, value


def _dialled(headers: dict[str, str]) -> tuple[str, ...]:
    """Give the numbers of both legs, of an Originate that is consistent with itself."""
    call_id, (second, seconds, _) = headers["ActionID"], headers["Data"].split(",")
    ids = headers["ChannelId"], headers["OtherChannelId"]
    if ids != (call_id, f"{call_id}-2") or headers["Timeout"] != f"{seconds}000":
        raise Unexpected(f"one Originate that says two things: {headers}")
    found = [_WHOM.fullmatch(channel) for channel in (headers["Channel"], second)]
    return tuple(match[1] or match[2] for match in found if match)
