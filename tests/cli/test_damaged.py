"""A daemon whose database is damaged: refused at its start, or told when the damage is met."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.host import Host
from tests.process import run_command
from tests.store.test_damage import break_rows, bytes_of
from tests.web.site import CONTACT

CALLS = 40


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
