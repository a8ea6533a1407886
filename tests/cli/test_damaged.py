"""A daemon whose database is damaged: refused at its start, or told when the damage is met."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.cli.host import Host
from tests.process import run_command
from tests.store.test_damage import PAGE, break_rows, bytes_of
from tests.web.site import CONTACT

CALLS = 40
# The token's last use, and the file's own first page.
CHANGED = 2


def age(database: Path) -> None:
    """Have its calls be two days old, so that none is read when the daemon starts."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE calls SET requested_at = requested_at - 172800")


@pytest.mark.parametrize("command", ["serve", "token"])
async def test_garbage_is_refused(host: Host, command: str) -> None:
    """The daemon ends with 78, the commands with 1; they say file and what to do, and change nothing."""
    host.daemon.database.write_bytes(b"no database at all\n" * 500)
    arguments = ["serve"] if command == "serve" else ["token", "list"]
    code, out, err = await run_command(*arguments, "--config", str(host.daemon.config))
    assert (code, out) == (os.EX_CONFIG if command == "serve" else 1, "")
    assert err.startswith(f"c2cd: {host.daemon.database}: file is not a database: the database is damaged.")
    assert "Traceback" not in err
    kept = {name: text for name, text in bytes_of(host.daemon.database).items() if not name.endswith(".lock")}
    assert kept == {"c2cd.db": b"no database at all\n" * 500}


def break_calls(database: Path) -> bytes:
    """Overwrite every page with rows of calls in the file of a daemon that runs; give what is there then."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = bytearray(database.read_bytes())
    for start in range(0, len(whole), PAGE):
        if b"+1555123" in whole[start : start + PAGE]:
            whole[start : start + PAGE] = b"\xff" * PAGE
    database.write_bytes(whole)
    return bytes(whole)


async def test_damage_under_a_daemon_that_runs(host: Host) -> None:
    """Clicks are 503 and call nobody, /readyz says why, one line tells it, and nothing is written over.

    Nor does it start again: what was called in the last day, which counts for the limits, can't be read.
    """
    daemon = host.daemon
    await daemon.start()
    await host.make_token()
    button_id = await daemon.create_button()
    for number in range(CALLS):
        await daemon.request("POST", f"/{button_id}/connect", {"contact": f"+1555123{number:04}"})
    await daemon.lines("call.ended", CALLS)
    broken = break_calls(daemon.database)
    for number in range(5):
        answer = await daemon.click(button_id, f"+155567{number}")
        assert (answer.status_code, answer.json()["message"]) == (503, "store_failed")
    async with httpx.AsyncClient(base_url=daemon.url) as client:
        ready, healthy = await client.get("/readyz"), await client.get("/healthz")
    assert (ready.status_code, healthy.status_code) == (503, 200)
    assert "malformed: the database is damaged. Stop c2cd" in ready.json()["database"]
    assert len(host.switch.orders) == CALLS
    assert await daemon.stop() == 0
    assert "Traceback" not in daemon.messages
    told = [line for line in daemon.messages.splitlines() if "malformed: the database is damaged" in line]
    assert len(told) == 1
    code, _, err = await run_command("serve", "--config", str(daemon.config))
    assert (code, err.count("\n")) == (78, 1)
    assert err.startswith(
        f"c2cd: {daemon.database}: database disk image is malformed: the database is damaged."
    )
    assert "put a backup in its place (c2cd restore" in err
    after = daemon.database.read_bytes()
    kept = [
        after[start : start + PAGE] == broken[start : start + PAGE] for start in range(0, len(broken), PAGE)
    ]
    assert kept.count(False) <= CHANGED


async def test_rows_that_cant_be_read(host: Host) -> None:
    """A page of the history that is damaged is 503 to who reads it, one line of the log, and no call less."""
    daemon = host.daemon
    await daemon.start()
    await host.make_token()
    old, new = await daemon.create_button(), await daemon.create_button(extension="1002")
    for number in range(CALLS):
        answer = await daemon.request("POST", f"/{old}/connect", {"contact": f"+1555123{number:04}"})
        assert answer.status_code == 200
    await daemon.lines("call.ended", CALLS)
    assert await daemon.stop() == 0
    age(daemon.database)
    break_rows(daemon.database, b"+1555123")
    await daemon.start()
    for _ in range(5):
        answer = await daemon.request("GET", f"/{old}/history?paginate=false")
        assert (answer.status_code, answer.json()["message"]) == (503, "store_failed")
    item = (await daemon.click(new, CONTACT)).json()["data"]
    assert item["result"] == "success"
    told = [line for line in daemon.messages.splitlines() if "malformed: the database is damaged" in line]
    assert len(told) == 1
    assert await daemon.stop() == 0
