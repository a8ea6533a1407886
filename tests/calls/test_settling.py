"""Settling: the live calls are held against the channels that the switch has."""

from collections.abc import Iterable

import pytest

from c2cd.calls.following import GRACE, SWEEP_EVERY, TALK_CHECK
from c2cd.calls.ledger import COMPANY, LiveCall
from c2cd.calls.states import Step, advance
from c2cd.calls.tracking import Track
from c2cd.model.call import State
from c2cd.model.switching import Channel, HungUp, OriginateDecided, Snapshot
from tests.calls.examples import LIFE, a_call
from tests.calls.room import Room

ID = "c2c-b-1"
NAME = "Local/1001@from-internal-00000000;1"
OVERDUE = 30.0 + GRACE + 0.001

WAYS: dict[State, tuple[Step, ...]] = {
    "requested": (),
    "ringing": ("first_rings",),
    "answered": ("first_answers",),
    "bridged": ("first_answers", "bridged"),
}
BEFORE_THE_BRIDGE = pytest.mark.parametrize("state", ["requested", "ringing", "answered"])


async def live_call(room: Room, state: State = "requested") -> LiveCall:
    """Begin a call in the link's first session and bring it to a state."""
    live = await room.begin(a_call())
    before = live.call
    for step in WAYS[state]:
        live.track.call = advance(live.call, step, room.clock.wall())
    room.ledger.update(live, before)
    return live


async def snapshot(room: Room, *channels: Channel, session: int = 1, life: str = LIFE) -> None:
    """Have the switch list its channels."""
    room.switch.events.put_nowait(Snapshot(life, session, channels))
    await room.clock.advance(0.0)


def ours(state: str = "Up", bridge: str = "") -> Channel:
    """Make the row of a call's first channel."""
    return Channel(ID, ID, NAME, state, bridge)


async def test_taken_up_again(room: Room) -> None:
    """A call whose channel is there goes on, as far as it has come meanwhile."""
    live = await live_call(room)
    await snapshot(room, ours("Ringing"), session=2)
    await room.clock.advance(COMPANY)
    assert room.row().state == "ringing"
    await snapshot(room, ours("Up"), session=3)
    await room.clock.advance(COMPANY)
    assert room.row().state == "answered"
    assert live.session == 3


async def test_taken_up_is_a_sign_of_life(room: Room) -> None:
    """A call that was found alive is not asked after until it was quiet for as long again."""
    await live_call(room)
    await room.clock.advance(30.0)
    await snapshot(room, ours("Ringing"))
    await room.clock.advance(30.0)
    assert room.switch.asked == 0


async def test_a_look_in_the_same_session_has_nothing_to_tell(room: Room) -> None:
    """A call that was known in this session is heard of by its events: it only has to be there."""
    live = await live_call(room, "ringing")
    await room.clock.advance(30.0)
    await snapshot(room, ours("Up"))
    assert (live.call.state, live.seen_at) == ("ringing", room.clock.monotonic())


async def test_each_call_sees_its_own_channels_alone(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call gets the channels of its Linkedid, and its own that took another's: no more."""
    calls = [await room.begin(a_call(call_id=f"c2c-b-{number}")) for number in range(1, 4)]
    rows = [
        Channel(f"{number}.{leg}", f"c2c-b-{number}", f"PJSIP/{leg}", "Up", "")
        for number in (1, 2)
        for leg in "ab"
    ]
    rows += [Channel(live.call.id, live.call.id, NAME, "Up", "") for live in calls[:2]]
    rows += [
        Channel(calls[2].call.id, calls[0].call.id, NAME, "Up", ""),
        Channel("9.9", "9.9", "PJSIP/9", "Up", ""),
    ]
    seen: dict[str, set[str]] = {}
    see = Track.see_channels

    def noting(track: Track, channels: Iterable[Channel], at: float) -> None:
        got = list(channels)
        seen[track.call.id] = {channel.id for channel in got}
        see(track, got, at)

    monkeypatch.setattr(Track, "see_channels", noting)
    await snapshot(room, *rows, session=2)
    assert seen == {
        "c2c-b-1": {"c2c-b-1", "1.a", "1.b", "c2c-b-3"},
        "c2c-b-2": {"c2c-b-2", "2.a", "2.b"},
        "c2c-b-3": {"c2c-b-3"},
    }
    assert [live.call.state for live in calls] == ["answered"] * 3


@pytest.mark.parametrize("state", WAYS)
async def test_new_life(room: Room, state: State) -> None:
    """Whatever lived in a switch that has begun a new life is gone at once, requested or not."""
    await live_call(room, state)
    await snapshot(room, session=2, life="another day")
    row = room.row()
    assert (row.state, row.end_seen) == ("ended", False)
    assert row.result == ("success" if state == "bridged" else "unknown")


async def test_new_life_has_a_channel_of_that_id(room: Room) -> None:
    """A channel of a new life is not the old call, whatever its id."""
    await live_call(room, "answered")
    await snapshot(room, ours(), session=2, life="another day")
    assert room.row().result == "unknown"


@pytest.mark.parametrize("state", ["ringing", "answered", "bridged"])
async def test_gone_while_the_link_was_lost(room: Room, state: State) -> None:
    """A call that is gone when the link comes back ended unseen: a success if they talked, else unknown."""
    await live_call(room, state)
    await snapshot(room, session=2)
    row = room.row()
    assert (row.state, row.end_seen, row.talk_seconds) == ("ended", False, None)
    assert (row.result, row.cause) == ("success" if state == "bridged" else "unknown", None)


async def test_requested_may_still_be_dialled(room: Room) -> None:
    """A silent switch may dial a requested call when it wakes: the call stays open until it is overdue."""
    await live_call(room, "requested")
    await snapshot(room, session=2)
    assert room.row().state == "requested"
    await room.clock.advance(OVERDUE)
    await snapshot(room, session=2)
    assert room.row().result == "unknown"


async def test_requested_and_dialled_late(room: Room) -> None:
    """A call that was dialled late is followed like any other."""
    await live_call(room, "requested")
    await snapshot(room, session=2)
    await room.clock.advance(20.0)
    room.switch.events.put_nowait(OriginateDecided(ID, success=True, reason=4))
    await room.clock.advance(COMPANY)
    assert room.row().state == "answered"


@BEFORE_THE_BRIDGE
async def test_gone_in_the_same_session(room: Room, state: State) -> None:
    """In one session a call that is gone is so at the second time only: its Hangup may be still to come."""
    await live_call(room, state)
    await room.clock.advance(OVERDUE)
    await snapshot(room)
    assert room.row().state == state
    await snapshot(room)
    assert room.row().result == "unknown"


async def test_hangup_that_was_still_to_come(room: Room) -> None:
    """A Hangup that comes after the list without its channel ends the call as it was."""
    await live_call(room, "answered")
    await room.clock.advance(OVERDUE)
    await snapshot(room)
    room.switch.events.put_nowait(HungUp(ID, ID, NAME, 17))
    await room.clock.advance(0.0)
    assert (room.row().result, room.row().cause, room.row().end_seen) == ("error", "USER_BUSY", True)


async def test_not_overdue_is_not_gone(room: Room) -> None:
    """A list that another call was the reason for says nothing of one that was just placed."""
    await live_call(room, "ringing")
    for _ in range(5):
        await snapshot(room)
    await room.clock.advance(COMPANY)
    assert room.row().state == "ringing"


async def test_seen_in_between(room: Room) -> None:
    """A call that was missed once and is there the next time is not missed any more."""
    await live_call(room, "answered")
    for channels in ([], [ours()], []):
        await room.clock.advance(OVERDUE)
        await snapshot(room, *channels)
    assert room.row().state == "answered"


async def test_heard_of_in_between(room: Room) -> None:
    """A call that was missed once and is heard of after that is not missed any more."""
    await live_call(room, "answered")
    await room.clock.advance(OVERDUE)
    await snapshot(room)
    room.switch.events.put_nowait(OriginateDecided(ID, success=True, reason=4))
    await room.clock.advance(OVERDUE)
    await snapshot(room)
    assert room.row().state == "answered"


async def test_talk_whose_end_was_missed(room: Room) -> None:
    """A talk that is gone in the same session is a success of unknown length, at the second time."""
    await live_call(room, "bridged")
    await room.clock.advance(TALK_CHECK + 0.001)
    await snapshot(room)
    assert room.row().state == "bridged"
    await snapshot(room)
    assert (room.row().result, room.row().end_seen) == ("success", False)


async def test_sweep_settles(room: Room) -> None:
    """A switch that is asked again and again and never has the call ends it, though nothing else is heard."""
    await live_call(room, "requested")
    asked = 0
    while room.row().state != "ended":
        await room.clock.advance(SWEEP_EVERY)
        if room.switch.asked > asked:
            asked = room.switch.asked
            await snapshot(room)
        assert room.clock.monotonic() < 60.0
    assert (room.row().result, asked) == ("unknown", 2)


async def test_resumed_and_there(room: Room) -> None:
    """A call that a former run of the daemon left open goes on where its channel is."""
    await room.rows.add(a_call())
    await room.ledger.resume()
    await snapshot(room, ours())
    await room.clock.advance(COMPANY)
    assert room.row().state == "answered"
    assert room.told.names() == ["call.answered extension"]


@pytest.mark.parametrize("state", ["ringing", "answered", "bridged"])
async def test_resumed_and_gone(room: Room, state: State) -> None:
    """A call that a former run left open and that is gone is settled by the first list of all."""
    call = a_call()
    for step in WAYS[state]:
        call = advance(call, step, room.clock.wall())
    await room.rows.add(call)
    await room.ledger.resume()
    await snapshot(room)
    assert room.row().result == ("success" if state == "bridged" else "unknown")
    assert room.told.names() == ["call.ended"]


async def test_lost_call_stays_lost(room: Room) -> None:
    """What is heard of a call after it was given up does not bring it back."""
    await live_call(room, "answered")
    await snapshot(room, session=2)
    row, lines = room.row(), len(room.told)
    await snapshot(room, ours(), session=2)
    room.switch.events.put_nowait(HungUp(ID, ID, NAME, 17))
    await room.clock.advance(0.0)
    assert (room.row(), len(room.told)) == (row, lines)


@pytest.mark.parametrize("life", [LIFE, "another day"])
async def test_waiting_for_last_words_is_not_lost(room: Room, life: str) -> None:
    """A call that only waits for its last words is not called lost: why it ended is known already."""
    await live_call(room, "requested")
    room.switch.events.put_nowait(OriginateDecided(ID, success=False, reason=3))
    await snapshot(room, session=2, life=life)
    await room.clock.advance(10.0)
    assert (room.row().result, room.row().cause, room.row().end_seen) == ("error", "NO_ANSWER", True)
    assert room.told.names() == ["call.requested", "call.ended"]
