"""c2cd itself: a POST by keep-alive HTTP that is answered when the call is decided, or at once."""

import re
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path

from tests.bench.switch import BUTTON, WATCHER, BenchSwitch
from tests.bench.watching import Watcher, watching
from tests.bench.ways.http import Clients, request, retry_after, status
from tests.bench.ways.way import Clicked, Refused, contact, cpu_seconds
from tests.process import Daemon, eventually, running

# Limits on concurrency are lifted so far that they are never met; they are looked at none the less.
LIMITS = "[limits.token]\nlive_per_account = 1_000_000\nlive_in_all = 1_000_000\n"
REGION = 'region = "US"'
_ROWS = """
    SELECT CASE WHEN state <> 'ended' THEN state
                WHEN result <> 'unknown' AND first_answered_at IS NOT NULL THEN 'completed'
                ELSE result END
    FROM calls WHERE button_id = ?
"""
_CALL_ID = re.compile(rb'"call_id": ?"([^"]+)"')
# What is under way is answered and written down in this time.
_PATIENCE = 60


class DaemonWay:
    """Clicks a button of a daemon. ``accepted`` counts the clicks that it answered with 200.

    With a watcher it does not have the answer wait for the call: the watcher sees when that is decided.
    """

    name = "c2cd"

    def __init__(self, daemon: Daemon, button_id: str, watcher: Watcher | None = None) -> None:
        self.daemon = daemon
        self.accepted = 0
        self._button_id = button_id
        self._clients = Clients("127.0.0.1", daemon.port)
        self._watcher = watcher
        self._target = f"/v2/accounts/acme/clicktocall/{button_id}/connect"
        if watcher is None:
            self._target += "?blocking=true"

    def _request(self, number: int, contact_text: str = "") -> bytes:
        body = b'{"data": {"contact": "%s"}}' % (contact_text or contact(number)).encode()
        return request(
            "POST", self._target, body, x_auth_token=self.daemon.token, content_type="application/json"
        )

    async def click(self, slot: int, number: int) -> Clicked:
        """Click, and wait for the answer, or for the watcher."""
        began = time.perf_counter()
        answer = await self._clients.ask(slot, self._request(number))
        answered = time.perf_counter() - began
        if status(answer) == 503:
            raise Refused(answered, retry_after(answer))
        if status(answer) != 200:
            raise RuntimeError(answer.decode())
        self.accepted += 1
        if self._watcher is None:
            return Clicked(answered, answered)
        call_id = _CALL_ID.search(answer)
        assert call_id is not None, answer
        await self._watcher.decided(call_id[1])
        return Clicked(answered, time.perf_counter() - began)

    async def call(self, slot: int, contact_text: str) -> None:
        """Place a call with this contact, and count it."""
        answer = await self._clients.ask(slot, self._request(0, contact_text))
        if status(answer) != 200:
            raise RuntimeError(answer.decode())
        self.accepted += 1

    def cpu(self) -> float:
        """Give the daemon's."""
        return cpu_seconds([self.daemon.pid])

    def rows(self) -> Counter[str]:
        """Count the rows of the history, beside the daemon: by state, and those that ended by their result.

        ``completed`` are those whose first leg answered and whose end is known. Whether the second leg was
        up before the first one hung up, which both do at once, is luck.
        """
        uri = f"file:{self.daemon.database}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as database:
            return Counter(row[0] for row in database.execute(_ROWS, (self._button_id,)))

    async def settled(self) -> Counter[str]:
        """Wait until every row has come to its end, and count them."""

        async def all_ended() -> Counter[str] | None:
            rows = self.rows()
            return rows if rows.keys() <= {"completed", "success", "error", "unknown"} else None

        return await eventually(all_ended, _PATIENCE)

    async def verify(self) -> None:
        """Raise where what was counted is not real: each click answered has a row that was completed."""
        rows = await self.settled()
        if rows != Counter(completed=self.accepted):
            raise RuntimeError(f"c2cd answered {self.accepted} clicks, and its history has {dict(rows)}")

    def hang_up(self) -> None:
        """End its connections."""
        self._clients.close()


@asynccontextmanager
async def daemon_at(
    ami_port: int, secret: str, *, username: str = BenchSwitch.username, http: str = ""
) -> AsyncIterator[Daemon]:
    """Run a daemon on the switch that is there, configured by default but for ``http``."""
    with tempfile.TemporaryDirectory(prefix="c2cd-bench-") as folder:
        daemon = Daemon(Path(folder), ami_port, username, secret, REGION, LIMITS)
        daemon.config.write_text(daemon.config.read_text().replace("[http]\n", f"[http]\n{http}\n"))
        async with running(daemon):
            yield daemon


def daemon_on(switch: BenchSwitch, http: str = "") -> AbstractAsyncContextManager[Daemon]:
    """Run a daemon on the bench's switch, as the project ships its user."""
    return daemon_at(switch.ami_port, switch.secret, http=http)


@asynccontextmanager
async def clicking(
    daemon: Daemon, watcher: Watcher | None = None, **button: object
) -> AsyncIterator[DaemonWay]:
    """Open the way to a running daemon, by a button of its own."""
    way = DaemonWay(daemon, await daemon.create_button(**{**BUTTON, **button}), watcher)
    try:
        yield way
    finally:
        way.hang_up()


@asynccontextmanager
async def c2cd(switch: BenchSwitch) -> AsyncIterator[DaemonWay]:
    """Open the way; at its end each click that it answered must have a row that ended."""
    async with daemon_on(switch) as daemon, clicking(daemon) as way:
        yield way
        await way.verify()


@asynccontextmanager
async def c2cd_at_once(switch: BenchSwitch) -> AsyncIterator[DaemonWay]:
    """Open the way on which the answer does not wait for the call."""
    async with (
        watching(switch, WATCHER) as watcher,
        daemon_on(switch) as daemon,
        clicking(daemon, watcher) as way,
    ):
        yield way
        await way.verify()
