"""keep_days: what is too old goes, in small steps, and nothing that anybody still needs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from msgspec.structs import replace

from c2cd.errors import KeyInUse, StoreError
from c2cd.model.call import Call
from c2cd.model.signing import SignedLink
from c2cd.store.database import Database, Statement
from c2cd.store.denials import Denials
from c2cd.store.history import ANSWER_KEPT, LINK_KEPT, History
from c2cd.store.retention import DAY, HOUR, ROWS_A_STEP, Retention
from c2cd.store.statistics import QUARTER
from tests.calls.examples import a_call
from tests.clock import START, ManualClock
from tests.store.test_history import ANSWER
from tests.switch.turning import until

DAYS = 30
OLD = START - DAYS * DAY
LINK = SignedLink(account_id="acme", button_id="b", nonce="n", contact=None, pattern=None, expires_at=0.0)


def ended(call_id: str, requested_at: float, **more: object) -> Call:
    """Make a call that ended a minute after its click."""
    call = a_call(call_id=call_id)
    return replace(
        call, requested_at=requested_at, state="ended", ended_at=requested_at + 60, result="success", **more
    )


async def ids(database: Database, table: str = "calls", column: str = "id") -> list[object]:
    """Give what is there."""
    return [row[column] for row in await database.read(f"SELECT {column} FROM {table} ORDER BY 1")]  # noqa: S608


async def swept(database: Database, clock: ManualClock, days: int = DAYS) -> Retention:
    """Have all that is too old deleted, while the clock goes on."""
    retention = Retention(database, clock, days)
    sweeping = asyncio.create_task(retention.sweep())
    await swept_up(database, sweeping, clock)
    return retention


async def passes(clock: ManualClock, check: Callable[[], bool]) -> None:
    """Let the clock go on until something is so."""
    while not check():
        await clock.advance(0.02)


async def swept_up(database: Database, sweeping: asyncio.Task[None], clock: ManualClock) -> None:
    """Let the clock go on until it is done, but while the disk works: that takes as long as it takes."""
    while not sweeping.done():
        await clock.advance(0.0 if database._jobs or database._begun_at is not None else 0.02)
    await sweeping


@asynccontextmanager
async def running(retention: Retention) -> AsyncIterator[None]:
    """Have it run in the background, as the daemon does."""
    task = asyncio.create_task(retention.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_only_ended_calls_that_are_too_old_go(database: Database, clock: ManualClock) -> None:
    """By the time of the click; one of which the end is not known stays, however old it is."""
    history = History(database)
    for call in (ended("c2c-b-old", OLD - 1), ended("c2c-b-kept", OLD + 1)):
        await history.add(call)
    await history.add(replace(a_call(call_id="c2c-b-open"), requested_at=OLD - 9 * DAY))
    retention = await swept(database, clock)
    assert await ids(database) == ["c2c-b-kept", "c2c-b-open"]
    assert retention.deleted == 1


async def test_what_limits_and_repeats_need_stays(database: Database, clock: ManualClock) -> None:
    """With two days, the least, all calls of the last day are there, and the answers of their keys."""
    history = History(database)
    for age in (0.5, 0.99, 2.5):
        answer = replace(ANSWER, key=f"k{age}", created_at=START - age * DAY, earliest=START - age * DAY)
        await history.add(ended(f"c2c-b-{age}", START - age * DAY), answer)
    await swept(database, clock, 2)
    assert [call.requested_at for call in await history.since(START - DAY)] == [
        START - 0.99 * DAY,
        START - 0.5 * DAY,
    ]
    with pytest.raises(KeyInUse):
        await history.add(a_call(call_id="c2c-b-again"), replace(ANSWER, key="k0.99", earliest=START))


async def test_what_is_kept_for_repeats_goes_too(database: Database, clock: ManualClock) -> None:
    """Answers, which have contacts, and used links go once they are of no use, though no click comes."""
    history = History(database)
    answers = {"old": START - ANSWER_KEPT - 1, "new": START - ANSWER_KEPT + HOUR}
    for key, at in answers.items():
        await history.add(ended(f"c2c-b-{key}", START), replace(ANSWER, key=key, created_at=at, earliest=at))
    links = {"old": START - LINK_KEPT - 1, "new": START - LINK_KEPT + HOUR}
    for nonce, expires_at in links.items():
        link = SignedLink(
            account_id="acme", button_id="b", nonce=nonce, contact=None, pattern=None, expires_at=expires_at
        )
        await history.add(ended(f"c2c-b-link-{nonce}", START - LINK_KEPT), None, link)
    await swept(database, clock)
    assert await ids(database, "answers", "key") == ["new"]
    assert await ids(database, "used_signatures", "nonce") == ["new"]


async def test_counts_of_denied_clicks_go_too(database: Database, clock: ManualClock) -> None:
    """They are kept for as long as calls are."""
    for at in (OLD - 1, OLD + QUARTER):
        denials = Denials(database, clock)
        clock.put(at - clock.wall())
        denials.count("acme", "hours")
        await denials.write()
    clock.put(START - clock.wall())
    await swept(database, clock)
    assert await ids(database, "denials", "begun_at") == [OLD + QUARTER]


async def test_steps_are_small_and_leave_room(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction has no more rows than a step, and then the writer is everybody else's for a while."""
    history = History(database)
    for number in range(2 * ROWS_A_STEP + 1):
        await history.add(ended(f"c2c-b-{number:04}", OLD - 1 - number))
    steps: list[int] = []
    write = database.write

    async def told(*statements: Statement) -> list[int]:
        counts = await write(*statements)
        steps.extend(counts)
        return counts

    with monkeypatch.context() as telling:
        telling.setattr(database, "write", told)
        sweeping = asyncio.create_task(Retention(database, clock, DAYS).sweep())
        await until(lambda: steps)
    await history.add(ended("c2c-b-click", START))
    assert len(await ids(database)) == ROWS_A_STEP + 2
    assert steps == [ROWS_A_STEP]
    monkeypatch.setattr(database, "write", told)
    await swept_up(database, sweeping, clock)
    assert steps == [ROWS_A_STEP, ROWS_A_STEP, 1, 0, 0, 0, 0]
    assert await ids(database) == ["c2c-b-click"]


async def test_at_the_start_and_every_hour(
    database: Database, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """It looks at once and then each hour; a line of the log says how many went, and none where none did."""
    caplog.set_level(logging.INFO)
    history = History(database)
    await history.add(ended("c2c-b-1", OLD - 1))
    await history.add(ended("c2c-b-2", OLD + 1))
    retention = Retention(database, clock, DAYS)
    async with running(retention):
        await passes(clock, lambda: bool(caplog.records))
        await clock.advance(HOUR - 1 - clock.monotonic())
        assert await ids(database) == ["c2c-b-2"]
        await passes(clock, lambda: len(caplog.records) == 2)
        assert HOUR <= clock.monotonic() < 1.5 * HOUR
        await clock.advance(HOUR)
    line = "1 calls were deleted from the history: they were over 30 days old (history.keep_days)"
    assert [record.getMessage() for record in caplog.records] == [line, line]


async def test_for_ever(database: Database, clock: ManualClock) -> None:
    """0 days delete nothing, ever."""
    await History(database).add(ended("c2c-b-1", 1.0))
    await Retention(database, clock, 0).run()
    assert await ids(database) == ["c2c-b-1"]


async def test_a_database_that_fails(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What could not be deleted is deleted an hour later; the log says why not."""
    await History(database).add(ended("c2c-b-1", OLD - 1))
    retention = Retention(database, clock, DAYS)

    async def fail(*_: object) -> list[int]:
        raise StoreError("the disk is full")

    with monkeypatch.context() as failing:
        failing.setattr(database, "write", fail)
        async with running(retention):
            await clock.advance(1)
            assert caplog.messages == ["the disk is full"]
            assert await ids(database) == ["c2c-b-1"]
            failing.undo()
            await clock.advance(HOUR - 2)
            assert await ids(database) == ["c2c-b-1"]
            await passes(clock, lambda: retention.deleted == 1)


async def test_the_index_is_used(database: Database) -> None:
    """No step reads rows that it does not delete: the plan has the indices of time."""
    for sql, index in (
        ("SELECT rowid FROM calls WHERE requested_at < ? AND state = 'ended'", "calls_recent"),
        ("SELECT button_id, key FROM answers WHERE created_at < ?", "answers_by_age"),
        ("SELECT nonce FROM used_signatures WHERE expires_at < ?", "used_signatures_by_age"),
        ("SELECT rule FROM denials WHERE begun_at < ?", "denials_by_age"),
    ):
        order = sql.split(" WHERE ")[1].split()[0]
        (row,) = await database.read(f"EXPLAIN QUERY PLAN {sql} ORDER BY {order} LIMIT 1", (1.0,))
        assert index in str(row["detail"]), row
