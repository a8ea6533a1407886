"""What stands in for the rooms beside calls: a switch and a table of calls, in memory."""

import asyncio
from collections.abc import Iterable

from c2cd.errors import KeyInUse, StoreError, SwitchUnreachable
from c2cd.model.call import Call
from c2cd.model.journal import Entry
from c2cd.model.repeat import Answer
from c2cd.model.signing import SignedLink
from c2cd.model.switching import Originate, SwitchEvent
from c2cd.store.history import SETTLED_BY_CLICK
from tests.calls.examples import LIFE


class FakeSwitch:
    """A switch that writes down what it is asked; ``refusal`` is raised by the next orders."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[SwitchEvent] = asyncio.Queue()
        self.session = 1
        self.life = LIFE
        self.away = False
        self.refusal: Exception | None = None
        self.orders: list[Originate] = []
        self.asked = 0
        self.hung_up: list[str] = []
        self.missing = 0

    def require(self) -> None:
        """Raise SwitchUnreachable while the switch is away."""
        if self.away:
            raise SwitchUnreachable("away")

    async def originate(self, order: Originate) -> None:
        """Take an order, or raise what the test has prepared."""
        self.orders.append(order)
        if self.refusal is not None:
            raise self.refusal

    async def hang_up(self, call_id: str) -> bool:
        """Hang a call up, or raise what the test has prepared; the first ``missing`` times there is none."""
        if self.refusal is not None:
            raise self.refusal
        self.hung_up.append(call_id)
        return len(self.hung_up) > self.missing

    async def ask_snapshot(self) -> None:
        """Count that somebody asked."""
        self.asked += 1


class FakeRows:
    """The table of calls; ``broken`` makes it fail in ``words``, ``held`` wait before it has written."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.answers: dict[str, Answer] = {}
        self.saves: list[list[Call]] = []
        self.broken = False
        self.words = "disk I/O error"
        self.held: asyncio.Event | None = None

    async def add(self, call: Call, answer: Answer | None = None, link: SignedLink | None = None) -> None:
        """Keep a new call, and the answer under its key."""
        assert link is None
        await self._ready()
        if answer is not None and answer.key in self.answers:
            raise KeyInUse("taken")
        self.calls[call.id] = call
        if answer is not None:
            self.answers[answer.key] = answer

    async def save(self, calls: Iterable[Call]) -> None:
        """Keep what is newly known."""
        saving = list(calls)
        for call in saving:  # the real one leaves these as they are
            row = self.calls.get(call.id, call)
            assert all(getattr(row, name) == getattr(call, name) for name in SETTLED_BY_CLICK)
        await self._ready()
        self.saves.append(saving)
        self.calls.update({call.id: call for call in saving})

    async def forget_click(self, call_id: str) -> None:
        """Drop the answers of a call."""
        await self._ready()
        self.answers = {key: kept for key, kept in self.answers.items() if kept.call_id != call_id}

    async def open_calls(self) -> list[Call]:
        """Give the calls that have not ended."""
        return [call for call in self.calls.values() if call.state != "ended"]

    async def find(self, call_id: str) -> Call | None:
        """Give one call."""
        return self.calls.get(call_id)

    async def _ready(self) -> None:
        if self.held is not None:
            await self.held.wait()
        if self.broken:
            raise StoreError(self.words)


class Counted:
    """What was said of clicks and calls to who counts them."""

    def __init__(self) -> None:
        self.refunded: list[str] = []
        self.followed: list[Call] = []

    def refund(self, call_id: str) -> None:
        """Note that a click rang nobody."""
        self.refunded.append(call_id)

    def follow(self, call: Call) -> None:
        """Note how far a call has come."""
        self.followed.append(call)


class Told(list[Entry]):
    """The lines of the event log that were told."""

    def names(self) -> list[str]:
        """Give the events' names, with the leg where one is meant."""
        return [f"{entry.event} {entry.leg}" if entry.leg else entry.event for entry in self]
