"""Reading one call's channels: which leg each is of, and what was missed while nobody listened."""

import pytest

from c2cd.calls.tracking import Track
from c2cd.model.call import Call
from c2cd.model.switching import BridgeEntered, CallEvent, Channel, DialProgress, HungUp, OriginateDecided
from tests.calls.examples import a_call
from tests.calls.replaying import RELEASES, Release, replayed

ID = "c2c-b-1"
FIRST_1, FIRST_2 = "Local/1001@from-internal-00000000;1", "Local/1001@from-internal-00000000;2"
SECOND_1, SECOND_2 = (
    "Local/+15551234567@from-internal-00000001;1",
    "Local/+15551234567@from-internal-00000001;2",
)

RINGS = DialProgress(ID, "", "", ID, FIRST_1, "RINGING")
ANSWERS = OriginateDecided(ID, success=True, reason=4)
DIALS_SECOND = DialProgress(ID, ID, FIRST_1, "s1", SECOND_1, "BEGIN")
SECOND_ANSWERS = DialProgress(ID, ID, FIRST_1, "s1", SECOND_1, "ANSWER", end=True)


def tracked(*events: CallEvent, call: Call | None = None) -> Track:
    """Give a track that has seen these events, one a second from 1 on."""
    track = Track(call or a_call())
    for at, event in enumerate(events, 1):
        track.see(event, float(at))
    return track


def channel(channel_id: str, name: str, state: str = "Up", *, bridge: str = "", linked: str = ID) -> Channel:
    """Make a row of CoreShowChannels."""
    return Channel(channel_id, linked, name, state, bridge)


TALKING = [
    channel("p1", "PJSIP/1001-00000000", bridge="x"),
    channel(ID + "-2", FIRST_2, bridge="x"),
    channel(ID, FIRST_1, bridge="y"),
    channel("s1", SECOND_1, bridge="y"),
    channel("s2", SECOND_2, bridge="z"),
    channel("p2", "PJSIP/trunk-00000001", bridge="z"),
]


def test_bridge_of_the_two_legs() -> None:
    """The call is bridged when both legs' channels are in one bridge, whichever comes first."""
    for channels in ([ID, "s1"], ["s1", ID]):
        track = tracked(ANSWERS, DIALS_SECOND, *(BridgeEntered(ID, name, "y") for name in channels))
        assert (track.call.state, track.call.bridged_at) == ("bridged", 4.0)


@pytest.mark.parametrize(
    "bridges",
    [
        [(ID, "y"), ("s1", "z")],  # each in another
        [(ID + "-2", "x"), ("p1", "x")],  # the first leg's phone and its own half
        [("s2", "z"), ("p2", "z")],  # the second leg's
        [(ID, "y"), ("somebody", "y")],  # a third
        [("s1", "y")],
    ],
)
def test_bridge_of_others(bridges: list[tuple[str, str]]) -> None:
    """A bridge that does not have both legs' channels in it is not the talk."""
    track = tracked(ANSWERS, DIALS_SECOND, *(BridgeEntered(ID, name, bridge) for name, bridge in bridges))
    assert track.call.state == "answered"


def test_dialling_is_an_answer() -> None:
    """Only an answered channel dials the second leg, though the word of its answer may come later."""
    track = tracked(DIALS_SECOND, ANSWERS)
    assert (track.call.state, track.call.first.answered_at) == ("answered", 1.0)
    assert track.call.second_channel == "s1"


def test_ring_of_a_phone_behind_a_local_channel() -> None:
    """What rings behind a Local channel is told of that channel too: the phone's own ring is not counted."""
    inner = DialProgress(ID, ID + "-2", FIRST_2, "p1", "PJSIP/1001-00000000", "RINGING")
    assert tracked(inner).call.state == "requested"
    assert tracked(inner, RINGS).call.first.ringing_at == 2.0


def test_busy_behind_the_second_leg() -> None:
    """What a channel dials is of that channel's leg: its phone's Hangup gives the leg its cause."""
    track = tracked(
        ANSWERS,
        DIALS_SECOND,
        DialProgress(ID, "s2", SECOND_2, "p2", "PJSIP/trunk-00000001", "BEGIN"),
        HungUp(ID, "p2", "PJSIP/trunk-00000001", 17),
        HungUp(ID, "s1", SECOND_1, 0),
        HungUp(ID, ID, FIRST_1, 16),
    )
    track.close(9.0)
    assert (track.call.cause, track.call.second.hangup_cause, track.call.first.hangup_cause) == (
        "USER_BUSY",
        17,
        16,
    )


@pytest.mark.parametrize(
    "event",
    [
        DialProgress(ID, "stranger", "PJSIP/9-0000000f", "other", "PJSIP/8-0000000e", "RINGING"),
        DialProgress(ID, "stranger", "Local/9@x-0000000f;2", "other", "PJSIP/8-0000000e", "BUSY", end=True),
        BridgeEntered(ID, "stranger", "y"),
        HungUp(ID, "stranger", "PJSIP/9-0000000f", 17),
        HungUp(ID, "stranger", "Local/9@x-0000000f;2", 17),
        DialProgress(ID, "", "", ID, FIRST_1, "PROGRESS"),
        DialProgress(ID, "", "", ID, FIRST_1, "new in 23", end=True),
    ],
)
def test_strangers_in_the_call(event: CallEvent) -> None:
    """A channel that is of no leg, or a status that nobody knows, changes nothing of the call."""
    track = tracked(ANSWERS, DIALS_SECOND)
    before = track.call
    track.see(event, 9.0)
    assert track.call is before
    assert not track.is_closing


def test_over_once_all_channels_are_gone() -> None:
    """A call is over once nothing of it lives, and closing as soon as its first channel does not."""
    track = tracked(RINGS, ANSWERS, DIALS_SECOND, HungUp(ID, ID, FIRST_1, 16))
    assert (track.is_closing, track.is_over) == (True, False)
    track.see(HungUp(ID, "s1", SECOND_1, 16), 6.0)
    assert track.is_over


def test_over_only_once_it_is_decided() -> None:
    """A first leg that is gone unanswered waits for OriginateResponse, which tells the reason."""
    track = tracked(RINGS, HungUp(ID, ID, FIRST_1, 0))
    assert (track.is_closing, track.is_over) == (True, False)
    track.see(OriginateDecided(ID, success=False, reason=3), 4.0)
    assert track.is_over
    track.close(5.0)
    assert (track.call.cause, track.call.ended_at) == ("NO_ANSWER", 2.0)


def test_refused_without_a_channel() -> None:
    """A call that never had a channel ends at the moment in which it is closed."""
    track = tracked(OriginateDecided(ID, success=False, reason=0))
    assert (track.is_closing, track.is_over) == (True, False)
    track.close(5.0)
    assert (track.call.result, track.call.ended_at, track.call.first.ended_at) == ("error", 5.0, None)


@pytest.mark.parametrize("state", ["Down", "Ringing", "Up"])
def test_taken_up_in_its_first_leg(state: str) -> None:
    """A call that is taken up again is as far as its first channel is; its second leg is heard of later."""
    track = Track(a_call())
    track.see_channels([channel(ID, FIRST_1, state)], 50.0)
    assert track.call.state == {"Down": "requested", "Ringing": "ringing", "Up": "answered"}[state]
    track.see(DIALS_SECOND, 51.0)
    track.see(DialProgress(ID, ID, FIRST_1, "s1", SECOND_1, "RINGING"), 52.0)
    assert (track.call.state, track.call.second.ringing_at) == ("answered", 52.0)


@pytest.mark.parametrize("order", [TALKING, TALKING[::-1]], ids=["as listed", "backwards"])
def test_taken_up_while_they_talk(order: list[Channel]) -> None:
    """A call that is found talking is bridged, and its Hangups are read as if all had been heard."""
    track = Track(a_call())
    track.see_channels(order, 50.0)
    assert (track.call.state, track.call.second_channel) == ("bridged", "s1")
    assert (track.call.first.answered_at, track.call.bridged_at) == (50.0, 50.0)
    over = []
    for one in sorted(TALKING, key=lambda one: one.name == SECOND_2):  # it comes last
        over.append(track.is_over)
        track.see(HungUp(ID, one.id, one.name, 16), 60.0)
    assert over == [False] * len(TALKING)
    assert track.is_over
    track.close(61.0)
    assert (track.call.result, track.call.talk_seconds) == ("success", 10.0)


def test_taken_up_where_it_was() -> None:
    """What was known of a call before it was lost sight of stays as it was written."""
    known = tracked(RINGS, ANSWERS, DIALS_SECOND, SECOND_ANSWERS).call
    track = Track(known)
    track.see_channels(TALKING, 50.0)
    assert (track.call.first, track.call.second) == (known.first, known.second)
    assert track.call.bridged_at == 50.0


def test_second_leg_is_known_after_a_restart() -> None:
    """The second leg's channel is in the row, so that its events are read after a restart."""
    known = tracked(RINGS, ANSWERS, DIALS_SECOND).call
    track = Track(known)
    track.see(HungUp(ID, "s1", SECOND_1, 17), 50.0)
    track.see(HungUp(ID, ID, FIRST_1, 0), 51.0)
    track.close(52.0)
    assert (track.call.cause, track.call.second.ended_at, track.call.ended_at) == ("USER_BUSY", 50.0, 51.0)


def test_other_calls_channels() -> None:
    """Channels of other calls are not this one's, though they be in the same list."""
    others = [
        channel("c2c-b-2", "Local/9@x-00000009;1", bridge="q", linked="c2c-b-2"),
        channel("1800000000.9", "PJSIP/9-00000009", bridge="q", linked="1800000000.9"),
    ]
    track = Track(a_call())
    before = track.call
    track.see_channels(others, 50.0)
    assert track.call is before


@pytest.mark.parametrize("release", RELEASES)
def test_missed_from_any_event_on(release: Release) -> None:
    """Wherever the link was lost, a call found talking ends as the success that it was."""
    said = replayed(release, "both_talk_first_hangs_up")
    bridged = next(
        place for place in range(len(said)) if tracked(*(one.event for one in said[:place])).call.is_decided
    )
    hangups = [one.event for one in said if isinstance(one.event, HungUp)]
    names = {event.channel: event.name for event in hangups}
    second = tracked(*(one.event for one in said)).call.second_channel
    for heard in range(bridged):
        track = tracked(*(one.event for one in said[:heard]))
        talk = [channel(key, name, bridge="y" if key in {ID, second} else "") for key, name in names.items()]
        track.see_channels(talk, 50.0)
        over = [track.is_over]
        for event in hangups:
            track.see(event, 60.0)
        over.append(track.is_over)
        assert over == [False, True]
        track.close(60.0)
        assert (track.call.result, track.call.first.hangup_cause) == ("success", 16)


def test_the_half_that_dials_has_a_last_word() -> None:
    """The end waits for the Hangup of the first leg's other half, too: the true cause may be its (22.10)."""
    track = tracked(
        DialProgress(ID, "", "", ID, FIRST_1, "BEGIN"),
        DialProgress(ID, ID + "-2", FIRST_2, "p1", "PJSIP/1001-00000000", "BEGIN"),
        DialProgress(ID, ID + "-2", FIRST_2, "p1", "PJSIP/1001-00000000", "ANSWER", end=True),
        BridgeEntered(ID, "p1", "x"),
        BridgeEntered(ID, ID + "-2", "x"),
        ANSWERS,
        HungUp(ID, ID, FIRST_1, 66),
        HungUp(ID, "p1", "PJSIP/1001-00000000", 16),
    )
    before = track.is_over
    track.see(HungUp(ID, ID + "-2", FIRST_2, 66), 9.0)
    assert (before, track.is_over) == (False, True)
    track.close(9.0)
    assert (track.call.first.hangup_cause, track.call.cause) == (66, "CHAN_NOT_IMPLEMENTED")
