"""Limits under a burst of clicks, and over a kill and a restart in its middle."""

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.process import eventually
from tests.web.guarded import ANYBODY, click, lifted
from tests.web.site import Site, open_site
from tests.web.test_signed_clicks import sign

pytestmark = pytest.mark.asyncio(loop_scope="package")

PER_MINUTE = 10  # the default throttle of a public button
CONNECTIONS = 20
BUSY = """
[limits.public]
address_per_minute = 0
address_contact_per_minute = 0
live_per_button = 0
live_per_account = 0
"""
TALKATIVE = f"""
[[accounts]]
id = "talkative"
realm = "talkative.example"
{lifted("public", minutes_per_day=1)}
"""


@pytest_asyncio.fixture(loop_scope="package")
async def busy(tmp_path: Path) -> AsyncIterator[Site]:
    """Give a daemon in which nothing holds a burst back but the throttle and the limits of a contact."""
    async with open_site(tmp_path, more=TALKATIVE, limits=BUSY) as site:
        yield site


async def restart(site: Site) -> None:
    """Have the daemon die, and start it again."""
    await site.daemon.kill()
    await site.daemon.start()


class Burst:
    """Public clicks of a button for many contacts, over connections that stay open."""

    def __init__(self, site: Site, button_id: str, contacts: Iterable[str]) -> None:
        self._port = site.daemon.port
        self._path = f"/v2/accounts/acme/clicktocall/{button_id}/connect"
        self._contacts = iter(contacts)
        self.statuses: Counter[int] = Counter()

    async def run(self) -> float:
        """Click until all are answered or the daemon is gone; give the seconds that it took."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.gather(*(self._click() for _ in range(CONNECTIONS)))
        return loop.time() - began

    async def _click(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        with closing(writer), suppress(asyncio.IncompleteReadError, ConnectionError):
            for contact in self._contacts:
                body = json.dumps({"data": {"contact": contact}})
                head = f"POST {self._path} HTTP/1.1\r\nHost: c2cd\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write((head + body).encode())
                answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                await reader.readexactly(int(answer.partition("content-length:")[2].split()[0]))
                self.statuses[int(answer.split()[1])] += 1


def most(seconds: float) -> int:
    """Tell how many clicks a full bucket lets through in so long: what it holds, and what flows into it."""
    return PER_MINUTE + int(seconds * PER_MINUTE / 60)


async def test_a_thousand_clicks_are_ten_calls(busy: Site) -> None:
    """Of a thousand clicks of a public button in a burst ten are calls; all others are 429."""
    button_id = await busy.button(**ANYBODY)
    burst = Burst(busy, button_id, (f"+1555{number:04}1" for number in range(1000)))
    seconds = await burst.run()
    calls = burst.statuses[200]
    assert PER_MINUTE <= calls <= most(seconds)
    assert burst.statuses == {200: calls, 429: 1000 - calls}
    assert len(busy.orders(button_id)) == busy.calls(button_id) == calls


async def test_a_restart_gives_no_fresh_limits(busy: Site) -> None:
    """Killed and started again in the middle of a burst a button and a contact have no more than before."""
    button_id, other = await busy.button(**ANYBODY), await busy.button(**ANYBODY)
    loop = asyncio.get_running_loop()
    began = loop.time()
    burst = Burst(busy, button_id, (f"+1556{number:04}1" for number in range(1000)))
    running = asyncio.create_task(burst.run())

    async def is_in_its_middle() -> bool:
        return burst.statuses.total() > 100

    await eventually(is_in_its_middle, 20)
    await busy.daemon.kill()
    await running
    assert burst.statuses.total() < 1000
    await busy.daemon.start()
    again = Burst(busy, button_id, (f"+1557{number:04}1" for number in range(200)))
    await again.run()
    assert again.statuses.total() == 200
    assert PER_MINUTE <= busy.calls(button_id) <= most(loop.time() - began)
    called = busy.rows("SELECT contact FROM calls WHERE button_id = ?", button_id)
    for (contact,) in called[:5]:
        response = await click(busy, other, contact)
        assert (response.status_code, response.json()["data"]["rule"]) == (429, "contact")
    assert busy.calls(other) == 0
    contacts = Counter(order["data"] for order in busy.switch.orders)
    assert set(contacts.values()) == {1}


async def test_what_was_answered_is_answered_so_after_a_restart(busy: Site) -> None:
    """A key gives the first answer, and a used link stays used, over a kill."""
    keyed, signed = await busy.button(**ANYBODY), await busy.button(**ANYBODY, signature_required=True)
    key = {"idempotency-key": "k1"}
    link: dict[str, Any] = {"json": {"data": {"signed": sign(busy, signed, contact="+15558002")}}}
    first = await click(busy, keyed, "+15558001", headers=key)
    assert (first.status_code, (await click(busy, signed, **link)).status_code) == (200, 200)
    await restart(busy)
    again = await click(busy, keyed, "+15558001", headers=key)
    assert (again.status_code, again.json()["data"]) == (200, first.json()["data"])
    assert (await click(busy, keyed, "+15558003", headers=key)).status_code == 422
    used = await click(busy, signed, **link)
    assert (used.status_code, used.json()["data"]["rule"]) == (403, "signature")
    assert (len(busy.orders(keyed)), len(busy.orders(signed))) == (1, 1)


async def test_the_minutes_of_a_day_are_remembered(busy: Site) -> None:
    """What an account has talked before a restart counts against its minutes of the day."""
    button_id = await busy.button("talkative", **ANYBODY)
    assert (await click(busy, button_id, "+15558101", account="talkative")).status_code == 200

    async def has_ended() -> bool:
        return bool(busy.rows("SELECT 1 FROM calls WHERE button_id = ? AND state = 'ended'", button_id))

    await eventually(has_ended, 20)
    await busy.daemon.kill()
    with closing(sqlite3.connect(busy.daemon.database)) as database, database:
        database.execute("UPDATE calls SET bridged_at = ended_at - 61 WHERE button_id = ?", (button_id,))
    await busy.daemon.start()
    response = await click(busy, button_id, "+15558102", account="talkative")
    assert (response.status_code, response.json()["data"]["limit"]) == (429, "minutes_per_day")
    assert 86_000 < int(response.headers["retry-after"]) <= 86_400
    assert response.headers["ratelimit-policy"] == '"minutes_per_day";q=1;w=86400'
