"""Placing a call: its row first, then its order, once."""

import asyncio

import pytest

from c2cd.calls.gate import LONGEST_WAIT
from c2cd.calls.ledger import COMPANY
from c2cd.calls.placing import LONGEST_FINISH, TOO_LATE, Placing
from c2cd.errors import (
    KeyInUse,
    StoreError,
    SwitchBusy,
    SwitchError,
    SwitchRefused,
    SwitchSilent,
    SwitchUnreachable,
)
from c2cd.model.repeat import Answer
from c2cd.model.switching import OriginateDecided, Snapshot
from tests.calls.examples import CONTACT, a_button, a_click
from tests.calls.room import Room, open_room, soon
from tests.clock import ManualClock, settle
from tests.switch.turning import until


def compose(room: Room, key: str | None = None) -> Placing:
    """Compose the call of a click, which may have an Idempotency-Key."""
    call, order = room.placer.compose(a_click(a_button()), clicked_by="token t")
    answer = Answer(
        key=key or "",
        fingerprint=CONTACT.text,
        call_id=call.id,
        body="{}",
        created_at=call.requested_at,
        earliest=call.requested_at,
    )
    return Placing(call=call, order=order, clicked_at=room.clock.monotonic(), answer=answer if key else None)


async def test_row_before_order(room: Room) -> None:
    """The row is committed before the order leaves; until then nothing rings and nothing is told."""
    room.rows.held = asyncio.Event()
    placing = compose(room)
    job = asyncio.create_task(room.placer.place(placing))
    await settle()
    assert (room.switch.orders, room.told) == ([], [])
    room.rows.held.set()
    await job
    assert room.switch.orders == [placing.order]
    assert room.row(placing.call.id) == placing.call
    assert room.told.names() == ["call.requested"]
    live = room.ledger.get(placing.call.id)
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
        await room.placer.place(compose(room))
    assert (room.switch.orders, room.told, list(room.ledger)) == ([], [], [])


async def test_key_in_use(room: Room) -> None:
    """Of two clicks with one key in the same moment one dials, and the other one is told."""
    first, second = compose(room, "k"), compose(room, "k")
    jobs = [room.placer.place(placing) for placing in (first, second)]
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert outcomes[0] is None
    assert isinstance(outcomes[1], KeyInUse)
    assert room.switch.orders == [first.order]
    assert room.rows.calls.keys() == {first.call.id}
    assert room.counts.refunded == [second.call.id]


@pytest.mark.parametrize("refusal", [SwitchUnreachable("lost"), SwitchRefused("no"), ValueError("too long")])
async def test_nothing_rang(room: Room, refusal: Exception) -> None:
    """Where the order certainly rang nobody the row ends in an error, and the key may be used again."""
    room.switch.refusal = refusal
    placing = compose(room, "k")
    with pytest.raises(type(refusal)):
        await room.placer.place(placing)
    await settle()
    row = room.row(placing.call.id)
    assert (row.state, row.result, row.cause) == ("ended", "error", "NORMAL_TEMPORARY_FAILURE")
    assert room.rows.answers == {}
    assert room.told.names() == ["call.requested", "call.ended"]
    assert room.switch.orders == [placing.order]  # sent once
    assert room.counts.refunded == [placing.call.id]


async def test_nothing_rang_and_the_store_breaks(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that can't be forgotten does not hide what the switch said."""

    async def broken(_: str) -> None:
        raise StoreError("disk I/O error")

    monkeypatch.setattr(room.rows, "forget_click", broken)
    room.switch.refusal = SwitchRefused("no")
    placing = compose(room, "k")
    with pytest.raises(SwitchRefused):
        await room.placer.place(placing)


async def test_silent_switch(room: Room) -> None:
    """Where the order may ring somebody the row stays open, the key used, and nothing is sent again."""
    room.switch.refusal = SwitchSilent("no answer")
    placing = compose(room, "k")
    with pytest.raises(SwitchSilent):
        await room.placer.place(placing)
    await room.clock.advance(10.0)
    assert room.row(placing.call.id).state == "requested"
    assert room.rows.answers.keys() == {"k"}
    assert room.switch.orders == [placing.order]
    assert room.counts.refunded == []


async def test_silent_switch_that_dialled_after_all(room: Room) -> None:
    """A call of a silent switch is followed when it is heard of."""
    room.switch.refusal = SwitchSilent("no answer")
    placing = compose(room)
    with pytest.raises(SwitchSilent):
        await room.placer.place(placing)
    room.follower.take(OriginateDecided(placing.call.id, success=True, reason=4))
    await room.clock.advance(COMPANY)
    assert room.row(placing.call.id).state == "answered"


async def test_restarted_meanwhile(room: Room) -> None:
    """A switch that was restarted since the call was composed gets no order: the row has its old life."""
    placing = compose(room, "k")
    room.switch.life = "another day"
    with pytest.raises(SwitchUnreachable):
        await room.placer.place(placing)
    await settle()
    assert room.switch.orders == []
    assert (room.row(placing.call.id).result, room.rows.answers) == ("error", {})


async def test_busy_gate(clock: ManualClock) -> None:
    """Who waits at the gate for too long is refused before anything is written."""
    async with open_room(clock, places=1) as room:
        await room.placer.place(compose(room))
        waiting = asyncio.create_task(room.placer.place(compose(room)))
        await clock.advance(LONGEST_WAIT)
        with pytest.raises(SwitchBusy):
            await waiting
        assert len(room.rows.calls) == len(room.switch.orders) == 1
        assert len(room.counts.refunded) == 1


async def test_who_would_be_refused_is_told_before_he_is_judged(clock: ManualClock) -> None:
    """A gate at which nothing moves, and a switch that is away, are seen before anything else is done."""
    room = Room(clock, places=1)
    room.placer.require()
    await room.gate.enter("other")
    room.placer.require()
    waiting = asyncio.create_task(room.gate.enter("one more"))
    await clock.advance(1.9)
    with pytest.raises(SwitchBusy):
        room.placer.require()
    room.gate.leave("other")
    await waiting
    room.placer.require()
    room.switch.away = True
    with pytest.raises(SwitchUnreachable):
        room.placer.require()


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
            await room.placer.place(compose(room))
        assert len(room.counts.refunded) == 1
        room.switch.refusal, room.rows.broken = None, False
        await soon(room.placer.place(compose(room)))
        assert clock.monotonic() == 0.0


async def test_cancelled_while_it_is_written(clock: ManualClock) -> None:
    """A click that is cancelled before its row is committed sends nothing, and holds no place."""
    async with open_room(clock, places=1) as room:
        room.rows.held = asyncio.Event()
        placing = asyncio.create_task(room.placer.place(compose(room)))
        await settle()
        placing.cancel()
        await settle()
        room.rows.held.set()
        assert placing.cancelled()
        assert room.switch.orders == []
        await soon(room.placer.place(compose(room)))


async def test_first_sign_of_life_frees_the_place(clock: ManualClock) -> None:
    """A place is free again at the call's first event, while its phone still rings."""
    async with open_room(clock, places=1) as room:
        placing = compose(room)
        await room.placer.place(placing)
        waiting = asyncio.create_task(room.placer.place(compose(room)))
        await settle()
        assert not waiting.done()
        room.switch.events.put_nowait(OriginateDecided(placing.call.id, success=True, reason=4))
        await soon(waiting)
        assert len(room.switch.orders) == 2


async def test_cancelled_while_the_row_is_written(room: Room) -> None:
    """Who is cancelled while the row is written sends nothing; the row, which may be there, is ended."""
    room.rows.held = asyncio.Event()
    placing = compose(room)
    job = asyncio.create_task(room.placer.place(placing))
    await settle()
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    room.rows.held.set()
    await settle()
    assert room.switch.orders == []
    assert (room.row(placing.call.id).state, room.row(placing.call.id).result) == ("ended", "error")
    assert room.told.names() == ["call.requested", "call.ended"]


@pytest.mark.parametrize("broken", [False, True])
async def test_the_end_waits_for_clicks_that_were_cancelled(room: Room, *, broken: bool) -> None:
    """Before the daemon ends, the row of a cancelled click is ended, or it is known that there is none."""
    room.rows.held = asyncio.Event()
    placing = compose(room)
    job = asyncio.create_task(room.placer.place(placing))
    await settle()
    job.cancel()
    await settle()
    ending = asyncio.create_task(room.placer.finish())
    await settle()
    assert not ending.done()
    room.rows.broken = broken
    room.rows.held.set()
    await soon(ending)
    await settle()
    assert room.counts.refunded == [placing.call.id]
    assert {call.state for call in room.rows.calls.values()} == (set() if broken else {"ended"})


async def test_lost_before_it_is_taken_back(room: Room) -> None:
    """A call that was found gone from the switch before its order could leave is not ended twice."""
    placing = compose(room)
    room.switch.life = "the next"
    room.rows.held = asyncio.Event()
    job = asyncio.create_task(room.placer.place(placing))
    await settle()
    room.rows.held.set()
    await until(lambda: room.ledger.get(placing.call.id))
    room.follower.take(Snapshot("the next", 2, ()))
    with pytest.raises(SwitchUnreachable, match="restarted"):
        await soon(job)
    await settle()
    assert (room.row(placing.call.id).result, room.switch.orders) == ("unknown", [])
    assert room.told.names() == ["call.requested", "call.ended"]


async def test_too_late(room: Room) -> None:
    """A click whose row is not written in time is refused then; its row ends, and it may be repeated."""
    room.rows.held = asyncio.Event()
    placing = compose(room, "k")
    job = asyncio.create_task(room.placer.place(placing))
    await room.clock.advance(TOO_LATE - 0.1)
    assert not job.done()
    await room.clock.advance(0.1)
    with pytest.raises(StoreError, match="nobody was called"):
        await job
    assert room.counts.refunded == [placing.call.id]
    assert room.placer.is_called_off(placing.call.id)
    await room.clock.advance(60.0)
    room.rows.held.set()
    await settle()
    assert room.switch.orders == []
    assert (room.row(placing.call.id).state, room.row(placing.call.id).result) == ("ended", "error")
    assert room.told.names() == ["call.requested", "call.ended"]
    assert room.counts.refunded == [placing.call.id]
    assert not room.placer.is_called_off(placing.call.id)
    await room.placer.place(compose(room, "k"))
    assert len(room.switch.orders) == 1


async def test_too_late_and_never_written(clock: ManualClock) -> None:
    """A click that was refused because nobody knew of its row leaves nothing where it is not written."""
    async with open_room(clock, places=1) as room:
        room.rows.held = asyncio.Event()
        job = asyncio.create_task(room.placer.place(compose(room)))
        await clock.advance(TOO_LATE)
        with pytest.raises(StoreError):
            await job
        room.rows.broken = True
        room.rows.held.set()
        await settle()
        assert (room.rows.calls, room.told, len(room.counts.refunded)) == ({}, [], 1)
        room.rows.broken = False
        await soon(room.placer.place(compose(room)))


async def test_the_end_does_not_wait_for_rows_for_ever(room: Room) -> None:
    """At the end of the daemon a row that was called off and is still not written is left as it is."""
    room.rows.held = asyncio.Event()
    job = asyncio.create_task(room.placer.place(compose(room)))
    await room.clock.advance(TOO_LATE)
    with pytest.raises(StoreError):
        await job
    finishing = asyncio.create_task(room.placer.finish())
    await room.clock.advance(LONGEST_FINISH - 0.1)
    assert not finishing.done()
    await room.clock.advance(0.1)
    await soon(finishing)
    await room.placer.finish()


async def test_the_time_of_a_click_is_one(room: Room) -> None:
    """What a click has waited elsewhere is taken from what its row may take."""
    room.rows.held = asyncio.Event()
    placing = compose(room)
    await room.clock.advance(TOO_LATE - 1.0)
    job = asyncio.create_task(room.placer.place(placing))
    await room.clock.advance(1.0)
    with pytest.raises(StoreError):
        await job


async def test_a_click_that_waited_elsewhere_is_too_late(room: Room) -> None:
    """A click that came too long ago, wherever it waited, is not placed, writes nothing and costs nothing."""
    placing = compose(room)
    await room.clock.advance(TOO_LATE + 0.1)
    with pytest.raises(SwitchUnreachable, match="in time"):
        await room.placer.place(placing)
    assert (room.switch.orders, room.rows.calls) == ([], {})
    assert room.counts.refunded == [placing.call.id]
