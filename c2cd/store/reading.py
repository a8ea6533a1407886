"""The reader: what waits to be read is taken to its thread together, and each gets its own answer."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from c2cd.clock import Clock
from c2cd.errors import StoreError
from c2cd.store.connection import Connection
from c2cd.store.damage import told

Row = dict[str, object]
T = TypeVar("T")
# What is done in the thread.
Work = Callable[[sqlite3.Connection], T]

# How long anybody waits for a disk that does not answer.
LONGEST_WAIT = 5.0


def rows_of(connection: sqlite3.Connection, sql: str, values: Sequence[object] = ()) -> list[Row]:
    """Read rows, in the thread of their connection."""
    # Closed also where a row can't be read: one half read keeps the reader from seeing later commits.
    with closing(connection.execute(sql, values)) as cursor:
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def silence(path: Path) -> str:
    """Say that a disk does not answer."""
    return f"{path}: its disk has not answered for {LONGEST_WAIT:g} s"


class _Question:
    """What is to be read, who waits for it, and since when."""

    def __init__(self, work: Work[object], at: float, *, patient: bool) -> None:
        self.work = work
        self.at = at
        self.is_patient = patient
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()


def settle(waiting: asyncio.Future[T], outcome: T | Exception) -> None:
    """Give who waits the outcome, or raise there what is an error; nothing where nobody waits."""
    if waiting.done():
        return
    if isinstance(outcome, Exception):
        waiting.set_exception(outcome)
    else:
        waiting.set_result(outcome)


class Reader:
    """One connection, by which everybody reads."""

    def __init__(self, path: Path, connection: Connection, clock: Clock) -> None:
        self.connection = connection
        self._path = path
        self._clock = clock
        self._waiting: list[_Question] = []
        self._asked: list[_Question] = []
        self._asking: asyncio.Task[None] | None = None
        self._is_silent = False

    async def ask(self, work: Work[T], *, patient: bool = False) -> T:
        """Have this done in the reader's thread. It sees all that was committed before it was asked for.

        StoreError where SQLite fails, or has not answered after ``LONGEST_WAIT``; who is ``patient`` waits
        as long as it takes. While it is known not to answer, others are refused at once.
        """
        if self._is_silent and not patient:
            raise StoreError(silence(self._path))
        question = _Question(work, self._clock.monotonic(), patient=patient)
        self._waiting.append(question)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_all(), name="database reader")
        answer: T = await question.answer
        return answer

    async def close(self) -> None:
        """Answer what waits, and close the connection, however long the disk takes."""
        if self._asking is not None:
            await self._asking
        await self.connection.close()

    async def _ask_all(self) -> None:
        """Take what waits to the thread, until nothing does."""
        while self._waiting:
            self._asked, self._waiting = self._waiting, []
            now = self._clock.monotonic()
            oldest = next((question.at for question in self._asked if not question.is_patient), now)
            timer = self._clock.call_later(oldest + LONGEST_WAIT - now, self._give_up)
            try:
                outcomes = await self.connection.run(partial(_outcomes, self._asked))
            except ValueError as error:  # the connection is closed
                outcomes = [error] * len(self._asked)
            finally:
                timer.cancel()
            self._is_silent = False
            for question, outcome in zip(self._asked, outcomes, strict=True):
                settle(question.answer, self._told(outcome))
        self._asking = None

    def _give_up(self) -> None:
        """Send those away who have waited for long enough, and those behind them."""
        self._is_silent = True
        for question in self._asked + self._waiting:
            if not question.is_patient:
                settle(question.answer, StoreError(silence(self._path)))
        self._waiting = [question for question in self._waiting if question.is_patient]

    def _told(self, outcome: object) -> object:
        if isinstance(outcome, sqlite3.Error | ValueError | OverflowError):  # the latter: what it can't hold
            error = told(self._path, outcome)
            error.__cause__ = outcome
            return error
        return outcome


def _outcomes(questions: Sequence[_Question], connection: sqlite3.Connection) -> list[object]:
    return [_outcome(question.work, connection) for question in questions]


def _outcome(work: Work[object], connection: sqlite3.Connection) -> object:
    try:
        return work(connection)
    except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
        return error
