"""A database that can't be written: nobody is called, few words are made of it, and it heals by itself."""

import asyncio
import sqlite3
import time
from contextlib import closing

import httpx

from tests.cli.host import Host
from tests.process import eventually
from tests.web.site import CONTACT

CLICKS = 10


async def test_a_locked_database(host: Host) -> None:
    """While another process holds it each click is 503 within 5 s; the click after that is a call."""
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button(timeout=3)
    ringing = await host.daemon.request("POST", f"/{button_id}/connect", {"contact": "+1555480"})
    assert ringing.status_code == 200
    await host.daemon.wait_until(button_id, "answered")
    before = host.daemon.messages
    with closing(sqlite3.connect(host.daemon.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        clicks = [host.daemon.click(button_id, f"+1555123{number}") for number in range(CLICKS)]
        answers = await asyncio.gather(*clicks)
        assert time.monotonic() - began < 5

        async def told() -> bool:
            return "the history can't be written" in host.daemon.messages

        await eventually(told, 10)
        async with httpx.AsyncClient() as watcher:
            unready = await watcher.get(host.daemon.url + "/readyz", timeout=10)
        assert (unready.status_code, unready.json()["switch"]) == (503, "ok")
        assert unready.json()["database"].endswith("database is locked")
        other.execute("ROLLBACK")
    assert {(answer.status_code, answer.json()["message"]) for answer in answers} == {(503, "store_failed")}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers)
    assert len(host.switch.orders) == 1

    async def over() -> bool:
        return "the history can be written again" in host.daemon.messages

    await eventually(over, 10)
    item = (await host.daemon.click(button_id, CONTACT)).json()["data"]
    assert item["result"] == "success"
    assert len(host.switch.orders) == 2
    lines = host.daemon.messages.removeprefix(before).splitlines()
    assert len([line for line in lines if "database is locked" in line]) == 2, lines
    assert len(lines) == 3, lines
