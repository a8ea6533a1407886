"""What happened while nobody looked: the link was lost, or the daemon did not run."""

import pytest

from c2cd.calls.following import GRACE
from c2cd.model.switching import (
    BridgeEntered,
    Channel,
    DialProgress,
    HungUp,
    LinkLost,
    OriginateDecided,
    SwitchEvent,
)
from tests.calls.examples import a_call
from tests.calls.room import Room
from tests.calls.test_settling import ID, NAME, live_call, ours, snapshot
from tests.calls.test_tracking import ANSWERS, DIALS_SECOND, SECOND_1

GONE = [HungUp(ID, "s1", SECOND_1, 16), HungUp(ID, ID, NAME, 16)]
TALK = [BridgeEntered(ID, ID, "y"), BridgeEntered(ID, "s1", "y")]


def second(state: str, bridge: str = "") -> Channel:
    """Make the row of the second leg's channel."""
    return Channel("s1", ID, SECOND_1, state, bridge)


async def heard(room: Room, *events: SwitchEvent) -> None:
    """Have the switch tell these, and let a call that is over be closed."""
    for event in events:
        room.switch.events.put_nowait(event)
    await room.clock.advance(2.0)


@pytest.mark.parametrize(
    "there",
    [
        pytest.param((), id="gone"),
        pytest.param((second("Up"),), id="answered"),
    ],
)
async def test_who_may_have_talked_is_unknown(room: Room, there: tuple[Channel, ...]) -> None:
    """A call that ends after a gap in which the two may have talked and parted is no failure, but unknown."""
    await live_call(room)
    await heard(room, ANSWERS, DIALS_SECOND)
    await heard(room, LinkLost())
    await snapshot(room, ours(), *there, session=2)
    await heard(room, *GONE)
    row = room.row()
    assert (row.state, row.result, row.cause, row.talk_seconds) == ("ended", "unknown", None, None)


async def test_an_answer_that_was_not_seen_may_have_been_a_talk(room: Room) -> None:
    """So is one that only rang before the gap, and is answered and alone after it."""
    await live_call(room, "ringing")
    await heard(room, LinkLost())
    await snapshot(room, ours(), session=2)
    await heard(room, *GONE)
    assert room.row().result == "unknown"


async def test_who_still_rings_has_not_talked(room: Room) -> None:
    """Where the second phone rings after the gap the two can't have talked in it: the call ends as ever."""
    await live_call(room)
    await heard(room, ANSWERS, DIALS_SECOND, LinkLost())
    await snapshot(room, ours(), second("Ringing"), session=2)
    await heard(room, HungUp(ID, "s1", SECOND_1, 17), HungUp(ID, ID, NAME, 17))
    assert (room.row().result, room.row().cause) == ("error", "USER_BUSY")


async def test_who_is_dialled_after_the_gap_has_not_talked_in_it(room: Room) -> None:
    """Nor can they where the second leg's dialling begins after the gap."""
    await live_call(room)
    await heard(room, ANSWERS, LinkLost())
    await snapshot(room, ours(), session=2)
    await heard(room, DIALS_SECOND, HungUp(ID, "s1", SECOND_1, 17), HungUp(ID, ID, NAME, 17))
    assert (room.row().result, room.row().cause) == ("error", "USER_BUSY")


async def test_the_end_of_a_dialling_does_not_say_when_it_began(room: Room) -> None:
    """The last word of a dialling that began in the gap leaves it open what came of it."""
    await live_call(room)
    await heard(room, ANSWERS, LinkLost())
    await snapshot(room, ours(), session=2)
    await heard(room, DialProgress(ID, ID, NAME, "s1", SECOND_1, "ANSWER", end=True), *GONE)
    assert room.row().result == "unknown"


async def test_who_is_seen_to_talk_talks(room: Room) -> None:
    """Whatever was unseen, who is bridged after it is a success."""
    await live_call(room)
    await heard(room, ANSWERS, DIALS_SECOND, LinkLost())
    await snapshot(room, ours(), second("Up"), session=2)
    await heard(room, *TALK, *GONE)
    row = room.row()
    assert row.result == "success"
    assert row.talk_seconds is not None


async def test_a_look_in_the_same_session_is_no_gap(room: Room) -> None:
    """A listing that c2cd asked for itself, with nothing lost, takes nothing from what is known."""
    await live_call(room)
    await heard(room, ANSWERS, DIALS_SECOND)
    await snapshot(room, ours(), second("Up"), session=1)
    await heard(room, *GONE)
    assert room.row().result == "error"


async def test_an_end_before_the_first_look_is_an_end_unseen(room: Room) -> None:
    """A new session may tell of a call's end before it lists its channels: the rest is unseen."""
    await live_call(room)
    await heard(room, LinkLost(), ANSWERS, *GONE)
    assert room.row().result == "unknown"


async def test_who_has_never_answered_has_not_talked(room: Room) -> None:
    """Where the switch says after the gap that the first phone did not answer, that is what became of it."""
    await live_call(room, "ringing")
    await heard(room, LinkLost(), HungUp(ID, ID, NAME, 19), OriginateDecided(ID, success=False, reason=3))
    assert (room.row().result, room.row().cause) == ("error", "NO_ANSWER")


async def test_who_is_said_not_to_have_answered_has_not_talked(room: Room) -> None:
    """Nor have the two where the last word of the second leg's dialling is that it was busy."""
    await live_call(room)
    busy = DialProgress(ID, ID, NAME, "s1", SECOND_1, "BUSY", end=True)
    await heard(room, ANSWERS, DIALS_SECOND, LinkLost(), busy, HungUp(ID, ID, NAME, 17))
    assert (room.row().result, room.row().cause) == ("error", "USER_BUSY")


@pytest.mark.parametrize(
    ("last", "cause"),
    [
        (HungUp(ID, ID, NAME, 17), "USER_BUSY"),
        (OriginateDecided(ID, success=False, reason=3), "NO_ANSWER"),
    ],
    ids=["hung up", "decided"],
)
async def test_who_is_gone_before_the_gap_does_not_talk_in_it(
    room: Room, last: SwitchEvent, cause: str
) -> None:
    """A call whose first phone is gone already, and that only waits for last words, ends as ever."""
    await live_call(room, "ringing")
    await heard(room, last, LinkLost())
    assert (room.row().result, room.row().cause) == ("error", cause)


async def test_who_was_lost_sight_of_before_is_not_seen_by_its_end(room: Room) -> None:
    """Losing the link again while it waits for last words makes an end that was unknown no better."""
    await live_call(room)
    for event in (ANSWERS, DIALS_SECOND, LinkLost(), GONE[1], LinkLost()):
        room.switch.events.put_nowait(event)
    await room.clock.advance(2.0)
    assert room.row().result == "unknown"


async def test_who_hung_it_up_is_told_of_an_end_unseen(room: Room) -> None:
    """Where nobody knows whether the two talked it is still known who had the call hung up."""
    live = await live_call(room)
    await heard(room, ANSWERS, DIALS_SECOND, LinkLost())
    await snapshot(room, ours(), second("Up"), session=2)
    await room.hang_up.ask(live, "token 1")
    await heard(room, *GONE)
    assert (room.row().result, room.row().ended_by) == ("unknown", "token 1")


async def test_however_often_the_daemon_is_started_a_lost_order_comes_to_its_end(room: Room) -> None:
    """A requested call that the switch does not have is given up by its own age, not by the daemon's."""
    call = a_call()
    await room.rows.add(call)
    await room.clock.advance(call.timeout + GRACE + 1)
    assert await room.ledger.resume() == 1
    await snapshot(room, session=1)
    assert room.row().result == "unknown"
