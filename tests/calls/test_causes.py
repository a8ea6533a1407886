"""Why a call failed, in Kazoo's words."""

import re

import pytest

from c2cd.calls.causes import Q850, UNSPECIFIC, ChannelEnd, leg_cause, name_cause


@pytest.mark.parametrize(
    ("hangup_cause", "name"),
    [
        (1, "UNALLOCATED_NUMBER"),
        (17, "USER_BUSY"),
        (18, "NO_USER_RESPONSE"),
        (19, "NO_ANSWER"),
        (20, "SUBSCRIBER_ABSENT"),
        (21, "CALL_REJECTED"),
        (28, "INVALID_NUMBER_FORMAT"),
        (34, "NORMAL_CIRCUIT_CONGESTION"),
        (38, "NETWORK_OUT_OF_ORDER"),
        (41, "NORMAL_TEMPORARY_FAILURE"),
        (66, "CHAN_NOT_IMPLEMENTED"),
    ],
)
def test_hangup_cause_decides(hangup_cause: int, name: str) -> None:
    """A Hangup's cause that says why is the cause, whatever dialling and reason say."""
    assert name_cause(hangup_cause) == name
    assert name_cause(hangup_cause, "CHANUNAVAIL", 3) == name


@pytest.mark.parametrize("hangup_cause", [None, 0, 16, 31, 127, 9999])
def test_cause_that_says_nothing(hangup_cause: int | None) -> None:
    """No cause, one of a call that ended well, or one that nobody knows lets the others speak."""
    assert name_cause(hangup_cause, "BUSY", 3) == "USER_BUSY"
    assert name_cause(hangup_cause, "ANSWER", 3) == "NO_ANSWER"
    assert name_cause(hangup_cause, "", 0) == UNSPECIFIC


@pytest.mark.parametrize(
    ("dial_status", "name"),
    [
        ("BUSY", "USER_BUSY"),
        ("CONGESTION", "NORMAL_CIRCUIT_CONGESTION"),
        ("CHANUNAVAIL", "NO_ROUTE_DESTINATION"),
        ("NOANSWER", "NO_ANSWER"),
        ("CANCEL", "ORIGINATOR_CANCEL"),
        ("ANSWER", UNSPECIFIC),
        ("new in 23", UNSPECIFIC),
    ],
)
def test_dial_status(dial_status: str, name: str) -> None:
    """How the dialling ended is the cause where no Hangup gives one."""
    assert name_cause(None, dial_status) == name


@pytest.mark.parametrize("hangup_cause", [None, 16, 17, 127])
def test_cancelled(hangup_cause: int | None) -> None:
    """Where the first phone hung up while the second rang, that is the cause, before any Hangup's."""
    assert name_cause(hangup_cause, "CANCEL", 0) == "ORIGINATOR_CANCEL"


@pytest.mark.parametrize(
    ("reason", "name"),
    [(0, UNSPECIFIC), (3, "NO_ANSWER"), (5, "USER_BUSY"), (8, "NORMAL_CIRCUIT_CONGESTION")],
)
def test_reason(reason: int, name: str) -> None:
    """OriginateResponse's reason is the cause where nothing else is known."""
    assert name_cause(None, "", reason) == name


@pytest.mark.parametrize(
    ("ends", "chosen"),
    [
        ([], None),
        ([(0, True)], None),
        ([(0, True), (16, False)], 16),
        ([(21, False), (34, True), (0, True)], 21),  # a 603 behind Local channels, as 16 and 22 tell it
        ([(0, True), (34, True), (21, False)], 21),
        ([(34, True), (16, False)], 34),  # why comes before who
        ([(1, False), (34, True)], 1),
        ([(17, True), (0, True)], 17),
    ],
)
def test_leg_of_several_channels(ends: list[tuple[int, bool]], chosen: int | None) -> None:
    """Of a leg's causes the one that says why is chosen, and the phone's own before a Local half's."""
    for order in (ends, ends[::-1]):
        assert leg_cause(ChannelEnd(cause, is_local) for cause, is_local in order) == chosen


def test_names_are_names() -> None:
    """Every name can stand in a history item, and no two causes share one."""
    assert all(re.fullmatch(r"[A-Z][A-Z_]+", name) for name in Q850.values())
    assert len(set(Q850.values())) == len(Q850)
