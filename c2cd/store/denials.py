"""Denied clicks, counted by account, quarter of an hour and rule: in memory, and written behind.

A flood of them costs no write each, and has no more rows than there are rules.
"""

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import msgspec
from msgspec import Struct

from c2cd.clock import Clock, deadline, sleep
from c2cd.errors import StoreError
from c2cd.store.database import Database, Statement
from c2cd.store.reading import LONGEST_WAIT, silence
from c2cd.store.statistics import QUARTER

WRITE_SECONDS = 15.0
_DAY = 86_400
_SELECT = "SELECT begun_at, rule, count FROM denials WHERE account_id = ? AND begun_at >= ? AND begun_at < ?"
_ADD = (
    "INSERT INTO denials (account_id, begun_at, rule, count) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET count = count + excluded.count"
)


class Denial(Struct, frozen=True):
    """How many clicks a rule was against, in a quarter of an hour that began at this Unix second."""

    begun_at: int
    rule: str
    count: int


class Denials:
    """The table of denials, and what is not yet written of it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._counted: Counter[tuple[str, int, str]] = Counter()
        # What is being written is neither here nor there: nobody reads then.
        self._turn = asyncio.Lock()

    def count(self, account_id: str, rule: str) -> None:
        """Count a click that a rule was against just now."""
        self._counted[account_id, int(self._clock.wall() // QUARTER) * QUARTER, rule] += 1

    async def run(self) -> None:
        """Write what was counted, a few times a minute, until cancelled."""
        while True:
            await sleep(self._clock, WRITE_SECONDS)
            await self.write()

    async def write(self) -> None:
        """Write what was counted; where that can't be done it stays counted, for the next time."""
        async with self._turn:
            counted, self._counted = self._counted, Counter()
            try:
                if counted:
                    await self._database.write(*_statements(counted), patient=True)
            except StoreError as error:
                self._counted.update(counted)
                self._database.complain(error)

    def finish(self) -> None:
        """Have written what is left before the database is closed; nobody waits for it."""
        if self._counted:
            self._database.write_behind(*_statements(self._counted))

    async def of_account(self, account_id: str, since: float, until: float) -> AsyncIterator[Denial]:
        """Give an account's denials of a span in Unix seconds, day by day, and so in small steps.

        The quarters of an hour in which the span begins and ends belong to it.
        """
        for begin in range(int(since // QUARTER) * QUARTER, math.ceil(until), _DAY):
            for denial in await self._between(account_id, begin, min(begin + _DAY, until)):
                yield denial

    async def _between(self, account_id: str, begin: float, end: float) -> list[Denial]:
        try:
            async with deadline(self._clock, LONGEST_WAIT), self._turn:
                rows = await self._database.read(_SELECT, (account_id, begin, end))
                unwritten = [
                    Denial(begun_at, rule, count)
                    for (account, begun_at, rule), count in self._counted.items()
                    if account == account_id and begin <= begun_at < end
                ]
        except TimeoutError as error:
            raise StoreError(silence(self._database.path)) from error
        return msgspec.convert(rows, list[Denial]) + unwritten


def _statements(counted: Counter[tuple[str, int, str]]) -> Iterator[Statement]:
    return ((_ADD, (*key, count)) for key, count in counted.items())
