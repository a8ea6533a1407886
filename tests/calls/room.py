"""The room that follows calls, put together as the daemon does, on ports that stand in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

from c2cd.calls.following import Follower
from c2cd.calls.gate import Gate
from c2cd.calls.hanging_up import HangUp
from c2cd.calls.ledger import Ledger, LiveCall
from c2cd.calls.placing import Placer
from c2cd.model.call import Call
from tests.calls.ports import Counted, FakeRows, FakeSwitch, Told
from tests.clock import ManualClock, settle

T = TypeVar("T")


async def soon(waited_for: Awaitable[T]) -> T:
    """Give what nothing but code is in the way of; one that would wait for ever fails instead."""
    return await asyncio.wait_for(waited_for, 5.0)


class Room:
    """Ledger, gate, follower and placer with their ports. Made by ``open_room``."""

    def __init__(self, clock: ManualClock, places: int = 50) -> None:
        self.clock = clock
        self.switch = FakeSwitch()
        self.rows = FakeRows()
        self.told = Told()
        self.counts = Counted()
        self.ledger = Ledger(clock, self.rows, self.told.append, self.counts)
        self.gate = Gate(clock, places)
        self.follower = Follower(clock, self.switch, self.ledger, self.gate)
        self.hang_up = HangUp(clock, self.switch)
        self.placer = Placer(clock, self.switch, self.rows, self.ledger, self.gate, self.counts)

    async def begin(self, call: Call) -> LiveCall:
        """Take up a call as it is once its row is committed."""
        await self.rows.add(call)
        self.ledger.begin(call, self.switch.session)
        live = self.ledger.get(call.id)
        assert live is not None
        return live

    def row(self, call_id: str = "c2c-b-1") -> Call:
        """Give a call's row as it is written."""
        return self.rows.calls[call_id]


@asynccontextmanager
async def open_room(clock: ManualClock, places: int = 50) -> AsyncIterator[Room]:
    """Give a room whose background tasks run."""
    room = Room(clock, places)
    tasks = [
        asyncio.create_task(task) for task in (room.ledger.run(), room.follower.run(), room.follower.sweep())
    ]
    await settle()
    try:
        yield room
        for task in tasks:
            assert not task.done(), task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
