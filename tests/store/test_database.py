"""The writer: groups, all or none, and what goes wrong."""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from c2cd.errors import StoreError
from c2cd.store.connection import open_connection
from c2cd.store.database import MOST_BEHIND, Database, Statement, UniqueError, open_database
from tests.clock import ManualClock

LONGEST = 5.0  # seconds in which a write that hangs is given up; none that works takes as long


def pulse(at: object) -> Statement:
    """Give a statement that writes the one row of no meaning."""
    return ("INSERT OR REPLACE INTO pulse (id, at) VALUES (1, ?)", (at,))


def answer(key: str, call_id: str = "c") -> Statement:
    """Give a statement that adds a row under a key."""
    sql = "INSERT INTO answers (button_id, key, fingerprint, call_id, answer) VALUES ('b', ?, '', ?, '')"
    return (sql, (key, call_id))


async def keys(database: Database) -> list[object]:
    """Read the keys that were written."""
    return [row["key"] for row in await database.read("SELECT key FROM answers ORDER BY key")]


async def commits(database: Database) -> list[str]:
    """Have SQLite tell each statement that the writer runs from now on."""
    told: list[str] = []
    await database._writer.set_trace_callback(told.append)
    return told


async def test_write_tells_counts(database: Database) -> None:
    """A write tells how many rows each of its statements changed."""
    assert await database.write(answer("a"), answer("b"), ("DELETE FROM answers", ())) == [1, 1, 2]


async def test_waiting_jobs_share_a_commit(database: Database) -> None:
    """What waits for the writer is committed in one transaction."""
    told = await commits(database)
    await asyncio.gather(*(database.write(answer(f"{number:03}")) for number in range(100)))
    assert len(await keys(database)) == 100
    assert told.count("COMMIT") == 1


async def test_commits_are_counted(database: Database) -> None:
    """Each transaction that is committed has its time, each statement counts, and so does each failure."""
    await asyncio.gather(database.write(answer("a"), answer("b")), database.write(answer("c")))
    assert ([many for _, many in database.commits.up_to()][-1], database.written) == (1, 3)
    with pytest.raises(UniqueError):
        await database.write(answer("c"))
    assert ([many for _, many in database.commits.up_to()][-1], database.written) == (1, 3)
    assert database.failed == 1


async def test_bad_job_fails_alone(database: Database) -> None:
    """One job at fault does not fail those that shared its transaction."""
    await database.write(answer("taken"))
    jobs = [database.write(answer(key)) for key in ("a", "taken", "b")]
    first, bad, last = await asyncio.gather(*jobs, return_exceptions=True)
    assert (first, last) == ([1], [1])
    assert isinstance(bad, UniqueError)
    assert await keys(database) == ["a", "b", "taken"]


async def test_all_or_none(database: Database) -> None:
    """Of a job whose last statement fails nothing is written."""
    await database.write(answer("taken"))
    with pytest.raises(UniqueError):
        await database.write(answer("a"), answer("b"), answer("taken"))
    assert await keys(database) == ["taken"]


@pytest.mark.parametrize("value", [2**70, "\ud800", object()], ids=["integer", "surrogate", "object"])
async def test_value_that_sqlite_cannot_hold(tmp_path: Path, value: object) -> None:
    """A value that SQLite can't hold fails its own job, and the writer lives to write the next one."""
    async with open_database(tmp_path / "c2cd.db") as database:
        with pytest.raises(StoreError):
            await asyncio.wait_for(database.write(pulse(value)), LONGEST)
        assert await asyncio.wait_for(database.write(pulse(2.0)), LONGEST) == [1]


async def test_cancelled_wait_is_still_written(database: Database) -> None:
    """Who stops waiting does not call back the write."""
    waiting = asyncio.create_task(database.write(answer("a")))
    await asyncio.sleep(0)  # it has been handed over
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await database.write(answer("b"))
    assert await keys(database) == ["a", "b"]


async def test_cancelled_wait_for_a_bad_job(database: Database) -> None:
    """A job that fails when nobody waits any more disturbs nobody."""
    await database.write(answer("taken"))
    waiting = asyncio.create_task(database.write(answer("taken")))
    await asyncio.sleep(0)
    waiting.cancel()
    await database.write(answer("b"))
    assert await keys(database) == ["b", "taken"]


async def test_nobody_waits_for_what_is_written_behind(database: Database) -> None:
    """What is written behind shares the commit of the next write, all or none of it."""
    told = await commits(database)
    database.write_behind(answer("a"), answer("b"))
    await database.write(answer("c"))
    assert await keys(database) == ["a", "b", "c"]
    assert told.count("COMMIT") == 1


async def test_an_error_behind_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What can't be written behind is told in SQLite's words, once a minute, and fails no other write."""
    clock = ManualClock()
    async with open_database(tmp_path / "c2cd.db", clock) as database:
        await database.write(answer("taken"))
        for minutes in (1, 1, 1, 2):
            database.write_behind(answer("a"), answer("taken"))
            await database.write(answer(f"b{clock.monotonic():g}"))
            assert len(caplog.records) == minutes
            await clock.advance(20.0)
        assert await keys(database) == ["b0", "b20", "b40", "b60", "taken"]
    assert {record.levelname for record in caplog.records} == {"ERROR"}
    assert "UNIQUE constraint failed" in caplog.text


async def test_an_error_that_many_meet_is_logged_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """However many are refused for one reason, written behind or not, it is told once; another one is too."""
    for _ in range(10):
        database.complain(StoreError("locked"))
    database.complain(StoreError("full"))
    assert [record.getMessage() for record in caplog.records] == ["locked", "full"]


async def test_what_is_written_behind_is_bounded(database: Database) -> None:
    """Where more than so many wait, what is written behind is dropped; what somebody waits for never is."""
    for number in range(MOST_BEHIND + 10):
        database.write_behind(answer(f"{number:04}"))
    await database.write(answer("waited for"))
    assert await keys(database) == [*(f"{number:04}" for number in range(MOST_BEHIND + 1)), "waited for"]


async def test_closing_writes_what_is_behind(tmp_path: Path) -> None:
    """What was handed over before the end is written, though nobody waits; what comes later is dropped."""
    file = tmp_path / "c2cd.db"
    async with open_database(file) as database:
        database.write_behind(answer("a"))
        database.stop()
        database.write_behind(answer("b"))
    async with open_database(file) as database:
        assert await keys(database) == ["a"]


async def test_full_disk(database: Database) -> None:
    """A full disk fails what does not fit, with SQLite's words, and leaves the database usable."""
    (row,) = await database.read("PRAGMA page_count")
    await database._writer.execute(f"PRAGMA max_page_count = {row['page_count']}")
    with pytest.raises(StoreError, match="database or disk is full") as caught:
        await database.write(answer("big", "x" * 100_000))
    assert str(caught.value).startswith(f"{database.path}: ")
    assert await database.write(answer("small")) == [1]
    await database._writer.execute("PRAGMA max_page_count = 100000")
    assert await database.write(answer("big", "x" * 100_000)) == [1]
    assert await keys(database) == ["big", "small"]


async def test_full_disk_fails_no_neighbour(database: Database) -> None:
    """What still fits is written, though it waited together with what does not."""
    (row,) = await database.read("PRAGMA page_count")
    await database._writer.execute(f"PRAGMA max_page_count = {row['page_count']}")
    jobs = [database.write(answer("big", "x" * 100_000)), database.write(answer("small"))]
    big, small = await asyncio.gather(*jobs, return_exceptions=True)
    assert isinstance(big, StoreError)
    assert small == [1]


async def test_errors_are_in_words(database: Database) -> None:
    """What SQLite refuses is a StoreError with the file and SQLite's own words, read or written."""
    with pytest.raises(StoreError, match="no such table: nowhere") as reading:
        await database.read("SELECT * FROM nowhere")
    with pytest.raises(StoreError, match="no such table: nowhere") as writing:
        await database.write(("DELETE FROM nowhere", ()))
    for caught in (reading, writing):
        assert str(caught.value).startswith(f"{database.path}: ")
        assert not isinstance(caught.value, UniqueError)


async def test_reader_sees_only_what_is_committed(database: Database) -> None:
    """What is being written is not read before it is committed."""
    await database._writer.execute("BEGIN IMMEDIATE")
    await database._writer.execute(*answer("a"))
    assert await keys(database) == []
    await database._writer.execute("ROLLBACK")


async def test_a_read_that_fails_keeps_no_other_from_what_is_new(database: Database) -> None:
    """Who keeps the error of a read that failed midway keeps nobody from what is committed later."""
    await database.write(answer("a"), ("UPDATE answers SET answer = CAST(x'ff' AS TEXT)", ()))
    with pytest.raises(StoreError, match="Could not decode to UTF-8") as kept:
        await database.read("SELECT answer FROM answers")
    await database.write(answer("b"))
    assert await keys(database) == ["a", "b"]
    assert kept.value.__cause__ is not None


async def test_reads_that_wait_are_read_together(database: Database) -> None:
    """Each of those who wait gets its own rows or its own error, and the thread is gone to once."""
    await database.write(answer("a"))
    hops = 0
    run = database._reader.connection.run

    async def count(work: Any) -> Any:
        nonlocal hops
        hops += 1
        return await run(work)

    database._reader.connection.run = count  # type: ignore[method-assign]
    questions = ["SELECT key FROM answers", "SELECT * FROM nowhere", "SELECT 2 AS two"]
    key, bad, two = await asyncio.gather(*map(database.read, questions), return_exceptions=True)
    assert (key, two, hops) == ([{"key": "a"}], [{"two": 2}], 1)
    assert isinstance(bad, StoreError)


async def test_who_stops_waiting_for_a_read(database: Database) -> None:
    """Who waits no longer for what is read disturbs nobody who reads with it."""
    gone, stays = (asyncio.create_task(keys(database)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == []
    assert gone.cancelled()


async def test_a_read_at_the_end(tmp_path: Path) -> None:
    """What is asked before the file is closed is answered, and what comes later is told so."""
    async with open_database(tmp_path / "c2cd.db") as database:
        asked = asyncio.create_task(keys(database))
        await asyncio.sleep(0)
    assert await asked == []
    with pytest.raises(StoreError, match="no active connection"):
        await keys(database)


async def test_aiosqlite_does_work_as_a_whole(tmp_path: Path) -> None:
    """A connection's work is done in its thread, in order, by names that aiosqlite has inside."""
    connection = await open_connection(tmp_path / "c2cd.db")
    threads: list[object] = []

    def work(inner: sqlite3.Connection) -> int:
        threads.append(threading.current_thread())
        return int(inner.execute("SELECT 40").fetchone()[0]) + int(inner.execute("SELECT 2").fetchone()[0])

    def fail(_: sqlite3.Connection) -> None:
        raise LookupError("as it is")

    try:
        pragma, done, failed = await asyncio.gather(
            connection.execute_fetchall("PRAGMA synchronous"),
            connection.run(work),
            connection.run(fail),
            return_exceptions=True,
        )
    finally:
        await connection.close()
    assert not isinstance(pragma, BaseException)
    assert [tuple(row) for row in pragma] == [(2,)]  # FULL
    assert done == 42
    assert isinstance(failed, LookupError)
    assert threads == [connection._thread]
    with pytest.raises(ValueError, match="no active connection"):
        await connection.run(work)


async def test_closing_writes_what_waits(tmp_path: Path) -> None:
    """What was handed over before the end is written before the file is closed."""
    file = tmp_path / "c2cd.db"
    async with open_database(file) as database:
        waiting = [asyncio.create_task(database.write(answer(f"{number:02}"))) for number in range(50)]
        await asyncio.sleep(0)
    assert all(task.done() for task in waiting)
    async with open_database(file) as database:
        assert len(await keys(database)) == 50


async def test_error_in_the_block(tmp_path: Path) -> None:
    """What is raised while the database is open comes out as it is, and the file is closed."""
    file = tmp_path / "c2cd.db"

    async def write_and_fail() -> None:
        async with open_database(file) as database:
            await database.write(answer("a"))
            raise StoreError("as it is")

    with pytest.raises(StoreError, match="as it is"):
        await write_and_fail()
    async with open_database(file) as database:
        assert await keys(database) == ["a"]


async def test_writer_that_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that dies of what nobody foresaw tells who watches it and who waits for it, and is raised."""

    async def die(*_: object) -> bool:
        raise LookupError("unforeseen")

    told: list[object] = []

    async def use() -> None:
        async with asyncio.timeout(LONGEST), open_database(tmp_path / "c2cd.db") as database:
            jobs = [database.watch(), database.write(pulse(1.0)), database.write(pulse(2.0))]
            told.extend(await asyncio.gather(*jobs, return_exceptions=True))
            told.extend(await asyncio.gather(database.write(pulse(3.0)), return_exceptions=True))

    monkeypatch.setattr(Database, "_commit", die)
    with pytest.raises(LookupError, match="unforeseen"):
        await use()
    assert [type(error) for error in told] == [LookupError, StoreError, StoreError, StoreError]


async def test_writer_that_dies_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of jobs that are written one by one, those from before its death are done, and the others are told."""
    commit = Database._commit

    async def die_at_last(database: Database, jobs: Sequence[Any]) -> Exception | None:
        if len(jobs) == 1 and jobs[0].statements == (answer("c"),):
            raise LookupError("unforeseen")
        return await commit(database, jobs)

    told: list[object] = []

    async def use() -> None:
        async with asyncio.timeout(LONGEST), open_database(tmp_path / "c2cd.db") as database:
            jobs = [database.write(answer(key)) for key in ("a", "a", "c")]
            told.extend(await asyncio.gather(*jobs, return_exceptions=True))

    monkeypatch.setattr(Database, "_commit", die_at_last)
    with pytest.raises(LookupError, match="unforeseen"):
        await use()
    assert told[0] == [1]
    assert [type(error) for error in told[1:]] == [UniqueError, StoreError]


async def test_closed(tmp_path: Path) -> None:
    """Nothing is taken any more once the database is being closed: it would wait for ever."""
    async with open_database(tmp_path / "c2cd.db") as database:
        database.stop()
        with pytest.raises(StoreError, match="is being closed"):
            await database.write(pulse(1.0))


async def test_locked_for_all_of_them(tmp_path: Path) -> None:
    """While another process holds the file, all who wait are refused at once together, not one by one."""
    file = tmp_path / "c2cd.db"
    async with open_database(file) as database:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await database._writer.execute("PRAGMA busy_timeout = 0")
            jobs = [database.write(answer(key)) for key in "abc"]
            refused = await asyncio.gather(*jobs, return_exceptions=True)
            other.execute("ROLLBACK")
        assert [str(error) for error in refused] == [f"{file}: database is locked"] * 3
        assert await keys(database) == []
