"""Denials: every one is told at once, and costs no write; none is lost to a disk that fails for a while."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from c2cd.errors import StoreError
from c2cd.store.database import Database, Statement, open_database
from c2cd.store.denials import _SELECT, WRITE_SECONDS, Denial, Denials
from c2cd.store.reading import LONGEST_WAIT
from c2cd.store.statistics import QUARTER
from tests.clock import START, ManualClock, settle
from tests.store.test_silent import hanging
from tests.switch.turning import until

DAY = 86_400
FLOOD = 10_000
ROWS = "SELECT account_id, begun_at, rule, count FROM denials ORDER BY 1, 2, 3"


@pytest.fixture
def denials(database: Database, clock: ManualClock) -> Denials:
    """Give the table of denials."""
    return Denials(database, clock)


@pytest_asyncio.fixture
async def writing(denials: Denials) -> AsyncIterator[None]:
    """Have them written in the background, as the daemon does."""
    task = asyncio.create_task(denials.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def found(denials: Denials, since: float = START, until: float = START + DAY) -> list[Denial]:
    """Give what was counted of an account in a span."""
    return [denial async for denial in denials.of_account("acme", since, until)]


async def total(denials: Denials) -> int:
    """Tell how many clicks of the account were denied on this day."""
    return sum(denial.count for denial in await found(denials))


async def rows(database: Database) -> list[tuple[object, ...]]:
    """Give what is written."""
    return [tuple(row.values()) for row in await database.read(ROWS)]


def has_written(database: Database, count: int) -> bool:
    """Tell whether so many statements have been committed."""
    return database.written == count


async def test_a_denial_is_told_at_once(denials: Denials, database: Database) -> None:
    """It is counted by account, quarter of an hour and rule, and need not be written to be told."""
    for account, rule in (("acme", "hours"), ("acme", "throttle"), ("other", "hours"), ("acme", "hours")):
        denials.count(account, rule)
    assert await found(denials) == [Denial(int(START), "hours", 2), Denial(int(START), "throttle", 1)]
    assert await rows(database) == []


async def test_a_flood_is_a_row(denials: Denials, database: Database) -> None:
    """However many clicks a rule is against, they are one statement in the next write."""
    for _ in range(FLOOD):
        denials.count("acme", "throttle")
    before = database.written
    await denials.write()
    assert database.written - before == 1
    assert await rows(database) == [("acme", START, "throttle", FLOOD)]


@pytest.mark.usefixtures("writing")
async def test_a_few_times_a_minute(denials: Denials, database: Database, clock: ManualClock) -> None:
    """What was counted is written, and added to what is there; nothing is written where nothing was."""
    await clock.advance(WRITE_SECONDS)
    for count in (1, 2):
        assert database.written == count - 1
        denials.count("acme", "hours")
        await clock.advance(WRITE_SECONDS)
        await until(partial(has_written, database, count))
        assert await rows(database) == [("acme", START, "hours", count)]
        assert await total(denials) == count


async def test_a_quarter_of_an_hour(denials: Denials, clock: ManualClock) -> None:
    """A denial belongs to the quarter of an hour in which it was, by the clock as it is then."""
    for seconds in (QUARTER - 1.0, 1.0, -QUARTER):
        clock.put(seconds)
        denials.count("acme", "hours")
    expected = [Denial(int(START), "hours", 2), Denial(int(START) + QUARTER, "hours", 1)]
    assert await found(denials) == expected
    await denials.write()
    assert await found(denials) == expected


@pytest.mark.parametrize("is_written", [True, False])
async def test_a_span(denials: Denials, clock: ManualClock, *, is_written: bool) -> None:
    """Of a span all quarters are told that have a moment of it, over as many days as it has."""
    for _ in range(4):
        denials.count("acme", "hours")
        clock.put(DAY)
    if is_written:
        await denials.write()
    days = [START + number * DAY for number in range(4)]
    for since, until_, expected in (
        (START, START + 4 * DAY, days),
        (START + 899, START + DAY, days[:1]),
        (START + 900, START + DAY + 1, days[1:2]),
        (START - DAY, START, []),
        (START - DAY, START + 3 * DAY + 0.5, days),
    ):
        assert [denial.begun_at for denial in await found(denials, since, until_)] == expected


async def test_what_can_not_be_written_stays_counted(
    denials: Denials, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told, tried again with what comes meanwhile, and the log says why."""
    denials.count("acme", "hours")

    async def fail(*_: Statement, **__: bool) -> list[int]:
        denials.count("acme", "hours")
        raise StoreError("the disk is full")

    with monkeypatch.context() as failing:
        failing.setattr(database, "write", fail)
        await denials.write()
    assert caplog.messages == ["the disk is full"]
    assert await total(denials) == 2
    await denials.write()
    assert await rows(database) == [("acme", START, "hours", 2)]
    assert await total(denials) == 2


async def test_nothing_is_told_twice_while_it_is_written(denials: Denials, database: Database) -> None:
    """Who asks in the middle of a write is told once it is done: neither twice nor not at all."""
    denials.count("acme", "hours")
    with hanging(database._writer):
        write = asyncio.create_task(denials.write())
        asked = asyncio.create_task(total(denials))
        await settle()
        denials.count("acme", "hours")
        assert not asked.done()
    assert await asked == 2
    await write


async def test_a_disk_that_hangs(denials: Denials, database: Database, clock: ManualClock) -> None:
    """Nobody waits for it longer than for any other read; what was under way is written once it is back."""
    denials.count("acme", "hours")
    with hanging(database._writer):
        write = asyncio.create_task(denials.write())
        asked = asyncio.create_task(total(denials))
        await clock.advance(LONGEST_WAIT)
        with pytest.raises(StoreError, match="has not answered for 5 s"):
            await asked
        await clock.advance(10 * LONGEST_WAIT)
        assert not write.done()
    await write
    assert await total(denials) == 1


async def test_what_is_left_is_written_at_the_end(tmp_path: Path, clock: ManualClock) -> None:
    """Once the database is closed all that was counted is in it; where nothing was, nothing is written."""
    for expected in (1, 2):
        async with open_database(tmp_path / "c2cd.db", clock) as database:
            denials = Denials(database, clock)
            denials.count("acme", "hours")
            denials.finish()
        async with open_database(tmp_path / "c2cd.db", clock) as database:
            denials = Denials(database, clock)
            denials.finish()
            assert await total(denials) == expected
            assert database.written == 0


async def test_the_index_is_used(database: Database) -> None:
    """An account's denials of a day are found by the key of the table."""
    (row,) = await database.read(f"EXPLAIN QUERY PLAN {_SELECT}", ("acme", 0, 1))
    assert row["detail"] == ("SEARCH denials USING PRIMARY KEY (account_id=? AND begun_at>? AND begun_at<?)")
