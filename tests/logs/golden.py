"""Each event in each of its forms, told by what tells them in the daemon: ``python -m tests.logs.golden``."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from c2cd.calls.causes import UNSPECIFIC
from c2cd.calls.ledger import LiveCall
from c2cd.calls.narrating import narrate_denied
from c2cd.calls.states import End, LegEnd, Step, advance, lose, take_back
from c2cd.errors import Denied
from c2cd.guard.number import read_contact
from c2cd.guard.origin import Arrival, refuse_arrival
from c2cd.logs.opening import open_logs
from c2cd.model.button import DialFirst
from c2cd.model.call import Call
from c2cd.model.journal import Entry
from c2cd.model.limits import Limits
from tests.calls.examples import a_call
from tests.calls.room import Room, open_room
from tests.clock import ManualClock
from tests.guard.clicks import button, click, doorkeeper

GOLDEN = Path(__file__).with_name("golden.jsonl")

BUSY = End(first=LegEnd(None, 16), second=LegEnd(None, 17), second_dialled=True)
TALK: tuple[Step, ...] = ("first_rings", "first_answers", "second_rings", "second_answers", "bridged")
UNHEARD: tuple[Step, ...] = ("first_answers", "bridged")  # Local channels often do not tell more


class Narrator:
    """Has calls begin, go on and end, and clicks refused, with a second between two steps."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._calls = 0

    async def call(
        self,
        *steps: Step,
        end: Callable[[Call, float], Call],
        dial_first: DialFirst = "extension",
        contact: str = "+15551234567",
        clicked_by: str = "token 1f0c77ab90de",
        ended_by: str | None = None,
    ) -> None:
        """Tell a whole call."""
        self._calls += 1
        call = a_call(
            call_id=f"c2c-b-{self._calls}", contact=contact, dial_first=dial_first, clicked_by=clicked_by
        )
        call = replace(call, requested_at=self._room.clock.wall())
        await self._room.rows.add(call)
        self._room.ledger.begin(call, self._room.switch.session, "203.0.113.9")
        live = self._room.ledger.get(call.id)
        assert live is not None
        for step in steps:
            await self._go_on(live, partial(_take, step))
        await self._go_on(live, lambda call, at: end(replace(call, ended_by=ended_by), at))

    async def _go_on(self, live: LiveCall, change: Callable[[Call, float], Call]) -> None:
        await self._room.clock.advance(1.0)
        before = live.call
        live.track.call = change(before, self._room.clock.wall())
        self._room.ledger.update(live, before)
        await self._room.clock.advance(0.125)

    def denied(self, denied: Denied, contact: str | None, clicked_by: str = "public") -> None:
        """Tell a click that was refused."""
        at = self._room.clock.wall()
        line = narrate_denied(
            denied, button(), at, contact=contact, client="2001:db8::1", clicked_by=clicked_by
        )
        self._room.told.append(line)


def _take(step: Step, call: Call, at: float) -> Call:
    return advance(call, step, at)


def _end(call: Call, at: float) -> Call:
    return advance(call, "ends", at)


def _end_busy(call: Call, at: float) -> Call:
    return advance(call, "ends", at, BUSY)


def _never_begin(call: Call, at: float) -> Call:
    return take_back(call, at, UNSPECIFIC)


def refusals(clock: ManualClock) -> Iterator[tuple[Denied, str | None]]:
    """Give refusals by the guards themselves, each with what the click had as its contact."""
    door, clicked = doorkeeper(clock), click(Limits(contact_live=1))
    door.admit("c2c-b-0", clicked)
    refused: list[tuple[Callable[[], object], str | None]] = [
        (partial(read_contact, "call me\n\u2028", None), "call me\n\u2028"),
        (partial(read_contact, "1\ud8002", None), "1\ud8002"),
        (partial(read_contact, "1" * 1000, None), "1" * 1000),
        (partial(door.check, clicked), "+1 555 1234567"),
        (partial(refuse_arrival, Arrival(verb="GET"), (), allow_get=False), None),
    ]
    for guard, contact in refused:
        with pytest.raises(Denied) as caught:
            guard()
        yield caught.value, contact


async def entries() -> list[Entry]:
    """Give the entries."""
    clock = ManualClock()
    async with open_room(clock) as room:
        tell = Narrator(room)
        await tell.call(*TALK, end=_end)
        await tell.call(
            *TALK,
            dial_first="contact",
            contact="sip:bob@example.com",
            clicked_by="public",
            ended_by="token 1f0c77ab90de",
            end=_end,
        )
        await tell.call(*UNHEARD, ended_by="max_minutes", end=_end)
        await tell.call(*UNHEARD, end=lose)
        await tell.call(*TALK[:3], end=_end_busy)
        await tell.call(*TALK[:1], ended_by="token 1f0c77ab90de", end=_end)
        await tell.call(*TALK[:1], end=lose)
        await tell.call(end=_never_begin)
        for denied, contact in refusals(clock):
            tell.denied(denied, contact)
        return list(room.told)


def written() -> bytes:
    """Give the lines as the daemon writes them."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "events.log"
        with open_logs("error", str(file)) as write_event:
            for entry in asyncio.run(entries()):
                write_event(entry)
        return file.read_bytes()


if __name__ == "__main__":
    GOLDEN.write_bytes(written())
