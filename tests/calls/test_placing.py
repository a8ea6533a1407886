"""Placing a call: its row first, then its order, once."""

import asyncio

import pytest

from c2cd.calls.gate import LONGEST_WAIT
from c2cd.calls.placing import TOO_LATE
from c2cd.errors import (
    KeyInUse,
    StoreError,
    SwitchBusy,
    SwitchError,
    SwitchRefused,
    SwitchSilent,
    SwitchUnreachable,
)
from c2cd.model.call import Call
from c2cd.model.repeat import Answer
from c2cd.model.switching import Originate, OriginateDecided
from tests.calls.examples import ACCOUNT, CONTACT, a_button
from tests.calls.room import Room, open_room, soon
from tests.clock import ManualClock, settle


def compose(room: Room) -> tuple[Call, Originate]:
    """Compose the call of a click."""
    return room.placer.compose(ACCOUNT, a_button(), CONTACT)


def answer(call: Call) -> Answer:
    """Make what a click with a key is answered."""
    return Answer(key="k", fingerprint=CONTACT.text, call_id=call.id, body="{}", created_at=call.requested_at)


async def test_row_before_order(room: Room) -> None:
    """The row is committed before the order leaves; until then nothing rings and nothing is told."""
    room.rows.held = asyncio.Event()
    call, order = compose(room)
    placing = asyncio.create_task(room.placer.place(call, order))
    await settle()
    assert (room.switch.orders, room.told) == ([], [])
    room.rows.held.set()
    await placing
    assert room.switch.orders == [order]
    assert room.row(call.id) == call
    assert room.told.names() == ["call.requested"]
    live = room.ledger.get(call.id)
    assert live is not None
    assert live.session == room.switch.session


async def test_switch_away(room: Room) -> None:
    """With the switch away a click is refused before anything is written."""
    room.switch.away = True
    with pytest.raises(SwitchUnreachable):
        compose(room)
    assert room.rows.calls == {}


async def test_store_broken(room: Room) -> None:
    """A row that can't be written is a call that is not placed."""
    room.rows.broken = True
    with pytest.raises(StoreError):
        await room.placer.place(*compose(room))
    assert (room.switch.orders, room.told, list(room.ledger)) == ([], [], [])


async def test_key_in_use(room: Room) -> None:
    """Of two clicks with one key in the same moment one dials, and the other one is told."""
    (first, order), (second, other) = compose(room), compose(room)
    jobs = [room.placer.place(first, order, answer(first)), room.placer.place(second, other, answer(second))]
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert outcomes[0] is None
    assert isinstance(outcomes[1], KeyInUse)
    assert room.switch.orders == [order]
    assert room.rows.calls.keys() == {first.id}


async def hold(room: Room, button_id: str, key: str | None, held: list[str]) -> None:
    """Hold for ever what a click holds while it is looked up and placed, and tell that it is held."""
    async with room.placer.one_at_a_time(button_id, key):
        held.append(f"{button_id} {key}")
        await asyncio.Event().wait()


async def test_repeats_wait_for_the_first(room: Room) -> None:
    """A click waits while another one of its button and key is under way, and for no other."""
    held: list[str] = []
    clicks = [("b", "k"), ("b", "k"), ("b", "other"), ("other", "k"), ("b", None), ("b", None)]
    first, *others = [asyncio.create_task(hold(room, *click, held)) for click in clicks]
    await settle()
    assert held == ["b k", "b other", "other k", "b None", "b None"]
    first.cancel()  # a client that goes away lets the next one in
    await settle()
    assert held[5:] == ["b k"]
    for task in others:
        task.cancel()
    await settle()
    assert not room.placer._repeats  # nothing is kept of clicks that are over


@pytest.mark.parametrize("refusal", [SwitchUnreachable("lost"), SwitchRefused("no"), ValueError("too long")])
async def test_nothing_rang(room: Room, refusal: Exception) -> None:
    """Where the order certainly rang nobody the row ends in an error, and the key may be used again."""
    room.switch.refusal = refusal
    call, order = compose(room)
    with pytest.raises(type(refusal)):
        await room.placer.place(call, order, answer(call))
    await settle()
    row = room.row(call.id)
    assert (row.state, row.result, row.cause) == ("ended", "error", "NORMAL_TEMPORARY_FAILURE")
    assert room.rows.answers == {}
    assert room.told.names() == ["call.requested", "call.ended"]
    assert room.switch.orders == [order]  # sent once


async def test_nothing_rang_and_the_store_breaks(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that can't be forgotten does not hide what the switch said."""

    async def broken(_: str) -> None:
        raise StoreError("disk I/O error")

    monkeypatch.setattr(room.rows, "forget_click", broken)
    room.switch.refusal = SwitchRefused("no")
    call, order = compose(room)
    with pytest.raises(SwitchRefused):
        await room.placer.place(call, order, answer(call))


async def test_silent_switch(room: Room) -> None:
    """Where the order may ring somebody the row stays open, the key used, and nothing is sent again."""
    room.switch.refusal = SwitchSilent("no answer")
    call, order = compose(room)
    with pytest.raises(SwitchSilent):
        await room.placer.place(call, order, answer(call))
    await room.clock.advance(10.0)
    assert room.row(call.id).state == "requested"
    assert room.rows.answers.keys() == {"k"}
    assert room.switch.orders == [order]


async def test_silent_switch_that_dialled_after_all(room: Room) -> None:
    """A call of a silent switch is followed when it is heard of."""
    room.switch.refusal = SwitchSilent("no answer")
    call, order = compose(room)
    with pytest.raises(SwitchSilent):
        await room.placer.place(call, order)
    room.follower.take(OriginateDecided(call.id, success=True, reason=4))
    await settle()
    assert room.row(call.id).state == "answered"


async def test_restarted_meanwhile(room: Room) -> None:
    """A switch that was restarted since the call was composed gets no order: the row has its old life."""
    call, order = compose(room)
    room.switch.life = "another day"
    with pytest.raises(SwitchUnreachable):
        await room.placer.place(call, order, answer(call))
    await settle()
    assert room.switch.orders == []
    assert (room.row(call.id).result, room.rows.answers) == ("error", {})


async def test_busy_gate(clock: ManualClock) -> None:
    """Who waits at the gate for too long is refused before anything is written."""
    async with open_room(clock, places=1) as room:
        await room.placer.place(*compose(room))
        waiting = asyncio.create_task(room.placer.place(*compose(room)))
        await clock.advance(LONGEST_WAIT)
        with pytest.raises(SwitchBusy):
            await waiting
        assert len(room.rows.calls) == len(room.switch.orders) == 1


@pytest.mark.parametrize(
    ("refusal", "broken"),
    [(None, True), (SwitchRefused("no"), False), (SwitchUnreachable("lost"), False)],
    ids=["store", "refused", "unreachable"],
)
async def test_failure_gives_its_place_back(
    clock: ManualClock,
    refusal: SwitchError | None,
    broken: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """A click that fails holds no place at the gate afterwards."""
    async with open_room(clock, places=1) as room:
        room.switch.refusal, room.rows.broken = refusal, broken
        with pytest.raises((SwitchError, StoreError)):
            await room.placer.place(*compose(room))
        room.switch.refusal, room.rows.broken = None, False
        await soon(room.placer.place(*compose(room)))
        assert clock.monotonic() == 0.0


async def test_cancelled_while_it_is_written(clock: ManualClock) -> None:
    """A click that is cancelled before its row is committed sends nothing, and holds no place."""
    async with open_room(clock, places=1) as room:
        room.rows.held = asyncio.Event()
        placing = asyncio.create_task(room.placer.place(*compose(room)))
        await settle()
        placing.cancel()
        await settle()
        room.rows.held.set()
        assert placing.cancelled()
        assert room.switch.orders == []
        await soon(room.placer.place(*compose(room)))


async def test_first_sign_of_life_frees_the_place(clock: ManualClock) -> None:
    """A place is free again at the call's first event, while its phone still rings."""
    async with open_room(clock, places=1) as room:
        call, order = compose(room)
        await room.placer.place(call, order)
        waiting = asyncio.create_task(room.placer.place(*compose(room)))
        await settle()
        assert not waiting.done()
        room.switch.events.put_nowait(OriginateDecided(call.id, success=True, reason=4))
        await soon(waiting)
        assert len(room.switch.orders) == 2


async def test_cancelled_while_the_row_is_written(room: Room) -> None:
    """Who is cancelled while the row is written sends nothing; the row, which may be there, is ended."""
    room.rows.held = asyncio.Event()
    call, order = compose(room)
    placing = asyncio.create_task(room.placer.place(call, order))
    await settle()
    placing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await placing
    room.rows.held.set()
    await settle()
    assert room.switch.orders == []
    assert (room.row(call.id).state, room.row(call.id).result) == ("ended", "error")
    assert room.told.names() == ["call.requested", "call.ended"]


async def test_too_late(room: Room) -> None:
    """A click whose row took too long to write is refused, its row ended, and it may be repeated."""
    room.rows.held = asyncio.Event()
    call, order = compose(room)
    placing = asyncio.create_task(room.placer.place(call, order, answer(call)))
    await settle()
    await room.clock.advance(TOO_LATE + 0.1)
    room.rows.held.set()
    with pytest.raises(SwitchUnreachable, match="in time"):
        await placing
    await settle()
    assert room.switch.orders == []
    assert (room.row(call.id).state, room.row(call.id).result) == ("ended", "error")
    again = answer(compose(room)[0])
    await room.placer.place(*compose(room), again)
    assert len(room.switch.orders) == 1
