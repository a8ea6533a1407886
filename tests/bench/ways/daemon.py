"""c2cd itself: a POST by keep-alive HTTP that is answered when the call is decided."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bench.switch import BUTTON
from tests.bench.ways.http import Clients, request, status
from tests.bench.ways.way import contact
from tests.lab.asterisk import Asterisk
from tests.process import Daemon, running

# Limits on concurrency are lifted so far that they are never met; they are looked at none the less.
LIMITS = "[limits.token]\nlive_per_account = 1_000_000\nlive_in_all = 1_000_000\n"


class DaemonWay:
    """Clicks a button of a daemon."""

    name = "c2cd"

    def __init__(self, daemon: Daemon, button_id: str, *, blocking: bool) -> None:
        self._clients = Clients("127.0.0.1", daemon.port)
        self._daemon = daemon
        self._target = f"/v2/accounts/acme/clicktocall/{button_id}/connect" + "?blocking=true" * blocking
        self.refused = 0

    async def click(self, slot: int, number: int) -> float:
        """Click, and wait for the answer."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        body = b'{"data": {"contact": "%s"}}' % contact(number).encode()
        answer = await self._clients.ask(
            slot,
            request(
                "POST",
                self._target,
                body,
                x_auth_token=self._daemon.token,
                content_type="application/json",
            ),
        )
        if status(answer) == 503:
            self.refused += 1
        elif status(answer) != 200:
            raise RuntimeError(answer.decode())
        return loop.time() - began

    def pids(self) -> Mapping[str, int]:
        """Give the daemon's."""
        return {"c2cd": self._daemon.pid}

    def close(self) -> None:
        """End its connections."""
        self._clients.close()


@asynccontextmanager
async def daemon_on(asterisk: Asterisk, more: str = "") -> AsyncIterator[tuple[Daemon, str]]:
    """Run a daemon on this switch, configured by default; give it with the id of a button."""
    with tempfile.TemporaryDirectory(prefix="c2cd-bench-") as folder:
        daemon = Daemon(Path(folder), asterisk.ami_port, secret=asterisk.secret, limits=LIMITS, more=more)
        async with running(daemon):
            yield daemon, await daemon.create_button(**BUTTON)


@asynccontextmanager
async def c2cd(asterisk: Asterisk, *, blocking: bool = True) -> AsyncIterator[DaemonWay]:
    """Open the way."""
    async with daemon_on(asterisk, 'region = "US"') as (daemon, button_id):
        way = DaemonWay(daemon, button_id, blocking=blocking)
        try:
            yield way
        finally:
            way.close()
