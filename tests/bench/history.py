"""What a page of a long history costs beside one of a short, what ranges and filters cost, and their memory.

It runs the daemon on the simulated switch, which has nothing to do, with one button of a thousand calls and
one of a million, all of the last 29 days, so that one span of 31 has them all.
"""

import sqlite3
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from c2cd.model.call import Leg
from c2cd.store.database import open_database
from c2cd.store.history import History
from tests.bench.figures import Bar, Figure, ratios
from tests.bench.telling import Plan, tell
from tests.calls.examples import a_call
from tests.process import resident
from tests.web.site import Site, open_site

PART = "history"
SHORT, LONG = 1_000, 1_000_000
# Requests of each kind in a round.
_REQUESTS = 15
_DAYS = 29
# Seconds between the year 1 of Gregory and 1970, as Kazoo's times have it.
_GREGORIAN = 62_167_219_200

Query = Mapping[str, Any]


async def fill(database: Path, button_id: str, count: int) -> None:
    """Write so many ended calls of a button beside the daemon, the newest now, in one transaction."""
    newest = time.time()
    legs = [
        Leg(ringing_at=newest + at, answered_at=newest + at + 5, ended_at=newest + 60, hangup_cause=16)
        for at in (0, 6)
    ]
    call = replace(
        a_call(call_id=f"c2c-{button_id}-{0:032x}", button_id=button_id),
        requested_at=newest,
        first=legs[0],
        second=legs[1],
        state="ended",
        bridged_at=newest + 11,
        ended_at=newest + 60,
        result="success",
    )
    async with open_database(database) as open_one:
        await History(open_one).add(call)
    step = _DAYS * 86_400 / count
    with closing(sqlite3.connect(database)) as connection, connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(calls)")]
        row = list(connection.execute("SELECT * FROM calls WHERE id = ?", (call.id,)).fetchone())
        at = {name: columns.index(name) for name in ("id", "requested_at", "contact")}
        places = ", ".join("?" * len(columns))

        def rows() -> Any:
            for number in range(1, count):
                row[at["id"]] = f"c2c-{button_id}-{number:032x}"
                row[at["requested_at"]] = newest - number * step
                row[at["contact"]] = f"+{12_120_000_000 + number}"
                yield tuple(row)

        connection.executemany(f"INSERT INTO calls VALUES ({places})", rows())  # noqa: S608 - question marks


async def take(site: Site, button_id: str, query: Query) -> float:
    """Ask for a history, read it to its end, and give the milliseconds."""
    began = time.perf_counter()
    response = await site.ask("GET", f"/{button_id}/history", params=dict(query), timeout=300)
    assert response.status_code == 200, response.text
    return (time.perf_counter() - began) * 1000


async def measure(plan: Plan) -> list[Figure]:
    """Measure, each kind of request in its turn."""
    with tempfile.TemporaryDirectory(prefix="c2cd-bench-") as folder:
        async with open_site(Path(folder)) as site:
            short, long = await site.button(), await site.button()
            tell(f"writing {LONG:,} rows")
            await fill(site.daemon.database, short, SHORT)
            await fill(site.daemon.database, long, LONG)
            asked = await _kinds(site, short, long)
            for button_id, query in asked.values():
                await take(site, button_id, query)
            medians: dict[str, list[float]] = defaultdict(list)
            for _ in range(plan.rounds):
                times: dict[str, list[float]] = defaultdict(list)
                for _ in range(_REQUESTS):
                    for name, (button_id, query) in asked.items():
                        times[name].append(await take(site, button_id, query))
                for name, found in times.items():
                    medians[name].append(statistics.median(found))
            for name, found in medians.items():
                tell(f"{name}: {statistics.median(found):.1f} ms")
            return [*_of_pages(medians), *await _all(site, long)]


_REFERENCE, _PAGE = "a page", "a page, the newest"


async def _kinds(site: Site, short: str, long: str) -> dict[str, tuple[str, Query]]:
    """Give the requests by name; the first is the one that the others stand beside."""
    deep: str | None = None
    for _ in range(20):  # as somebody would page
        query: Query = {"page_size": 200, **({"start_key": deep} if deep else {})}
        page = await site.ask("GET", f"/{long}/history", params=dict(query))
        deep = page.json().get("next_start_key", deep)
    now = int(time.time()) + _GREGORIAN
    day = {"created_from": now - 11 * 86_400, "created_to": now - 10 * 86_400}
    return {
        _REFERENCE: (short, {}),
        _PAGE: (long, {}),
        "a page, the oldest": (long, {"ascending": "true"}),
        "a page, 4,000 rows in": (long, {"start_key": deep}),
        "a page of a day, ten days ago": (long, day),
        "a page, filtered, each row fits": (long, {"filter_result": "success"}),
        "a page of a day, filtered, the last row fits": (
            long,
            {**day, "filter_contact": f"+{12_120_000_000 + int(10.99 * LONG / _DAYS)}"},
        ),
    }


def _of_pages(medians: Mapping[str, list[float]]) -> list[Figure]:
    short = medians[_REFERENCE]
    return [
        Figure(
            PART,
            "a million rows / a thousand",
            _PAGE,
            "time",
            ratios(medians[_PAGE], short),
            Bar(most=3),
        ),
        *(
            Figure(
                PART, "a thousand rows" if name == _REFERENCE else "a million rows", name, "time, ms", found
            )
            for name, found in medians.items()
        ),
    ]


async def _all(site: Site, long: str) -> list[Figure]:
    """Read a day of it without pages, and look for one contact in all of it: what is not in an index."""
    now = int(time.time()) + _GREGORIAN
    kinds: Mapping[str, Query] = {
        "all of a day": {"paginate": "false", "created_from": now - 86_400},
        "all of it, filtered, no row fits": {"paginate": "false", "filter_contact": "0"},
    }
    found = []
    for name, query in kinds.items():
        before = resident(site.daemon.pid)
        took = await take(site, long, query)
        grown = resident(site.daemon.pid) - before
        tell(f"{name}: {took:.0f} ms, memory {grown:+.1f} MiB")
        found += [
            Figure(PART, "a million rows", name, "time, ms", [took]),
            Figure(PART, "a million rows", name, "memory that it leaves, MiB", [grown]),
        ]
    return found
