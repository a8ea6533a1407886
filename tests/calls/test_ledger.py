"""The ledger: nothing is lost on the way to the disk, and nobody waits in vain."""

import asyncio
import logging

import pytest

from c2cd.calls.ledger import COMPANY, RETRY_AFTER, LiveCall
from c2cd.calls.states import Step, advance, take_back
from c2cd.errors import Stopping, StoreError
from c2cd.model.call import Call
from tests.calls.examples import a_call
from tests.calls.room import Room, soon
from tests.clock import settle


def take(room: Room, live: LiveCall, *steps: Step) -> Call:
    """Let a live call take steps, and tell the ledger."""
    before = live.call
    for step in steps:
        live.track.call = advance(live.call, step, room.clock.wall())
    room.ledger.update(live, before)
    return live.call


async def test_changes_are_written(room: Room) -> None:
    """What changes in a call is written after a moment, and its lines are told once each."""
    live = await room.begin(a_call())
    steps: tuple[Step, ...] = ("first_rings", "first_answers")
    for step in steps:
        before, call = room.row(), take(room, live, step)
        await room.clock.advance(COMPANY - 0.001)
        assert room.row() == before
        await room.clock.advance(0.001)
        assert room.row() == call
    assert room.told.names() == ["call.requested", "call.ringing extension", "call.answered extension"]


async def test_what_is_decided_is_written_at_once(room: Room) -> None:
    """That the two talk is written at once, with all that came before it, and an end is; lines in order."""
    live = await room.begin(a_call())
    take(room, live, "first_rings")
    take(room, live, "first_answers")
    bridged = take(room, live, "bridged")
    await settle()
    assert room.row() == bridged
    ended = take(room, live, "ends")
    await settle()
    assert room.row() == ended
    assert [[call.state for call in save] for save in room.rows.saves] == [["bridged"], ["ended"]]
    events = ["requested", "ringing extension", "answered extension", "answered contact", "bridged", "ended"]
    assert room.told.names() == [f"call.{event}" for event in events]
    await room.clock.advance(2 * COMPANY)
    assert len(room.rows.saves) == 2


async def test_nobody_waits_for_the_company_of_all(room: Room) -> None:
    """What begins to wait is written in a moment, however much comes after it."""
    lives = [await room.begin(a_call(call_id=f"c2c-b-{number}")) for number in range(5)]
    for live in lives:
        take(room, live, "first_rings")
        await room.clock.advance(COMPANY / 3)
    assert [len(save) for save in room.rows.saves] == [3]


async def test_an_end_is_known_before_it_is_written(room: Room) -> None:
    """What a call has come to is known here until its row says the same."""
    live = await room.begin(a_call())
    room.rows.broken = True
    ended = take(room, live, "ends")
    await settle()
    assert room.ledger.latest(ended.id) is ended
    room.rows.broken = False
    await room.clock.advance(RETRY_AFTER)
    assert room.row() == ended
    assert room.ledger.latest(ended.id) is None


async def test_no_change_is_not_written(room: Room) -> None:
    """An update without news writes nothing and tells nothing."""
    live = await room.begin(a_call())
    room.ledger.update(live, live.call)
    await settle()
    assert room.rows.saves == []
    assert room.told.names() == ["call.requested"]


async def test_changes_share_a_write(room: Room) -> None:
    """What changes in many calls at once is written in one go, each call once and in its latest state."""
    lives = [await room.begin(a_call(call_id=f"c2c-b-{number}")) for number in range(5)]
    for live in lives:
        take(room, live, "first_rings")
        take(room, live, "first_answers")
    await room.clock.advance(COMPANY)
    assert [[call.state for call in save] for save in room.rows.saves] == [["answered"] * 5]


async def test_change_during_a_write(room: Room) -> None:
    """What changes while a call is being written is written next."""
    room.rows.held = asyncio.Event()
    live = LiveCall(a_call(), 1, 0.0)
    room.ledger.begin(live.call, 1)
    known = room.ledger.get("c2c-b-1")
    assert known is not None
    take(room, known, "first_rings")
    await room.clock.advance(COMPANY)
    take(room, known, "first_answers")
    room.rows.held.set()
    await room.clock.advance(COMPANY)
    assert [[call.state for call in save] for save in room.rows.saves] == [["ringing"], ["answered"]]


async def test_broken_store_is_tried_again(room: Room) -> None:
    """While the store fails, changes are kept, and are tried again after a while, again and again."""
    live = await room.begin(a_call())
    room.rows.broken = True
    take(room, live, "first_rings")
    await room.clock.advance(COMPANY + 5 * RETRY_AFTER)
    assert room.row().state == "requested"
    call = take(room, live, "first_answers")
    room.rows.broken = False
    await room.clock.advance(RETRY_AFTER - 0.001)
    assert room.row().state == "requested"
    await room.clock.advance(0.001)
    assert room.row() == call
    assert room.told.names() == ["call.requested", "call.ringing extension", "call.answered extension"]


async def test_a_store_that_is_away_is_told_once(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    """While the store fails the log has one line for each of its reasons, and one when it is over."""
    caplog.set_level(logging.INFO, "c2cd")
    live = await room.begin(a_call())
    room.rows.broken = True
    take(room, live, "first_rings")
    await room.clock.advance(300 * RETRY_AFTER)
    assert [record.getMessage() for record in caplog.records] == [
        "the history can't be written: disk I/O error; c2cd keeps trying"
    ]
    room.rows.words = "full"
    await room.clock.advance(300 * RETRY_AFTER)
    room.rows.broken = False
    await room.clock.advance(RETRY_AFTER)
    take(room, live, "first_answers")
    await settle()
    assert [record.getMessage() for record in caplog.records][1:] == [
        "the history can't be written: full; c2cd keeps trying",
        "the history can be written again",
    ]


async def test_ended_call_leaves_when_it_is_written(room: Room) -> None:
    """An ended call is not lost while its end can't be written, and leaves once it is."""
    live = await room.begin(a_call())
    room.rows.broken = True
    call = take(room, live, "ends")
    await settle()
    assert room.ledger.get(call.id) is None
    assert list(room.ledger) == []
    waiting = asyncio.create_task(room.ledger.decided(call.id))
    await settle()
    assert not waiting.done()
    room.rows.broken = False
    await room.clock.advance(RETRY_AFTER)
    assert await soon(waiting) == call
    assert room.row() == call


async def test_waits_until_it_is_decided(room: Room) -> None:
    """Who waits for a call is told once the two talk, and not before that is written."""
    live = await room.begin(a_call())
    waiting = [asyncio.create_task(room.ledger.decided("c2c-b-1")) for _ in range(3)]
    take(room, live, "first_answers")
    await settle()
    assert not any(task.done() for task in waiting)
    room.rows.held = asyncio.Event()
    call = take(room, live, "bridged")
    await settle()
    assert not any(task.done() for task in waiting)
    room.rows.held.set()
    assert await soon(asyncio.gather(*waiting)) == [call] * 3


async def test_decided_already(room: Room) -> None:
    """Who asks for a call that is decided is told at once, whether it still lives or not."""
    live = await room.begin(a_call())
    bridged = take(room, live, "first_answers", "bridged")
    await settle()
    assert await soon(room.ledger.decided("c2c-b-1")) == bridged
    ended = take(room, live, "ends")
    await settle()
    assert await soon(room.ledger.decided("c2c-b-1")) == ended


async def test_unknown_call(room: Room) -> None:
    """Who asks for a call that nobody knows is not left waiting."""
    with pytest.raises(StoreError, match="c2c-b-9"):
        await room.ledger.decided("c2c-b-9")


async def test_cancelled_wait(room: Room) -> None:
    """Who stops waiting disturbs neither the call nor the others who wait."""
    live = await room.begin(a_call())
    gone, stays = (asyncio.create_task(room.ledger.decided("c2c-b-1")) for _ in range(2))
    await settle()
    gone.cancel()
    call = take(room, live, "ends")
    assert await soon(stays) == call
    assert gone.cancelled()


async def test_who_has_gone_is_not_sent_away(room: Room) -> None:
    """When the daemon stops in the moment in which somebody stops waiting, that one is gone already."""
    await room.begin(a_call())
    gone, stays = (asyncio.create_task(room.ledger.decided("c2c-b-1")) for _ in range(2))
    await settle()
    assert room.ledger.waiting("c2c-b-1") == 2
    gone.cancel()
    assert room.ledger.waiting("c2c-b-1") == 1
    room.ledger.stop_waiting()
    with pytest.raises(Stopping):
        await soon(stays)
    await settle()
    assert gone.cancelled()


async def test_stopping_sends_waiters_away(room: Room) -> None:
    """When the daemon stops, who waits is sent away with the call's id, and so is who comes after."""
    live = await room.begin(a_call())
    waiting = asyncio.create_task(room.ledger.decided("c2c-b-1"))
    await settle()
    room.ledger.stop_waiting()
    with pytest.raises(Stopping) as caught:
        await soon(waiting)
    assert caught.value.call_id == "c2c-b-1"
    with pytest.raises(Stopping):
        await soon(room.ledger.decided("c2c-b-1"))
    bridged = take(room, live, "first_answers", "bridged")
    await settle()
    assert await soon(room.ledger.decided("c2c-b-1")) == bridged


async def test_resumed(room: Room) -> None:
    """The calls that a former run left open are taken up, told by no line again, and ended ones are not."""
    await room.rows.add(a_call(call_id="c2c-b-1"))
    await room.rows.add(take_back(a_call(call_id="c2c-b-2"), 5.0, "USER_BUSY"))
    assert await room.ledger.resume() == 1
    live = room.ledger.get("c2c-b-1")
    assert live is not None
    assert live.session == 0
    assert room.ledger.get("c2c-b-2") is None
    assert room.told == []


async def test_flush_at_the_end(room: Room) -> None:
    """What is left when the daemon stops is written by the last flush, or StoreError says that it is not."""
    live = await room.begin(a_call())
    room.rows.broken = True
    call = take(room, live, "first_rings")
    with pytest.raises(StoreError):
        await room.ledger.flush()
    room.rows.broken = False
    await room.ledger.flush()
    assert room.row() == call


async def test_nothing_is_told_before_it_is_written(room: Room) -> None:
    """The event log says nothing that is not on the disk: a restart then tells nothing twice."""
    live = await room.begin(a_call())
    room.rows.broken = True
    take(room, live, "ends")
    await room.clock.advance(3 * RETRY_AFTER)
    assert room.told.names() == ["call.requested"]
    room.rows.broken = False
    await room.clock.advance(RETRY_AFTER)
    assert room.told.names() == ["call.requested", "call.ended"]


async def test_what_is_left_is_written_at_the_end(room: Room) -> None:
    """At the end of the daemon what is left is tried again and again, but not for ever."""
    live = await room.begin(a_call())
    room.rows.broken = True
    take(room, live, "ends")
    draining = asyncio.create_task(room.ledger.drain(5.0))
    await room.clock.advance(4.9)
    assert not draining.done()
    await room.clock.advance(0.1)
    await soon(draining)
    room.rows.broken = False
    await soon(room.ledger.drain(5.0))
    assert room.row().state == "ended"
