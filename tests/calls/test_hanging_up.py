"""Hanging up: who wanted it is remembered if the switch was asked, and the end comes from the switch."""

import asyncio

import pytest

from c2cd.calls.ledger import COMPANY
from c2cd.errors import SwitchForbids, SwitchRefused, SwitchSilent, SwitchUnreachable
from c2cd.model.switching import BridgeEntered, DialProgress, HungUp, OriginateDecided
from tests.calls.examples import a_call
from tests.calls.room import Room
from tests.calls.test_following import ANSWERS, ID, NAME, RINGS, hear

SECOND = DialProgress(ID, ID, NAME, "s1", "PJSIP/trunk-00000001", "BEGIN")
BYE = HungUp(ID, ID, NAME, 16)


async def test_a_ringing_call(room: Room) -> None:
    """A call that is hung up while it rings is an error, ended by whoever asked, and no fault of a phone."""
    live = await room.begin(a_call())
    await hear(room, RINGS)
    call = await room.hang_up.ask(live, "token 1f0c77ab")
    assert (call.state, call.ended_by) == ("ringing", None)
    await hear(room, OriginateDecided(ID, success=False, reason=0), BYE)
    row = room.row()
    assert (row.result, row.cause, row.ended_by) == ("error", "ORIGINATOR_CANCEL", "token 1f0c77ab")
    assert room.told[-1].ended_by == "token 1f0c77ab"


async def test_a_talking_call(room: Room) -> None:
    """A call that is hung up while the two talk was a success all the same."""
    live = await room.begin(a_call())
    await hear(room, ANSWERS, SECOND, BridgeEntered(ID, ID, "x"), BridgeEntered(ID, "s1", "x"))
    await room.hang_up.ask(live, "token 1")
    await hear(room, HungUp(ID, "s1", "PJSIP/trunk-00000001", 16), BYE)
    row = room.row()
    assert (row.result, row.cause, row.ended_by) == ("success", None, "token 1")


async def test_the_first_who_asks(room: Room) -> None:
    """Of two who hang the same call up the history names the first."""
    live = await room.begin(a_call())
    await room.hang_up.ask(live, "token 1")
    await room.hang_up.ask(live, "token 2")
    await hear(room, OriginateDecided(ID, success=False, reason=0), BYE)
    assert room.row().ended_by == "token 1"
    assert room.switch.hung_up == [ID, ID]


@pytest.mark.parametrize("refusal", [SwitchForbids("needs call"), SwitchUnreachable("away")])
async def test_what_was_not_done_is_not_written(room: Room, refusal: Exception) -> None:
    """Where the switch could not be asked, nobody has ended the call, and it goes on."""
    live = await room.begin(a_call())
    room.switch.refusal = refusal
    with pytest.raises(type(refusal)):
        await room.hang_up.ask(live, "token 1")
    room.switch.refusal = None
    await hear(room, RINGS, OriginateDecided(ID, success=False, reason=0), BYE)
    assert (room.row().state, room.row().ended_by) == ("ended", None)
    assert room.row().cause != "ORIGINATOR_CANCEL"


async def test_the_second_who_fails(room: Room) -> None:
    """Who asks second, and can't be heard, does not take away the name of who was."""
    live = await room.begin(a_call())
    await room.hang_up.ask(live, "token 1")
    room.switch.refusal = SwitchUnreachable("away")
    with pytest.raises(SwitchUnreachable):
        await room.hang_up.ask(live, "token 2")
    assert live.track.hung_up_by == "token 1"


async def test_no_answer_to_a_hang_up(room: Room) -> None:
    """Where the switch took the order and did not answer, whoever asked is named if the call then ends."""
    live = await room.begin(a_call())
    room.switch.refusal = SwitchSilent("no answer")
    with pytest.raises(SwitchSilent):
        await room.hang_up.ask(live, "token 1")
    await hear(room, OriginateDecided(ID, success=False, reason=0), BYE)
    assert (room.row().cause, room.row().ended_by) == ("ORIGINATOR_CANCEL", "token 1")


async def test_the_daemon_dies_between_the_order_and_the_end(room: Room) -> None:
    """Nothing of a hang-up is written before the call has ended: who is named then did end it."""
    live = await room.begin(a_call())
    await hear(room, RINGS)
    await room.hang_up.ask(live, "token 1")
    await room.clock.advance(COMPANY)
    assert (room.row().state, room.row().ended_by) == ("ringing", None)


async def test_a_call_that_has_no_channel_yet(room: Room) -> None:
    """A call that was placed this very moment is looked for again until its channel is there."""
    live = await room.begin(a_call())
    room.switch.missing = 2
    asking = asyncio.create_task(room.hang_up.ask(live, "token 1"))
    await room.clock.advance(1.0)
    await asking
    assert live.track.hung_up_by == "token 1"
    assert len(room.switch.hung_up) == 3


async def test_a_call_that_never_has_a_channel(room: Room) -> None:
    """Where the switch has no channel of the call, that is what is said, and nobody has ended it."""
    live = await room.begin(a_call())
    room.switch.missing = 99
    asking = asyncio.create_task(room.hang_up.ask(live, "token 1"))
    await room.clock.advance(5.0)
    with pytest.raises(SwitchRefused, match="no channel"):
        await asking
    assert live.track.hung_up_by is None


async def test_a_call_that_ends_meanwhile(room: Room) -> None:
    """A call that ends by itself while its channel is looked for is no failure."""
    live = await room.begin(a_call())
    room.switch.missing = 99
    asking = asyncio.create_task(room.hang_up.ask(live, "token 1"))
    await hear(room, OriginateDecided(ID, success=False, reason=0), BYE)
    await room.clock.advance(5.0)
    assert (await asking).state == "ended"
