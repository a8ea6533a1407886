"""What calls need of the rooms beside them; the daemon brings them together."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

from c2cd.model.call import Call
from c2cd.model.journal import Entry
from c2cd.model.repeat import Answer
from c2cd.model.signing import SignedLink
from c2cd.model.switching import Originate, SwitchEvent


class Switch(Protocol):
    """A link to a switch (``c2cd.switch.link.Link``)."""

    events: asyncio.Queue[SwitchEvent]
    session: int
    life: str

    def require(self) -> None:
        """Raise SwitchUnreachable while the switch is away."""

    async def originate(self, order: Originate) -> None:
        """Send the order now or not at all; see the link for what it raises."""

    async def hang_up(self, call_id: str) -> bool:
        """Hang up a call's first channel; False where there is none. See the link for what it raises."""

    async def ask_snapshot(self) -> None:
        """Have a Snapshot of the calls' first channels come among the events."""


class Rows(Protocol):
    """The table of calls (``c2cd.store.history.History``)."""

    async def add(self, call: Call, answer: Answer | None = None, link: SignedLink | None = None) -> None:
        """Commit a new call, however long it takes; StoreError where it will not be."""

    async def save(self, calls: Iterable[Call]) -> None:
        """Commit what is newly known of calls."""

    async def forget_click(self, call_id: str) -> None:
        """Drop what was kept for a click: its answer, and the use of its link."""

    async def open_calls(self) -> list[Call]:
        """Give the calls whose end is not known."""

    async def find(self, call_id: str) -> Call | None:
        """Give one call."""


Journal = Callable[[Entry], None]


class Counts(Protocol):
    """Who counts clicks and live calls (``c2cd.guard.doorkeeper.Doorkeeper``)."""

    def refund(self, call_id: str) -> None:
        """Count a click no longer that certainly rang nobody."""

    def follow(self, call: Call) -> None:
        """Take note of how far a call has come."""
