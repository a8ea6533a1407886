"""Calls and contacts: what follows from their values alone."""

import pytest
from msgspec.structs import replace

from c2cd.model.call import Call
from c2cd.model.contact import Contact

CALL = Call(
    id="c2c-1",
    account_id="acme",
    button_id="b",
    contact="+15551234567",
    extension="1001",
    dial_first="extension",
    timeout=30,
    requested_at=100.0,
    switch_life="today",
)


def test_legs_are_named_by_who_rings_first() -> None:
    """The leg that rings first is the one that the button says, and the other one is the second."""
    assert (CALL.first_name, CALL.second_name) == ("extension", "contact")
    other = replace(CALL, dial_first="contact")
    assert (other.first_name, other.second_name) == ("contact", "extension")


def test_talk_begins_with_the_bridge() -> None:
    """The talk lasts from the bridge to the end, to the millisecond."""
    call = replace(CALL, state="ended", bridged_at=110.1, ended_at=130.4)
    assert call.talk_seconds == 20.3


def test_no_talk_without_a_bridge() -> None:
    """A call that ended without a bridge had no seconds of talk."""
    assert replace(CALL, state="ended", ended_at=130.0).talk_seconds == 0.0


def test_no_talk_is_shorter_than_nothing() -> None:
    """A call that outlived a restart after which the date was put back has a talk of no length."""
    assert replace(CALL, state="ended", bridged_at=130.0, ended_at=120.0).talk_seconds == 0.0


def test_talk_is_unknown_before_and_where_the_end_was_not_seen() -> None:
    """Nobody knows how long a talk is before its end, or whose end nobody saw."""
    assert replace(CALL, state="bridged", bridged_at=110.0).talk_seconds is None
    lost = replace(CALL, state="ended", bridged_at=110.0, ended_at=130.0, end_seen=False)
    assert lost.talk_seconds is None


@pytest.mark.parametrize(
    ("state", "decided"),
    [("requested", False), ("ringing", False), ("answered", False), ("bridged", True), ("ended", True)],
)
def test_decided(state: str, decided: bool) -> None:  # noqa: FBT001 - a column of the table
    """A call is decided once the two talk or never will."""
    assert replace(CALL, state=state).is_decided is decided


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        (Contact("+15551234567"), "+15551234567"),
        (Contact("sip:bob@example.com", "sip_uri"), "bob"),
        (Contact("sips:+4930@example.com:5061", "sip_uri"), "+4930"),
    ],
)
def test_what_a_caller_id_shows(contact: Contact, shown: str) -> None:
    """A phone shows the number, or the user of a SIP URI without its scheme and host."""
    assert contact.caller_id == shown
