"""A database of every schema that there was goes on to serve under this c2cd, with all that is in it.

With a new file of the schema, run ``python -m tests.store.kept`` and add the one that it writes.
"""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from c2cd.store.database import NEWEST
from tests.cli.host import Host
from tests.cli.test_backup import read
from tests.cli.test_serve import refuse_to_serve
from tests.process import run_command
from tests.store import kept
from tests.store.kept.__main__ import (
    BUSY,
    CONTACT,
    DOCUMENT,
    NOWHERE,
    RINGS_ON,
    SIGNED,
    TALKS_ON,
    VANISHES,
)

FOLDER = Path(kept.__file__).parent
FILES = sorted(FOLDER.glob("*.sql"))
# What became of the calls, by contact: those that were open when it was kept are gone from this switch.
ENDED = {
    CONTACT: ("success", None),
    BUSY: ("error", "USER_BUSY"),
    NOWHERE: ("error", "UNALLOCATED_NUMBER"),
    VANISHES: ("unknown", None),
    RINGS_ON: ("unknown", None),
    TALKS_ON: ("success", None),
}


def unpack(file: Path, database: Path) -> str:
    """Make the database that a file has, and give its token."""
    text = file.read_text()
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(text)
    return text.partition("\n")[0].removeprefix("-- ")


def rows_of(database: Path) -> dict[str, set[tuple[object, ...]]]:
    """Give the rows of every table, but for what is written by every daemon that starts."""
    tables = [str(row[0]) for row in read(database, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    tables.remove("pulse")
    return {table: set(read(database, f"SELECT * FROM {table}")) for table in tables}  # noqa: S608


def test_every_schema_is_kept() -> None:
    """There is a file for each number that a schema had, with its number, and rows in every table."""
    assert {int(file.name[:3]) for file in FILES} == set(range(1, NEWEST + 1))
    for file in FILES:
        text = file.read_text()
        assert text.endswith(f"PRAGMA user_version = {int(file.name[:3])};\n")
        if "-" in file.stem:  # what some commits had of a schema that was still being written
            continue
        tables = set(re.findall(r"^CREATE TABLE (\w+)", text, re.MULTILINE))
        assert tables == set(re.findall(r'^INSERT INTO "(\w+)"', text, re.MULTILINE)), file.name


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_it_serves_on(host: Host, file: Path) -> None:
    """Its token opens its button, its calls are in the history, what was open ends, and a click is a call."""
    daemon = host.daemon
    daemon.token = unpack(file, daemon.database)
    before = rows_of(daemon.database)
    await daemon.start()
    (listed,) = (await daemon.request("GET", "")).json()["data"]
    shown = (await daemon.request("GET", f"/{listed['id']}")).json()["data"]
    assert {key: shown.get(key) for key in DOCUMENT} == DOCUMENT
    ended = await history_until_ended(host, listed["id"])
    assert {item["contact"]: (item["result"], item.get("cause")) for item in ended} == ENDED | (
        {SIGNED: ("success", None)} if before.get("used_signatures") else {}
    )
    for item in ended:
        one = await daemon.request("GET", f"/{listed['id']}/history/{item['call_id']}")
        assert one.json()["data"]["call_id"] == item["call_id"]
    assert not host.switch.orders  # nobody was dialled for what was open
    assert (await daemon.click(listed["id"], CONTACT)).json()["data"]["result"] == "success"
    assert await daemon.stop() == 0
    after = rows_of(daemon.database)
    for table in before.keys() - {"calls", "tokens", "changes"}:
        assert {row[:3] for row in before[table]} <= {row[:3] for row in after[table]}, table
    assert len(after["calls"]) == len(before["calls"]) + 1
    assert read(daemon.database, "PRAGMA user_version") == [(NEWEST,)]
    assert read(daemon.database, "PRAGMA integrity_check") == [("ok",)]


async def history_until_ended(host: Host, button_id: str) -> list[dict[str, Any]]:
    """Give the history once nothing in it is open."""
    await host.daemon.wait_until(button_id, "ended")
    rows: list[dict[str, Any]] = []
    while not rows or any(row["state"] != "ended" for row in rows):
        rows = await host.daemon.history(button_id)
    return rows


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_commands_read_it(host: Host, file: Path) -> None:
    """Tokens, API keys and blocks are listed as they were: revoked is revoked, in force is in force."""
    unpack(file, host.daemon.database)
    before = rows_of(host.daemon.database)

    async def listed(*command: str) -> list[str]:
        code, out, err = await run_command(*command, "list", "--config", str(host.daemon.config))
        assert (code, err) == (0, "")
        return out.splitlines()

    tokens = await listed("token")
    assert {line.split("\t")[0] for line in tokens} == {row[0] for row in before["tokens"]}
    assert sum("revoked" in line for line in tokens) == 1
    assert len(await listed("apikey")) == len(before.get("api_keys", ()))
    assert len(await listed("block")) == len(before.get("blocks", ()))


async def test_a_newer_schema_is_refused(host: Host) -> None:
    """A database of a c2cd to come is left as it is, and what to do is said."""
    unpack(FILES[-1], host.daemon.database)
    with closing(sqlite3.connect(host.daemon.database)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    before = host.daemon.database.read_bytes()
    assert "made by a newer c2cd" in await refuse_to_serve(host.daemon, os.EX_CONFIG)
    assert host.daemon.database.read_bytes() == before
