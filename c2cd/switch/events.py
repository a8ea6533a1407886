"""Reads AMI's events into types; what concerns no click is dropped. Keys are AMI's, in lower case."""

from collections.abc import Mapping
from sys import intern

from c2cd.model.switching import (
    HALF,
    BridgeEntered,
    CallEvent,
    Channel,
    DialProgress,
    HungUp,
    OriginateDecided,
)

OURS = "c2c-"
# The kinds that are read: no other says what is not known by these.
KINDS = frozenset({"OriginateResponse", "DialBegin", "DialState", "DialEnd", "BridgeEnter", "Hangup"})


def read_event(headers: Mapping[str, str]) -> CallEvent | None:
    """Give the event in types; None where it is of a kind, or of a call, that is not ours."""
    kind = headers.get("event")
    if kind == "OriginateResponse":
        action_id = headers.get("actionid", "")
        success = headers.get("response") == "Success"
        return (
            OriginateDecided(action_id, success, _number(headers, "reason")) if _is_ours(action_id) else None
        )
    linked = headers.get("linkedid") or headers.get("destlinkedid", "")
    channel = headers.get("uniqueid", "")
    if not _is_ours(linked) and not _is_ours(channel):
        return None
    linked = _call_id(linked, channel)
    if kind in {"DialBegin", "DialState", "DialEnd"}:
        return DialProgress(
            linked=linked,
            channel=channel,
            channel_name=headers.get("channel", ""),
            peer=headers.get("destuniqueid", ""),
            peer_name=headers.get("destchannel", ""),
            status="BEGIN" if kind == "DialBegin" else headers.get("dialstatus", ""),
            end=kind == "DialEnd",
        )
    if kind == "BridgeEnter":
        return BridgeEntered(linked, channel, headers.get("bridgeuniqueid", ""))
    if kind == "Hangup":
        return HungUp(linked, channel, headers.get("channel", ""), _number(headers, "cause"))
    return None


def is_of_others(headers: Mapping[str, str]) -> bool:
    """Tell whether an event is of somebody else's call. An OriginateResponse passes the filters anyway."""
    if headers.get("event") == "OriginateResponse":
        return False
    ids = [headers[key] for key in ("uniqueid", "linkedid", "destlinkedid") if headers.get(key)]
    return bool(ids) and not any(_is_ours(one) for one in ids)


def read_channel(headers: Mapping[str, str]) -> Channel | None:
    """Read one CoreShowChannel; None where it is something else."""
    if headers.get("event") != "CoreShowChannel":
        return None
    return Channel(
        id=headers.get("uniqueid", ""),
        linked=headers.get("linkedid", ""),
        name=headers.get("channel", ""),
        state=intern(headers.get("channelstatedesc", "")),  # a few words, of thousands of channels
        bridge=headers.get("bridgeid", ""),
    )


def read_first_channel(headers: Mapping[str, str]) -> Channel | None:
    """Read one CoreShowChannel, if it is of a call's first channel, whose Uniqueid is the call's id."""
    channel = headers.get("uniqueid", "")
    return read_channel(headers) if _is_ours(channel) and not channel.endswith(HALF) else None


def _is_ours(value: str) -> bool:
    return value.startswith(OURS)


def _call_id(linked: str, channel: str) -> str:
    # A call that joins an older bridge takes that one's Linkedid: then the channel's own id is the call's.
    return linked if _is_ours(linked) else channel.removesuffix(HALF)


def _number(headers: Mapping[str, str], key: str) -> int:
    value = headers.get(key, "")
    return int(value) if value.isascii() and value.isdigit() else 0
