"""What an account's calls came to, added up by the database, in steps that hold up no click."""

import asyncio
import math
import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from c2cd.model.call import Result
from c2cd.store.database import Database

# Calls are counted by quarters of an hour: every time zone's days and hours begin with one.
QUARTER = 900
# So many calls are added up at once, which takes one or two milliseconds.
CALLS_A_STEP = 500

Length = Literal["extension", "contact", "talk"]
# Upper bounds in seconds of how long a phone rang and how long the two talked; what is longer comes last.
_RING = (5, 10, 15, 20, 30, 45, 60)
BOUNDS: dict[Length, tuple[int, ...]] = {
    "extension": _RING,
    "contact": _RING,
    "talk": (10, 30, 60, 120, 300, 600, 1_800, 3_600),
}

_RANG_FIRST, _RANG_SECOND = (f"{leg}_answered_at - {leg}_ringing_at" for leg in ("first", "second"))
_SECONDS: dict[Length, str] = {
    "extension": f"iif(dial_first = 'extension', {_RANG_FIRST}, {_RANG_SECOND})",
    "contact": f"iif(dial_first = 'contact', {_RANG_FIRST}, {_RANG_SECOND})",
    "talk": "iif(end_seen, max(0.0, ended_at - bridged_at), NULL)",
}
_BUCKETS = [
    f"count(*) FILTER (WHERE {name} > {low} AND {name} <= {high})"
    for name, bounds in BOUNDS.items()
    for low, high in pairwise(("-9e999", *bounds, "9e999"))
]
_SPAN = "calls WHERE account_id = ? AND requested_at > ? AND requested_at <= ?"
_END = f"SELECT requested_at FROM {_SPAN} ORDER BY requested_at LIMIT 1 OFFSET {CALLS_A_STEP - 1}"
_ADD_UP = (
    "WITH step AS MATERIALIZED (SELECT requested_at, result, cause,"
    f" {', '.join(f'{seconds} AS {name}' for name, seconds in _SECONDS.items())} FROM {_SPAN})"
    f" SELECT CAST(requested_at / {QUARTER} AS INTEGER) * {QUARTER} AS begun_at, result, cause,"
    f" count(*), total(talk), {', '.join(_BUCKETS)} FROM step GROUP BY begun_at, result, cause"
)


class Calls(Struct, frozen=True, kw_only=True):
    """Calls of a quarter of an hour, by when they were clicked, that came to the same.

    ``lengths`` has how many of them were how long, by ``BOUNDS``: of a phone those that it answered, of talk
    those whose end was seen.
    """

    begun_at: int
    result: Result | None
    cause: str | None
    count: int
    talk_seconds: float
    lengths: dict[Length, list[int]]


class Statistics:
    """Adds up the table of calls."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Lock()

    async def of_account(self, account_id: str, since: float, until: float) -> AsyncIterator[Calls]:
        """Give what an account's calls of a span in Unix seconds came to, the oldest first.

        Between two steps the reader is everybody else's, however many ask for this at once.
        """
        after = math.nextafter(since, -math.inf)
        while after < until:
            async with self._turn:
                after, found = await self._database.ask(partial(_step, account_id, after, until))
            for calls in found:
                yield calls


def _step(
    account_id: str, after: float, until: float, connection: sqlite3.Connection
) -> tuple[float, list[Calls]]:
    """Add up the next calls after a moment, in the reader's thread; give the moment of the last one too."""
    last = connection.execute(_END, (account_id, after, until)).fetchone()
    end = until if last is None else last[0]
    return end, [_calls(*row) for row in connection.execute(_ADD_UP, (account_id, after, end)).fetchall()]


def _calls(
    begun_at: int, result: Result | None, cause: str | None, count: int, talk: float, *buckets: int
) -> Calls:
    counts = iter(buckets)
    lengths = {name: [next(counts) for _ in (*bounds, None)] for name, bounds in BOUNDS.items()}
    return Calls(
        begun_at=begun_at, result=result, cause=cause, count=count, talk_seconds=talk, lengths=lengths
    )
