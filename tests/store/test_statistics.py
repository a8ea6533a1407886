"""Statistics: each call is counted once, under what became of it, in steps of a bounded length."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from msgspec.structs import replace

from c2cd.model.call import Call, Leg
from c2cd.store.database import Database
from c2cd.store.history import History
from c2cd.store.reading import Work
from c2cd.store.statistics import _ADD_UP, _END, BOUNDS, CALLS_A_STEP, QUARTER, Calls, Length, Statistics
from tests.calls.examples import a_call

NOON = 1_800_014_400.0
MANY = 2 * CALLS_A_STEP + 1


def at(moment: float, number: int = 0, **more: Any) -> Call:
    """Make a call that was clicked then."""
    return replace(a_call(call_id=f"c2c-b-{moment}-{number}"), requested_at=moment, **more)


async def add(database: Database, *calls: Call) -> None:
    """Add calls, many in a transaction."""
    history = History(database)
    await asyncio.gather(*(history.add(call) for call in calls))


async def counted(database: Database, since: float = NOON, until: float = NOON + 3600) -> list[Calls]:
    """Count the calls of a span."""
    return [calls async for calls in Statistics(database).of_account("acme", since, until)]


async def lengths(database: Database, call: Call) -> dict[Length, int | str | None]:
    """Give the bound that each length of a call is counted under; "longest" beyond all, None for none."""
    await add(database, call)
    (calls,) = await counted(database)
    found: dict[Length, int | str | None] = {}
    for name, counts in calls.lengths.items():
        assert sum(counts) <= 1
        bounds: list[int | str] = [*BOUNDS[name], "longest"]
        found[name] = next((bound for bound, count in zip(bounds, counts, strict=True) if count), None)
    return found


async def test_calls_are_counted_by_what_became_of_them(database: Database) -> None:
    """Those of a quarter of an hour with the same result and cause are one number, with their talk."""
    talked: dict[str, Any] = {
        "state": "ended",
        "result": "success",
        "bridged_at": NOON + 10,
        "ended_at": NOON + 40.5,
    }
    busy: dict[str, Any] = {"state": "ended", "result": "error", "cause": "USER_BUSY"}
    await add(
        database,
        *(at(NOON + 60 * number, **talked) for number in range(3)),
        at(NOON + QUARTER, **talked),
        *(at(NOON, number, **busy) for number in (1, 2)),
        at(NOON, 3, **(busy | {"cause": "NO_ANSWER"})),
        at(NOON, 4, state="ended", result="unknown"),
        at(NOON, 5),
        replace(at(NOON, 6), account_id="other"),
    )
    found = {
        (calls.begun_at - NOON, calls.result, calls.cause): (calls.count, calls.talk_seconds)
        for calls in await counted(database)
    }
    assert found == {
        (0.0, "success", None): (3, 91.5),
        (QUARTER, "success", None): (1, 30.5),
        (0.0, "error", "USER_BUSY"): (2, 0.0),
        (0.0, "error", "NO_ANSWER"): (1, 0.0),
        (0.0, "unknown", None): (1, 0.0),
        (0.0, None, None): (1, 0.0),
    }


async def test_both_bounds_belong_to_the_span(database: Database) -> None:
    """A call of the moment in which the span begins or ends is in it, and none beyond."""
    await add(database, *(at(NOON + offset) for offset in (-0.001, 0.0, 60.0, 60.001)))
    assert sum(calls.count for calls in await counted(database, NOON, NOON + 60)) == 2
    assert await counted(database, NOON + 1, NOON + 59) == []


@pytest.mark.parametrize("apart", [1.0, 0.0], ids=["one after another", "all in one moment"])
async def test_every_call_is_counted_once(database: Database, apart: float) -> None:
    """However many there are, and also where a step would end amid calls of the same moment."""
    await add(database, *(at(NOON + apart * number, number) for number in range(MANY)))
    assert sum(calls.count for calls in await counted(database)) == MANY


async def test_steps_are_short_and_one_at_a_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ask, the reader adds up no more calls than a step has before it is others' again."""
    await add(database, *(at(NOON + number) for number in range(MANY)))
    ask, steps, under_way = database.ask, [], Counter[str]()

    async def told(work: Work[Any], *, patient: bool = False) -> Any:
        under_way["steps"] += 1
        assert under_way["steps"] == 1
        end, found = await ask(work, patient=patient)
        under_way["steps"] -= 1
        steps.append(sum(calls.count for calls in found))
        return end, found

    monkeypatch.setattr(database, "ask", told)
    statistics = Statistics(database)

    async def total() -> int:
        return sum([calls.count async for calls in statistics.of_account("acme", NOON, NOON + 3600)])

    assert set(await asyncio.gather(total(), total(), total())) == {MANY}
    assert sorted(steps) == sorted([CALLS_A_STEP, CALLS_A_STEP, 1] * 3)


async def test_lengths_are_those_of_the_phones_by_their_names(database: Database) -> None:
    """Whichever rang first: how long the extension rang is never told of the contact."""
    legs: dict[str, Any] = {
        "first": Leg(ringing_at=NOON, answered_at=NOON + 4),
        "second": Leg(ringing_at=NOON + 5, answered_at=NOON + 30),
    }
    call = at(NOON, **legs)
    assert await lengths(database, call) == {"extension": 5, "contact": 30, "talk": None}
    await database.write(("DELETE FROM calls", ()))
    found = await lengths(database, replace(call, dial_first="contact"))
    assert found == {"extension": 30, "contact": 5, "talk": None}


@pytest.mark.parametrize(
    ("seconds", "bound"), [(-1.0, 5), (0.0, 5), (5.0, 5), (5.001, 10), (60.0, 60), (61.0, "longest")]
)
async def test_bounds_of_ringing(database: Database, seconds: float, bound: int | str) -> None:
    """A bound belongs to what is below it; less than nothing, after a date was put back, is the least."""
    leg = Leg(ringing_at=NOON, answered_at=NOON + seconds)
    assert (await lengths(database, at(NOON, first=leg)))["extension"] == bound


@pytest.mark.parametrize(
    ("seconds", "bound"), [(-1.0, 10), (0.0, 10), (10.0, 10), (11.0, 30), (3600.0, 3600), (4000.0, "longest")]
)
async def test_bounds_of_talk(database: Database, seconds: float, bound: int | str) -> None:
    """The same of talk."""
    call = at(NOON, bridged_at=NOON, ended_at=NOON + seconds, state="ended")
    assert (await lengths(database, call))["talk"] == bound
    (calls,) = await counted(database)
    assert calls.talk_seconds == max(0.0, seconds)


async def test_what_is_not_known_has_no_length(database: Database) -> None:
    """A phone that rang on, one of which no ring was told, and an end that was not seen are not counted."""
    legs: dict[str, Any] = {"first": Leg(ringing_at=NOON), "second": Leg(answered_at=NOON)}
    call = at(NOON, **legs, state="ended", end_seen=False, bridged_at=NOON, ended_at=NOON + 9)
    assert await lengths(database, call) == {"extension": None, "contact": None, "talk": None}


async def test_the_index_is_used(database: Database) -> None:
    """A step reads the calls that it adds up and no others; where it ends the index alone knows."""
    for sql, how in ((_END, "COVERING INDEX"), (_ADD_UP, "INDEX")):
        rows = await database.read(f"EXPLAIN QUERY PLAN {sql}", ("acme", 0.0, 1.0))
        plan = [str(row["detail"]) for row in rows if " calls " in str(row["detail"])]
        assert plan == [
            f"SEARCH calls USING {how} calls_of_account (account_id=? AND requested_at>? AND requested_at<?)"
        ]
