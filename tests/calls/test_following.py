"""Following live calls: whose event it is, when a call is closed, when the switch is asked."""

import pytest

from c2cd.calls.following import GRACE, LAST_WORDS, SWEEP_EVERY, TALK_CHECK
from c2cd.calls.ledger import COMPANY
from c2cd.calls.states import Step, advance
from c2cd.model.switching import BridgeEntered, DialProgress, HungUp, OriginateDecided, SwitchEvent
from tests.calls.examples import a_call
from tests.calls.room import Room

ID = "c2c-b-1"
NAME = "Local/1001@from-internal-00000000;1"
RINGS = DialProgress(ID, "", "", ID, NAME, "RINGING")
ANSWERS = OriginateDecided(ID, success=True, reason=4)
REFUSED = OriginateDecided(ID, success=False, reason=0)


async def hear(room: Room, *events: SwitchEvent) -> None:
    """Have the room hear events at this moment."""
    for event in events:
        room.switch.events.put_nowait(event)
    await room.clock.advance(0.0)


async def test_events_in_their_order(room: Room) -> None:
    """Events are taken in the order in which the switch said them, each with the time at which it came."""
    await room.begin(a_call())
    await hear(room, RINGS)
    await room.clock.advance(3.0)
    await hear(room, ANSWERS)
    await room.clock.advance(COMPANY)
    row = room.row()
    assert row.first.ringing_at is not None
    assert row.first.answered_at == row.first.ringing_at + 3.0


@pytest.mark.parametrize(
    "event",
    [
        OriginateDecided("c2c-b-2", success=False, reason=0),
        OriginateDecided(f"{ID}-again", success=False, reason=0),
        DialProgress("c2c-b-2", "", "", "c2c-b-2", NAME, "RINGING"),
        BridgeEntered("c2c-b-2", "c2c-b-2", "y"),
        HungUp("c2c-b-2", "c2c-b-2", NAME, 16),
    ],
)
async def test_events_of_others(room: Room, event: SwitchEvent) -> None:
    """An event of a call that is none of ours changes no call and stops nothing."""
    live = await room.begin(a_call())
    await hear(room, event)
    assert live.call == a_call()
    assert room.rows.saves == []


async def test_call_that_never_had_a_channel(room: Room) -> None:
    """An originate that failed without a channel is closed after its last words had their time."""
    await room.begin(a_call())
    await hear(room, REFUSED)
    await room.clock.advance(LAST_WORDS - 0.001)
    assert room.row().state == "requested"
    await room.clock.advance(0.001)
    assert (room.row().state, room.row().result) == ("ended", "error")


async def test_last_words_that_never_come(room: Room) -> None:
    """A call whose first channel is gone is closed in time, though a Hangup of its others never comes."""
    await room.begin(a_call())
    second = DialProgress(ID, ID, NAME, "s1", "PJSIP/trunk-00000001", "BEGIN")
    await hear(room, ANSWERS, second, HungUp(ID, ID, NAME, 16))
    hung_up_at = room.clock.wall()
    await room.clock.advance(LAST_WORDS)
    assert (room.row().state, room.row().ended_at) == ("ended", hung_up_at)


async def test_last_words_close_it_at_once(room: Room) -> None:
    """A call is closed in the moment in which nothing more can come."""
    await room.begin(a_call())
    await hear(room, RINGS, REFUSED, HungUp(ID, ID, NAME, 17))
    assert (room.row().cause, room.row().ended_at) == ("USER_BUSY", room.clock.wall())


@pytest.mark.parametrize("put", [-86_400.0, 86_400.0])
async def test_a_date_that_is_put_makes_no_talk_longer(room: Room, put: float) -> None:
    """How long two have talked is told by the time that passed, though the date was put meanwhile."""
    await room.begin(a_call(longest=3600.0))
    second = DialProgress(ID, ID, NAME, "s1", "PJSIP/trunk-00000001", "BEGIN")
    await hear(room, ANSWERS, second, BridgeEntered(ID, ID, "y"), BridgeEntered(ID, "s1", "y"))
    await room.clock.advance(20.0)
    room.clock.put(put)
    await room.clock.advance(20.0)
    await hear(room, HungUp(ID, "s1", "PJSIP/trunk-00000001", 16), HungUp(ID, ID, NAME, 16))
    assert (room.row().state, room.row().talk_seconds, room.row().ended_by) == ("ended", 40.0, None)


async def test_finish(room: Room) -> None:
    """When the daemon stops, a call that only waits for last words is closed, and one that lives goes on."""
    await room.begin(a_call())
    await room.begin(a_call(call_id="c2c-b-2"))
    await hear(room, OriginateDecided(ID, success=False, reason=5))
    room.follower.finish()
    await room.ledger.flush()
    assert (room.row().result, room.row().cause) == ("error", "USER_BUSY")
    assert room.row("c2c-b-2").state == "requested"


async def test_quiet_calls_are_asked_after(room: Room) -> None:
    """The switch is asked once a call was not heard of for longer than its phones may ring."""
    await room.begin(a_call(timeout=30))
    await room.clock.advance(30.0 + GRACE)
    assert room.switch.asked == 0
    await room.clock.advance(SWEEP_EVERY)
    assert room.switch.asked == 1


async def test_each_event_is_a_sign_of_life(room: Room) -> None:
    """A call that is heard of is not asked after."""
    await room.begin(a_call(timeout=30))
    for _ in range(10):
        await room.clock.advance(30.0)
        await hear(room, RINGS)
    assert room.switch.asked == 0


async def test_talking_calls_are_asked_after_seldom(room: Room) -> None:
    """Two who talk say nothing to the switch for long: they are asked after now and then."""
    live = await room.begin(a_call())
    steps: tuple[Step, ...] = ("first_answers", "bridged")
    for step in steps:
        live.track.call = advance(live.call, step, room.clock.wall())
    await room.clock.advance(TALK_CHECK)
    assert room.switch.asked == 0
    await room.clock.advance(SWEEP_EVERY)
    assert room.switch.asked == 1


async def test_nobody_is_asked_for_nothing(room: Room) -> None:
    """Where no call lives the switch is left alone."""
    await room.clock.advance(10 * TALK_CHECK)
    assert room.switch.asked == 0
