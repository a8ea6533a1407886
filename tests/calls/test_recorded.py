"""Calls that Asterisk 16.28 and 22.10 made with real SIP phones, replayed: what becomes of each."""

import pytest
from msgspec import Struct
from msgspec.structs import replace

from c2cd.calls.following import LAST_WORDS
from c2cd.model.call import Call, Leg
from c2cd.model.switching import CallEvent, DialProgress, HungUp, OriginateDecided
from tests.calls.examples import a_call
from tests.calls.replaying import RELEASES, Release, Said, place_of_response, recordings, replay, replayed
from tests.calls.room import Room
from tests.clock import START

ANSWERED = ["call.requested", "call.ringing extension", "call.answered extension"]
TALKED = [*ANSWERED, "call.ringing contact", "call.answered contact", "call.bridged", "call.ended"]
SECOND_RANG = [*ANSWERED, "call.ringing contact", "call.ended"]
SECOND_DID_NOT = [*ANSWERED, "call.ended"]
FIRST_RANG = ["call.requested", "call.ringing extension", "call.ended"]
NOTHING = ["call.requested", "call.ended"]


class Outcome(Struct, frozen=True):
    """What must become of a call: its lines, its cause (None: a success) and its legs' Q.850 causes."""

    lines: list[str]
    cause: str | None
    first: int | None
    second: int | None = None


OUTCOMES = {
    "both_talk_second_hangs_up": Outcome(TALKED, None, 16, 16),
    "both_talk_first_hangs_up": Outcome(TALKED, None, 16, 16),
    "channelid_already_alive": Outcome(TALKED, None, 16, 16),
    "second_sip_uri": Outcome(TALKED, None, 16, 16),
    "first_busy_486": Outcome(FIRST_RANG, "USER_BUSY", 17),
    "first_sip_uri_busy": Outcome(FIRST_RANG, "USER_BUSY", 17),
    "first_declines_603": Outcome(FIRST_RANG, "CALL_REJECTED", 21),
    "first_unallocated_404": Outcome(NOTHING, "UNALLOCATED_NUMBER", 1),
    "first_exten_missing": Outcome(NOTHING, "NORMAL_TEMPORARY_FAILURE", None),
    "first_unknown_technology": Outcome(NOTHING, "NORMAL_TEMPORARY_FAILURE", None),
    "second_busy_486": Outcome(SECOND_RANG, "USER_BUSY", 16, 17),
    "second_declines_603": Outcome(SECOND_RANG, "CALL_REJECTED", 16, 21),
    "second_no_answer_timeout": Outcome(SECOND_RANG, "NO_ANSWER", 16, 16),
    "first_hangs_up_while_second_rings": Outcome(SECOND_RANG, "ORIGINATOR_CANCEL", 16, 16),
    "second_exten_missing": Outcome(SECOND_DID_NOT, "NORMAL_TEMPORARY_FAILURE", 16),
    "second_unknown_technology": Outcome(SECOND_DID_NOT, "CHAN_NOT_IMPLEMENTED", 66),
}
# A phone that nobody answers is hung up with another cause by 16 than by 22.
NO_ANSWER = {"16": 16, "22": 19}

EVERY = pytest.mark.parametrize("scenario", OUTCOMES)
BOTH = pytest.mark.parametrize("release", RELEASES)


async def hear(room: Room, said: list[Said], call: Call | None = None) -> Call:
    """Begin a call, have the room hear of it, and give the row that is written in the end."""
    call = call or a_call()
    await room.begin(call)
    await replay(room, said)
    await room.clock.advance(LAST_WORDS)
    return room.row(call.id)


def check(call: Call, outcome: Outcome) -> None:
    """Hold a call against what must become of it."""
    assert (call.state, call.end_seen) == ("ended", True)
    assert (call.result, call.cause) == ("success" if outcome.cause is None else "error", outcome.cause)
    assert (call.first.hangup_cause, call.second.hangup_cause) == (outcome.first, outcome.second)


@BOTH
@EVERY
async def test_outcome(room: Room, release: Release, scenario: str) -> None:
    """Each call comes to its end, its cause and its lines, on both releases alike."""
    call = await hear(room, replayed(release, scenario))
    check(call, OUTCOMES[scenario])
    assert room.told.names() == OUTCOMES[scenario].lines


@BOTH
async def test_nobody_answers(room: Room, release: Release) -> None:
    """A first phone that nobody answers is NO_ANSWER, whichever cause the release hangs up with."""
    call = await hear(room, replayed(release, "first_no_answer_timeout"))
    check(call, Outcome(FIRST_RANG, "NO_ANSWER", NO_ANSWER[release]))
    assert room.told.names() == FIRST_RANG


@BOTH
async def test_phones_that_answer_at_once(room: Room, release: Release) -> None:
    """Phones that answer without a ring make a call without a ring."""
    call = await hear(room, replayed(release, "both_answer_at_once"))
    check(call, Outcome(TALKED, None, 16, 16))
    assert room.told.names() == [line for line in TALKED if "ringing" not in line]


@BOTH
async def test_contact_first(room: Room, release: Release) -> None:
    """Where the contact rings first, the legs are named the other way round, and all else is the same."""
    call = await hear(room, replayed(release, "dial_first_contact"), a_call(dial_first="contact"))
    check(call, Outcome(TALKED, None, 16, 16))
    assert [line.replace("contact", "?").replace("extension", "contact") for line in TALKED] == [
        line.replace("extension", "?") for line in room.told.names()
    ]


async def test_times_on_22(room: Room) -> None:
    """Each time is that of the event that told it first: here those of 22.10."""
    call = await hear(room, replayed("22", "both_talk_second_hangs_up"))
    assert since_start(call.first) == {
        "ringing_at": 0.025,
        "answered_at": 0.824,  # OriginateResponse, before DialEnd
        "ended_at": 3.556,
    }
    assert since_start(call.second) == {"ringing_at": 0.848, "answered_at": 2.043, "ended_at": 3.554}
    assert call.bridged_at == pytest.approx(START + 2.045, abs=1e-4)
    assert call.ended_at == pytest.approx(START + 3.556, abs=1e-4)
    assert call.talk_seconds == 1.511


async def test_times_on_16(room: Room) -> None:
    """Each time is that of the event that told it first: here those of 16.28."""
    call = await hear(room, replayed("16", "both_talk_second_hangs_up"))
    assert since_start(call.first) == {"ringing_at": 0.048, "answered_at": 0.814, "ended_at": 3.575}
    assert since_start(call.second) == {"ringing_at": 0.856, "answered_at": 2.047, "ended_at": 3.573}
    assert call.bridged_at == pytest.approx(START + 2.05, abs=1e-4)
    assert call.talk_seconds == 1.525


def since_start(leg: Leg) -> dict[str, float]:
    """Give a leg's times from the call's beginning, to the millisecond."""
    times = {"ringing_at": leg.ringing_at, "answered_at": leg.answered_at, "ended_at": leg.ended_at}
    return {name: round(at - START, 3) for name, at in times.items() if at is not None}


@BOTH
@EVERY
async def test_response_at_the_very_end(room: Room, release: Release, scenario: str) -> None:
    """OriginateResponse may come after the last Hangup, as it often does on both, and changes no outcome."""
    said = replayed(release, scenario)
    response = said.pop(place_of_response(said))
    check(await hear(room, [*said, response]), OUTCOMES[scenario])


@BOTH
@pytest.mark.parametrize("scenario", ["first_busy_486", "first_declines_603", "first_unallocated_404"])
@pytest.mark.parametrize("place", range(12))
async def test_response_anywhere(room: Room, release: Release, scenario: str, place: int) -> None:
    """OriginateResponse may come anywhere among the events of a first leg that fails: no order is fixed."""
    said = replayed(release, scenario)
    response = said.pop(place_of_response(said))
    said.insert(place, response)
    check(await hear(room, said), OUTCOMES[scenario])


def is_phones_hangup(one: Said) -> bool:
    """Tell whether a phone's channel hangs up that is not the one that the Originate named."""
    event = one.event
    return isinstance(event, HungUp) and event.name.startswith("PJSIP/") and event.channel != event.linked


def phones_last(said: list[Said]) -> list[Said]:
    """Have the phones hang up after all others, and that of the second leg at last."""
    late = [one for one in said if is_phones_hangup(one)]
    return [*(one for one in said if one not in late), *reversed(late)]


@BOTH
@EVERY
async def test_phones_hang_up_last(room: Room, release: Release, scenario: str) -> None:
    """A phone's own Hangup may come after those of all Local halves: the call waits for what it says."""
    check(await hear(room, phones_last(replayed(release, scenario))), OUTCOMES[scenario])


def told_late(said: list[Said]) -> list[Said]:
    """Have the second leg's beginning told only when its channel is heard of again."""
    places = {
        one.event.peer: place
        for place, one in enumerate(said)
        if isinstance(one.event, DialProgress)
        and (one.event.status, one.event.channel) == ("BEGIN", one.event.linked)
    }
    for peer, place in places.items():
        again = next(at for at in range(place + 1, len(said)) if is_of(said[at].event, peer))
        said.insert(again - 1, said.pop(place))
    return said


def is_of(event: CallEvent, channel: str) -> bool:
    """Tell whether an event says something of a channel."""
    peer = event.peer if isinstance(event, DialProgress) else ""
    return not isinstance(event, OriginateDecided) and channel in {peer, event.channel}


@BOTH
@EVERY
async def test_half_that_dials_on_is_told_of_first(room: Room, release: Release, scenario: str) -> None:
    """What a Local channel's other half dials may be told of before that channel (16.28, under load)."""
    said = told_late(replayed(release, scenario))
    check(await hear(room, phones_last(said)), OUTCOMES[scenario])


@BOTH
@EVERY
async def test_everything_twice(room: Room, release: Release, scenario: str) -> None:
    """An event that comes twice changes nothing the second time."""
    said = replayed(release, scenario)
    check(await hear(room, [one for one in said for _ in range(2)]), OUTCOMES[scenario])
    assert room.told.names() == OUTCOMES[scenario].lines


@BOTH
async def test_all_calls_at_once(room: Room, release: Release) -> None:
    """Calls that live at the same time, their events mixed, end as they would alone."""
    mixed: list[Said] = []
    for number, scenario in enumerate(OUTCOMES):
        call = replace(a_call(), id=f"c2c-b-{number}")
        await room.begin(call)
        mixed += replayed(release, scenario, call.id)
    await replay(room, sorted(mixed, key=lambda one: one.at))
    await room.clock.advance(LAST_WORDS)
    for number, outcome in enumerate(OUTCOMES.values()):
        check(room.row(f"c2c-b-{number}"), outcome)


@BOTH
@EVERY
async def test_ended_call_stays_as_it_is(room: Room, release: Release, scenario: str) -> None:
    """Whatever is told again of a call that has ended changes neither its row nor the log."""
    said = replayed(release, scenario)
    call, lines = await hear(room, said), len(room.told)
    await replay(room, said)
    await room.clock.advance(LAST_WORDS)
    assert room.row() == call
    assert len(room.told) == lines


@BOTH
async def test_every_recording_is_replayed(release: Release) -> None:
    """No recording lies here that no test replays."""
    others = {"first_no_answer_timeout", "both_answer_at_once", "dial_first_contact"}
    assert recordings(release).keys() == OUTCOMES.keys() | others
