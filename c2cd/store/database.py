"""One SQLite file: its schema, one writer that commits in groups, one reader beside it.

WAL with ``synchronous=FULL``: what ``write`` has answered is on the disk. All that waits for the
writer goes into one transaction, so that many clicks share the cost of one sync, and is done in one go
by the writer's thread.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TypeVar

from c2cd.clock import Clock, SystemClock
from c2cd.errors import StoreError, StoreSilent, Unusable
from c2cd.model.histogram import Histogram
from c2cd.model.said import Said
from c2cd.store.connection import Connection, open_connection
from c2cd.store.damage import require_undamaged, told
from c2cd.store.memory import Changes
from c2cd.store.reading import LONGEST_WAIT, Reader, Row, Work, rows_of, settle, silence
from c2cd.store.unfinished import complete

Statement = tuple[str, Sequence[object]]
T = TypeVar("T")

log = logging.getLogger(__name__)

# What nobody waits for is dropped where more than so many jobs wait for the writer.
MOST_BEHIND = 1_000
# How long the log does not say again what is wrong, in the same words.
_SAID_SECONDS = 60.0
_CLOCK = SystemClock()
_COMMITS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


def _read_schema() -> dict[int, str]:
    files = sorted(resources.files("c2cd.store").joinpath("schema").iterdir(), key=lambda file: file.name)
    return {int(file.name.partition(".")[0]): file.read_text() for file in files}


# Number → script. Read at import: later the process may be a user who can't read where c2cd is installed.
_SCHEMA = _read_schema()
NEWEST = max(_SCHEMA)


class _Job:
    """Statements that are committed together or not at all, and who waits for that."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = statements
        self.done: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()


class Database:
    """An open database file. Made by ``open_database``.

    Every method raises StoreError with SQLite's own words, and UniqueError where a row was there before.
    While the disk does not answer, each waits ``LONGEST_WAIT`` at most; once that was in vain, what comes
    next is refused at once, so that little waits for the disk when it is back.

    ``commits`` has the seconds of each transaction that was committed, ``written`` how many statements were,
    ``failed`` how many transactions were not.
    """

    def __init__(self, path: Path, writer: Connection, reader: Reader, clock: Clock) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader
        self.changes = Changes(reader, clock)
        self._clock = clock
        self._jobs: list[_Job] = []
        self._begun_at: float | None = None
        self._sign: asyncio.Future[list[int]] | None = None
        self._asked_at = 0.0
        self._wake = asyncio.Event()
        self._closing = False
        self.commits = Histogram(_COMMITS)
        self.written = self.failed = 0
        self._said = Said(clock, _SAID_SECONDS)
        self.writing: asyncio.Task[None]

    async def read(self, sql: str, values: Sequence[object] = (), *, patient: bool = False) -> list[Row]:
        """Read rows as they were last committed; ``patient`` waits for them as long as it takes."""
        return await self.ask(lambda connection: rows_of(connection, sql, values), patient=patient)

    async def ask(self, work: Work[T], *, patient: bool = False) -> T:
        """Have the reader's thread do what reads more than once; the same holds for it."""
        return await self._reader.ask(work, patient=patient)

    async def write(self, *statements: Statement, patient: bool = False) -> list[int]:
        """Commit the statements, all or none, and tell how many rows each changed.

        It returns when they are safe on the disk. Cancelling the wait does not call them back.

        StoreSilent where nobody knows in time whether they will be written. ``patient`` is for who must
        know: then StoreError means that they never will be, and the wait may be as long as the disk's.
        """
        if self._closing:
            message = f"{self.path}: the database is being closed"
            raise StoreError(message)
        if self._is_silent():
            raise StoreError(silence(self.path))
        job = self._hand_over(statements)
        timer = self._clock.call_later(LONGEST_WAIT, partial(self._give_up, job, patient=patient))
        try:
            return await job.done
        finally:
            timer.cancel()

    async def change(self, *statements: Statement) -> list[int]:
        """Write as ``write`` does what is remembered (``store.memory``): from now on it is read again."""
        try:
            return await self.write(*statements)
        finally:
            self.changes.own += 1

    def _give_up(self, job: _Job, *, patient: bool) -> None:
        """Send away who has waited for long enough, but for who must know of what is under way."""
        if job in self._jobs:
            self._jobs.remove(job)
            settle(job.done, StoreError(silence(self.path)))
        elif not patient:
            settle(job.done, StoreSilent(silence(self.path)))

    def write_behind(self, *statements: Statement) -> None:
        """Have the statements committed, all or none, some time soon; nobody waits for it.

        They are dropped where the writer is far behind, or the disk does not answer, or the database is
        being closed, and an error is only logged: for what may as well be lost.
        """
        if not self._closing and not self._is_silent() and len(self._jobs) <= MOST_BEHIND:
            self._hand_over(statements).done.add_done_callback(self._log_error)

    def _hand_over(self, statements: Sequence[Statement]) -> _Job:
        job = _Job(statements)
        self._jobs.append(job)
        self._wake.set()
        return job

    def _is_silent(self) -> bool:
        """Tell whether the writer has waited for the disk for longer than anybody waits for the writer."""
        return self._begun_at is not None and self._clock.monotonic() - self._begun_at >= LONGEST_WAIT

    def complain(self, error: StoreError) -> None:
        """Log an error that nobody else logs: once a minute in the same words, however many have met it."""
        if self._said.is_news(str(error)):
            log.error("%s", error)

    def _log_error(self, done: "asyncio.Future[list[int]]") -> None:
        error = done.exception()
        if isinstance(error, StoreError):
            self.complain(error)

    def silent_for(self) -> float:
        """Tell for how many seconds the writer owes a sign of life, and ask it for one if it owes none.

        That is a transaction of nothing, behind what waits. An error is a sign of life too.
        """
        now = self._clock.monotonic()
        if self._sign is None or self._sign.done():
            self._sign, self._asked_at = self._hand_over(()).done, now
            self._sign.add_done_callback(self._log_error)
        return now - self._asked_at

    async def beat(self, at: float) -> None:
        """Write a row of no meaning, and the newest call as it is, so that it is known that calls can be."""
        await self.write(
            ("INSERT OR REPLACE INTO pulse (id, at) VALUES (1, ?)", (at,)),
            ("UPDATE calls SET state = state WHERE rowid = (SELECT max(rowid) FROM calls)", ()),
        )

    async def watch(self) -> None:
        """Wait for ever; raise what the writer dies of, should it die."""
        await asyncio.shield(self.writing)

    async def run(self) -> None:
        """Write until told to stop. ``open_database`` keeps it at work."""
        jobs: list[_Job] = []
        try:
            while not self._closing or self._jobs:
                await self._wake.wait()
                self._wake.clear()
                jobs, self._jobs = self._jobs, []
                if jobs:
                    await self._commit_group(jobs)
        except BaseException as error:  # nobody shall wait for what will never be written
            self._closing = True
            for job in jobs + self._jobs:
                settle(job.done, StoreError(f"{self.path}: the writer died of {error!r}"))
            raise

    async def _commit_group(self, jobs: Sequence[_Job]) -> None:
        error = await self._commit(jobs)
        if error is not None and len(jobs) > 1 and not _is_locked(error):
            for job in jobs:  # one of them is at fault: each for itself
                await self._commit_group([job])
        elif error is not None:
            for job in jobs:
                settle(job.done, self._told(error))

    def stop(self) -> None:
        """Have ``run`` return once what waits is written."""
        self._closing = True
        self._wake.set()

    async def _commit(self, jobs: Sequence[_Job]) -> Exception | None:
        begun_at = self._begun_at = self._clock.monotonic()
        try:
            outcome = await self._writer.run(partial(_commit, [job.statements for job in jobs]))
        finally:
            self._begun_at = None
        if isinstance(outcome, Exception):
            self.failed += 1
            return outcome
        self.commits.see(self._clock.monotonic() - begun_at)
        self.written += sum(map(len, outcome))
        for job, count in zip(jobs, outcome, strict=True):
            settle(job.done, count)
        return None

    def _told(self, error: Exception) -> StoreError:
        if isinstance(error, sqlite3.IntegrityError):
            return UniqueError(f"{self.path}: {error}")
        return told(self.path, error)


def _commit(
    group: Sequence[Sequence[Statement]], connection: sqlite3.Connection
) -> list[list[int]] | Exception:
    """Commit a group's statements, all or none, in the writer's thread.

    Tell how many rows each changed, or why none was.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        counts = [
            [connection.execute(*statement).rowcount for statement in statements] for statements in group
        ]
        connection.commit()
    except (sqlite3.Error, ValueError, OverflowError) as error:  # the latter: what SQLite can't hold
        with suppress(sqlite3.Error):
            connection.rollback()
        return error
    return counts


def _is_locked(error: Exception) -> bool:
    """Tell whether another process holds the file: then it does so for everybody."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class UniqueError(StoreError):
    """A row with this key is there already."""

    name = "not_unique"


@asynccontextmanager
async def open_database(path: Path, clock: Clock = _CLOCK) -> AsyncIterator[Database]:
    """Open the file, made and brought to the newest schema where need be, with its writer at work.

    At the end what waits is written and the file is closed, however long its disk takes.

    StoreError where it can't be opened or written; Unusable where it is damaged, or made by a newer c2cd.
    """
    require_undamaged(path)
    async with AsyncExitStack() as opened:
        writer = await open_connection(path)
        opened.push_async_callback(writer.close)
        await _migrate(path, writer)
        reader = Reader(path, await open_connection(path), clock)
        opened.push_async_callback(reader.close)
        database = Database(path, writer, reader, clock)
        writing = database.writing = asyncio.create_task(database.run(), name="database writer")
        try:
            yield database
        finally:
            database.stop()
            await writing


async def _migrate(path: Path, connection: Connection) -> None:
    if (version := await _version(path, connection)) > NEWEST:
        raise too_new(path, version)
    try:
        await connection.run(complete)
    except sqlite3.Error as error:
        raise told(path, error) from error
    for number, script in _SCHEMA.items():
        if number <= await _version(path, connection):
            continue
        try:
            await connection.executescript(f"BEGIN IMMEDIATE;{script};PRAGMA user_version = {number};COMMIT;")
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                await connection.rollback()
            if await _version(path, connection) < number:  # else another process was there first
                raise told(path, error) from error


def too_new(path: Path, version: int) -> Unusable:
    """Make the error of a file whose schema this c2cd does not know."""
    return Unusable(
        f"{path}: made by a newer c2cd (schema {version}; this one knows {NEWEST}):"
        " use that one, or put the backup in its place that was made before it (c2cd restore)"
    )


async def _version(path: Path, connection: Connection) -> int:
    try:
        rows = list(await connection.execute_fetchall("PRAGMA user_version"))
    except sqlite3.Error as error:
        raise told(path, error) from error
    return int(rows[0][0])
