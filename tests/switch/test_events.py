"""AMI's events, as a real Asterisk sends them, read into types."""

import pytest

from c2cd.model.switching import (
    BridgeEntered,
    Channel,
    DialProgress,
    HungUp,
    OriginateDecided,
    SwitchEvent,
)
from c2cd.switch.events import read_channel, read_event, read_first_channel
from tests.switch import recorded
from tests.switch.recorded import CALL
from tests.switch.scripted import parse

RECORDED: dict[str, tuple[str, SwitchEvent | None]] = {
    "the switch dials the first leg": (
        recorded.DIAL_BEGIN_BY_THE_SWITCH,
        DialProgress(CALL, "", "", CALL, "Local/1001@from-internal-00000005;1", "BEGIN"),
    ),
    "the first leg dials the second": (
        recorded.DIAL_BEGIN_BY_A_CHANNEL,
        DialProgress(
            CALL,
            CALL,
            "Local/1001@from-internal-00000005;1",
            "1795416989.18",
            "Local/+15551234@from-internal-00000006;1",
            "BEGIN",
        ),
    ),
    "a phone rings": (
        recorded.DIAL_STATE,
        DialProgress(
            CALL,
            f"{CALL}-2",
            "Local/1001@from-internal-00000005;2",
            "1795416989.17",
            "PJSIP/1001-00000005",
            "RINGING",
        ),
    ),
    "a phone is busy": (
        recorded.DIAL_END_BUSY,
        DialProgress(
            CALL,
            "1795416989.19",
            "Local/+15551234@from-internal-00000006;2",
            "1795416989.20",
            "PJSIP/trunk-00000006",
            "BUSY",
            end=True,
        ),
    ),
    "a channel enters a bridge": (
        recorded.BRIDGE_ENTER,
        BridgeEntered(CALL, f"{CALL}-2", "b98e87da-e28e-4443-b365-97125c9ddade"),
    ),
    "a phone is hung up": (
        recorded.HANGUP_OF_A_PHONE,
        HungUp(CALL, "1795416989.20", "PJSIP/trunk-00000006", 17),
    ),
    "the first leg answered": (
        recorded.ORIGINATE_SUCCEEDED,
        OriginateDecided(CALL, success=True, reason=4),
    ),
    "the first leg will not answer": (
        recorded.ORIGINATE_FAILED,
        OriginateDecided(CALL, success=False, reason=0),
    ),
    "somebody else's call": (recorded.CALL_OF_OTHERS, None),
}


@pytest.mark.parametrize(("text", "event"), RECORDED.values(), ids=RECORDED)
def test_a_recorded_event_is_read(text: str, event: SwitchEvent | None) -> None:
    """What Asterisk 22 sends of a click's call is read into its type; what is another's is dropped."""
    assert read_event(parse(text)) == event


ODD: dict[str, tuple[dict[str, str], SwitchEvent | None]] = {
    "our channel in an older call": (
        {"event": "Hangup", "uniqueid": CALL, "linkedid": "1.5", "channel": "x", "cause": "16"},
        HungUp(CALL, CALL, "x", 16),
    ),
    "no cause": (
        {"event": "Hangup", "uniqueid": "1.7", "linkedid": CALL, "channel": "x"},
        HungUp(CALL, "1.7", "x", 0),
    ),
    "a cause that is no number": (
        {"event": "Hangup", "uniqueid": CALL, "linkedid": CALL, "cause": "-1"},
        HungUp(CALL, CALL, "", 0),
    ),
    "a cause in Arabic digits": (
        {"event": "Hangup", "uniqueid": CALL, "linkedid": CALL, "cause": "\u0661\u0667"},
        HungUp(CALL, CALL, "", 0),
    ),
    "a decision without a reason": (
        {"event": "OriginateResponse", "actionid": CALL, "response": "Success", "reason": "(unknown)"},
        OriginateDecided(CALL, success=True, reason=0),
    ),
    "a decision of a live ChannelId, under the live call's Uniqueid": (
        {"event": "OriginateResponse", "actionid": "c2c-new", "uniqueid": CALL, "response": "Failure"},
        OriginateDecided("c2c-new", success=False, reason=0),
    ),
    "a decision of somebody else's order": (
        {"event": "OriginateResponse", "actionid": "theirs", "uniqueid": CALL, "response": "Failure"},
        None,
    ),
    "a decision without an ActionID": ({"event": "OriginateResponse", "uniqueid": CALL}, None),
    "a kind that says nothing to us": ({"event": "Newchannel", "uniqueid": CALL, "linkedid": CALL}, None),
    "no kind": ({"uniqueid": CALL, "linkedid": CALL}, None),
    "nothing": ({}, None),
    "a prefix in the middle": ({"event": "Hangup", "uniqueid": f"x{CALL}", "linkedid": f"x{CALL}"}, None),
}


@pytest.mark.parametrize(("headers", "event"), ODD.values(), ids=ODD)
def test_an_odd_event_is_read_or_dropped(headers: dict[str, str], event: SwitchEvent | None) -> None:
    """Headers that are missing or strange give an event with less in it, or none, and never an error."""
    assert read_event(headers) == event


def test_a_listed_channel_is_read() -> None:
    """A row of CoreShowChannels gives ids, name, state in words and bridge."""
    assert read_channel(parse(recorded.CORE_SHOW_CHANNEL)) == Channel(
        "1795416983.5", CALL, "PJSIP/trunk-00000001", "Up", "d49b56c3-1e15-4a2e-a9cf-95586e73e67b"
    )


def test_a_listed_channel_may_lack_all() -> None:
    """A row without any header is a channel of nobody's; what is no row of the list is none."""
    assert read_channel({"event": "CoreShowChannel"}) == Channel("", "", "", "", "")
    assert read_channel({"event": "UserEvent"}) is None


@pytest.mark.parametrize(
    ("channel", "linked", "is_first"),
    [
        (CALL, CALL, True),
        (CALL, "1.1", True),
        (f"{CALL}-2", CALL, False),
        ("1.2", CALL, False),
        ("", "", False),
    ],
)
def test_a_first_channel_is_read(channel: str, linked: str, is_first: bool) -> None:  # noqa: FBT001 - a case
    """A call's first channel is that with the call's id, whatever Linkedid it took from an older bridge."""
    row = {"event": "CoreShowChannel", "uniqueid": channel, "linkedid": linked}
    assert read_first_channel(row) == (Channel(channel, linked, "", "", "") if is_first else None)
