"""What a page of a long history costs beside one of a short, and what reading all of it costs in memory.

    python -m tests.bench.history [ROWS]

It runs the daemon on the simulated switch, with one button of 50 calls and one of ROWS (100,000), and
prints medians of interleaved requests and the daemon's resident memory.
"""

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from c2cd.model.call import Call, Leg
from c2cd.store.database import open_database
from c2cd.store.history import History
from tests.calls.examples import a_call
from tests.web.site import Site, open_site

ROUNDS = 40
PAGE = 50


def calls_of(button_id: str, count: int, now: float) -> Iterable[Call]:
    """Make so many ended calls of the last days, the newest now."""
    for number in range(count):
        at = now - number * 20.0
        yield replace(
            a_call(call_id=f"c2c-{button_id}-{number:032x}", button_id=button_id),
            requested_at=at,
            first=Leg(ringing_at=at, answered_at=at + 3, ended_at=at + 60, hangup_cause=16),
            second=Leg(ringing_at=at + 4, answered_at=at + 9, ended_at=at + 60, hangup_cause=16),
            state="ended",
            bridged_at=at + 9,
            ended_at=at + 60,
            result="success",
        )


async def fill(database: Path, button_id: str, count: int) -> None:
    """Write a button's calls beside the daemon, many in one transaction."""
    async with open_database(database) as open_one:
        history = History(open_one)
        for call in calls_of(button_id, 1, time.time()):
            await history.add(call)
    with closing(sqlite3.connect(database)) as connection, connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(calls)")]
        template = connection.execute("SELECT * FROM calls WHERE button_id = ?", (button_id,)).fetchone()
        row = dict(zip(columns, template, strict=True))
        places = ", ".join("?" * len(columns))
        rows = (
            tuple((row | {"id": call.id, "requested_at": call.requested_at}).values())
            for call in calls_of(button_id, count, row["requested_at"])
            if call.id != row["id"]
        )
        connection.executemany(f"INSERT INTO calls VALUES ({places})", rows)  # noqa: S608 - question marks


def resident(site: Site) -> float:
    """Give the daemon's resident memory in MiB."""
    process = site.daemon._process
    assert process is not None
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


async def take(site: Site, button_id: str, **query: Any) -> float:
    """Ask for a history, read it to its end, and give the milliseconds."""
    began = time.perf_counter()
    response = await site.ask("GET", f"/{button_id}/history", params=query)
    assert response.status_code == 200, response.text
    return (time.perf_counter() - began) * 1000


async def run(rows: int) -> None:
    """Measure, and print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_site(Path(folder)) as site:
            short, long = await site.button(), await site.button()
            await fill(site.daemon.database, short, PAGE)
            await fill(site.daemon.database, long, rows)
            deep = base = None
            for _ in range(20):  # 20 pages on, as somebody would page
                query = {"page_size": 200, **({"start_key": deep} if deep else {})}
                base = await site.ask("GET", f"/{long}/history", params=query)
                deep = base.json().get("next_start_key", deep)
            asked: dict[str, tuple[str, dict[str, Any]]] = {
                f"a page of {PAGE} rows": (short, {}),
                f"a page of {rows} rows": (long, {}),
                f"a page of {rows} rows, from the oldest": (long, {"ascending": "true"}),
                f"a page of {rows} rows, 4,000 rows in": (long, {"start_key": deep}),
            }
            times: dict[str, list[float]] = {name: [] for name in asked}
            for _ in range(ROUNDS):
                for name, (button_id, query) in asked.items():
                    times[name].append(await take(site, button_id, **query))
            reference = statistics.median(times[f"a page of {PAGE} rows"])
            for name, found in times.items():
                median = statistics.median(found)
                spread = f"{min(found):.2f} to {max(found):.2f}"
                print(f"{name:45} {median:7.2f} ms ({spread})  {median / reference:5.2f} x")  # noqa: T201
            before = resident(site)
            for name, query in {
                "all rows": {"paginate": "false"},
                "all rows, none wanted": {"paginate": "false", "filter_contact": "0"},
            }.items():
                took = await take(site, long, **query)
                print(f"{name:45} {took:7.0f} ms, memory {before:.1f} -> {resident(site):.1f} MiB")  # noqa: T201


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
