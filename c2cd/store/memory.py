"""What is remembered of tokens, buttons and blocks, so that a click need not read what has not changed.

SQLite stays their truth, and other processes write it while the daemon runs: commands, or an admin with
sqlite3. Each change raises a number in the file (``schema/004.sql``). Looking at it is all that is read where
nothing was changed, ``FRESH`` seconds apart at the least: commands wait longer than that before they return.
"""

import sqlite3
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Generic, TypeVar

from msgspec import convert

from c2cd.clock import Clock
from c2cd.store.reading import Reader, Row, rows_of

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


# Where nothing was changed here, a look that began less than so many seconds ago is new enough.
FRESH = 0.05


class Changes:
    """The number that each change of tokens, buttons and blocks raises, as it was last seen.

    ``own`` counts the changes of this process.
    """

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock
        self._seen: tuple[int, float] | None = None
        self.own = 0
        self.number: int | None = None

    async def look(self) -> None:
        """See each change that was committed before this was called: another process's ``FRESH`` before."""
        own, now = self.own, self._clock.monotonic()
        if self._seen is None or self._seen[0] != own or now - self._seen[1] >= FRESH:
            self.number = await self._reader.ask(_number)
            self._seen = own, now

    async def read(self, sql: str, values: Sequence[object]) -> list[Row]:
        """Look, and then read rows, in one go: what is read is as new as the number or newer."""
        self.number, rows = await self._reader.ask(partial(_number_and_rows, sql, values))
        return rows


class Memory(Generic[K, V]):
    """Up to ``most`` things of a table, by a key; those asked for last are kept.

    What is remembered is forgotten with the next look that sees a change, and what is filled in was read
    after the number that it belongs to. So what ``find`` gives is as it was when it was asked for, or newer,
    where this process wrote it; where another one did, as it was ``FRESH`` seconds before, or newer. What a
    command has changed holds from the moment that it has returned.

    What is not found is not remembered: who sends made-up keys fills nothing, and has nothing forgotten.
    """

    def __init__(self, changes: Changes, most: int) -> None:
        self._changes = changes
        self._most = most
        self._number = changes.number
        self._kept: dict[K, V] = {}

    async def find(
        self, key: K, sql: str, values: Sequence[object], made_of: Callable[[Sequence[Row]], V | None]
    ) -> V | None:
        """Give what is remembered under a key, or what is made of the rows that the database has for it."""
        await self._changes.look()
        self._forget_what_changed()
        found = self._kept.pop(key, None)
        if found is None:
            found = made_of(await self._changes.read(sql, values))
            self._forget_what_changed()
        if found is not None:
            self._kept[key] = found
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
        return found

    def forget(self, is_meant: Callable[[V], bool]) -> None:
        """Have some of it be read again."""
        self._kept = {key: value for key, value in self._kept.items() if not is_meant(value)}

    def _forget_what_changed(self) -> None:
        if self._number != self._changes.number:
            self._number = self._changes.number
            self._kept.clear()


def _number(connection: sqlite3.Connection) -> int:
    for row in rows_of(connection, "SELECT number FROM changes"):
        return convert(row["number"], int)
    message = (
        "nobody can tell what was changed, since its table of changes is empty: INSERT it as 004.sql does"
    )
    raise ValueError(message)


def _number_and_rows(
    sql: str, values: Sequence[object], connection: sqlite3.Connection
) -> tuple[int, list[Row]]:
    return _number(connection), rows_of(connection, sql, values)
