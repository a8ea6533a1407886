"""A disk that does not answer: everybody waits for a bounded time, and knows afterwards what is open."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiosqlite
import pytest

from c2cd.errors import StoreError, StoreSilent
from c2cd.store.database import Database, open_database
from c2cd.store.reading import LONGEST_WAIT
from tests.clock import ManualClock, settle
from tests.store.test_database import answer, keys
from tests.switch.turning import until

PATIENCE = 5.0  # seconds of the machine in which a thread that goes on has done so


@pytest.fixture
async def silent(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Database]:
    """Give an open database whose time the test moves."""
    async with open_database(tmp_path / "c2cd.db", clock) as database:
        yield database


@contextmanager
def hanging(connection: aiosqlite.Connection) -> Iterator[None]:
    """Hold a connection's thread, as a disk does that does not answer, while the block runs."""
    hangs, goes_on = threading.Event(), threading.Event()

    def hang() -> None:
        hangs.set()
        goes_on.wait()

    connection._tx.put_nowait((None, hang))
    hangs.wait(PATIENCE)
    try:
        yield
    finally:
        goes_on.set()


async def refused(job: "asyncio.Task[object]") -> StoreError:
    """Give what a job that has ended was refused with."""
    assert job.done()
    with pytest.raises(StoreError, match="its disk has not answered for 5 s") as caught:
        await job
    return caught.value


async def test_a_read_that_hangs(silent: Database, clock: ManualClock) -> None:
    """It is given up in time, and those behind it; what comes next is refused at once, until it is back."""
    with hanging(silent._reader.connection):
        first = asyncio.create_task(keys(silent))
        await clock.advance(LONGEST_WAIT - 0.1)
        behind = asyncio.create_task(keys(silent))
        await clock.advance(0.0)
        assert not first.done()
        await clock.advance(0.1)
        await refused(first)
        await refused(behind)
        for _ in range(3):
            next_one = asyncio.create_task(keys(silent))
            await settle()
            await refused(next_one)
        assert silent._reader._waiting == []
        await silent.write(answer("a"))  # who writes does not wait for who reads
    await silent.read("SELECT 1 AS one", patient=True)
    assert await asyncio.wait_for(keys(silent), PATIENCE) == ["a"]


async def test_reads_wait_for_the_disk_together(silent: Database, clock: ManualClock) -> None:
    """Nobody waits longer for a read that began late than for one that began at once."""
    with hanging(silent._reader.connection):
        first = asyncio.create_task(keys(silent))
        await clock.advance(LONGEST_WAIT - 1.0)
        behind = asyncio.create_task(keys(silent))
        await settle()
    assert await asyncio.wait_for(first, PATIENCE) == []
    assert await asyncio.wait_for(behind, PATIENCE) == []
    with hanging(silent._reader.connection):
        again = asyncio.create_task(keys(silent))
        await clock.advance(LONGEST_WAIT - 0.1)
        assert not again.done()
        await clock.advance(0.1)
        await refused(again)


async def test_a_patient_read(silent: Database, clock: ManualClock) -> None:
    """What the start needs is waited for as long as it takes, behind another too, and delays nobody after."""
    with hanging(silent._reader.connection):
        reading = asyncio.create_task(silent.read("SELECT 1 AS one", patient=True))
        await settle()
        behind = asyncio.create_task(silent.read("SELECT 2 AS two", patient=True))
        await clock.advance(10 * LONGEST_WAIT)
        assert not reading.done()
        assert not behind.done()
    assert await asyncio.wait_for(reading, PATIENCE) == [{"one": 1}]
    await clock.advance(0.0)
    assert await asyncio.wait_for(keys(silent), PATIENCE) == []
    assert await asyncio.wait_for(behind, PATIENCE) == [{"two": 2}]


async def test_a_write_that_hangs(silent: Database, clock: ManualClock) -> None:
    """What was begun is open and may be written; what was not, never; what comes next is refused."""
    with hanging(silent._writer):
        begun = asyncio.create_task(silent.write(answer("begun")))
        await clock.advance(1.0)
        behind = asyncio.create_task(silent.write(answer("behind")))
        await clock.advance(LONGEST_WAIT - 1.0)
        assert type(await refused(begun)) is StoreSilent
        assert not behind.done()
        next_one = asyncio.create_task(silent.write(answer("next")))
        silent.write_behind(answer("dropped"))
        await clock.advance(1.0)
        for job in (behind, next_one):
            assert type(await refused(job)) is StoreError
        assert silent._jobs == []
    await clock.advance(0.0)
    assert await asyncio.wait_for(written_again(silent), PATIENCE) == ["again", "begun"]


async def written_again(database: Database) -> list[object]:
    """Write as soon as it can be written again, and give all that was."""
    while database._begun_at is not None:  # noqa: ASYNC110 - a thread goes on in its own time
        await asyncio.sleep(0.001)
    await database.write(answer("again"))
    return await keys(database)


async def test_a_patient_write(silent: Database, clock: ManualClock) -> None:
    """Who must know waits until it is known: of what was begun as long as it takes, of the rest no longer."""
    with hanging(silent._writer):
        begun = asyncio.create_task(silent.write(answer("begun"), patient=True))
        await settle()
        behind = asyncio.create_task(silent.write(answer("behind"), patient=True))
        await clock.advance(10 * LONGEST_WAIT)
        assert type(await refused(behind)) is StoreError
        assert not begun.done()
    assert await asyncio.wait_for(begun, PATIENCE) == [1]
    assert await keys(silent) == ["begun"]


async def test_the_writer_owes_a_sign_of_life(silent: Database, clock: ManualClock) -> None:
    """Who asks again and again learns how long the writer has done nothing; it owes one sign at a time."""
    with hanging(silent._writer):
        assert silent.silent_for() == 0.0
        for seconds in (10.0, 20.0, 30.0):
            await clock.advance(10.0)
            assert silent.silent_for() == seconds
        assert len(silent._jobs) <= 1
    await until(lambda: not silent.silent_for())
    await until(lambda: silent._sign is None or silent._sign.done())  # which was asked for in looking
    await clock.advance(10.0)
    await silent.write(answer("a"))  # behind the sign
    assert silent.silent_for() == 0.0


async def test_an_error_is_a_sign_of_life(
    silent: Database, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A writer that can't write is alive, and what keeps it from writing is in the log."""
    assert silent.silent_for() == 0.0
    silent._jobs[0].statements = [("NO SQL", ())]
    await asyncio.wait([silent._jobs[0].done], timeout=PATIENCE)
    await clock.advance(10.0)
    assert silent.silent_for() == 0.0
    assert "syntax error" in caplog.text
