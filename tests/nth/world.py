"""The whole daemon in this process, by a clock that the test moves, and what must hold of its calls."""

import asyncio
import contextlib
import gc
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx

from c2cd.config import read_config
from c2cd.daemon import serve
from c2cd.store.buttons import Buttons
from c2cd.store.database import open_database
from c2cd.store.tokens import Tokens
from c2cd.switch.simulated import SimulatedSwitch
from c2cd.switch.simulated_phones import Phone
from tests.calls.ports import Told
from tests.clock import START
from tests.nth.faults import Cable, Disk, Watch

SECRET = "s3cret-of-ami"
BUTTON: dict[str, object] = {"name": "Sales", "extension": "1001", "timeout": 2}
CLICK: dict[str, object] = {"contact": "+15551234"}
# So many seconds are enough for a call, and for what is found again after a fault.
A_CALL = 10.0
A_PING = 4.0
A_WHILE = 90.0
PATIENCE = 20.0
# After so many turns of the loop in which the disk had nothing to do nothing is on its way any more.
_CALM = 25


class World:
    """A daemon, its switch and a client. ``troubles`` are exceptions that nobody took."""

    def __init__(self, folder: Path, watch: Watch, disk: Disk, phone: Phone) -> None:
        self.clock = watch.clock
        self.switch = SimulatedSwitch(self.clock, "c2cd", SECRET, phones=lambda _: phone)
        self.troubles: list[dict[str, Any]] = []
        self._file = folder / "c2cd.db"
        self._watch = watch
        self._disk = disk
        self._port = 0
        self._button = self._token = ""
        self._told = Told()
        self._http = httpx.AsyncClient(timeout=None, trust_env=False)  # noqa: S113 - time is the test's
        self._url = ""
        self._before = 0
        self._serving: asyncio.Task[None] | None = None

    async def quiet(self) -> None:
        """Let everything run until it waits for the time to pass."""
        calm = 0
        while calm < _CALM:
            await asyncio.sleep(0)
            calm = 0 if self._disk.busy else calm + 1

    async def pass_until(self, check: Callable[[], object], within: float, step: float = 0.25) -> bool:
        """Let time pass until something is so, for so many seconds at most; tell whether it came to it."""
        until = self.clock.monotonic() + within
        await self.quiet()
        while not check():
            if self.clock.monotonic() >= until:
                return False
            await self.clock.advance(step)
            await self.quiet()
        return True

    async def pass_for(self, seconds: float) -> None:
        """Let so many seconds pass."""
        await self.pass_until(lambda: False, seconds)

    def start(self) -> None:
        """Start the daemon."""
        content = {
            "http": {"listen": "127.0.0.1:0"},
            "ami": {"port": self._port, "username": "c2cd", "secret": SECRET},
            "store": {"path": str(self._file)},
            "accounts": [{"id": "acme", "realm": "acme.example"}],
        }
        config = read_config(content, "test")
        self._url = ""
        self._serving = asyncio.create_task(serve(config, self._watch, self._told.append, self._settled))

    def _settled(self, url: str) -> None:
        self._url = url

    async def come_up(self) -> None:
        """Wait until the daemon has found the switch."""
        assert await self.pass_until(lambda: self._url or self.has_died, A_WHILE)
        assert not self.has_died, self._serving

    @property
    def has_died(self) -> bool:
        """Whether the daemon has ended by itself."""
        return self._serving is not None and self._serving.done()

    async def stop(self) -> None:
        """End the daemon as systemd does."""
        if self._serving is not None and not self._serving.done():
            signal.raise_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                while not self._serving.done():
                    await asyncio.wait([self._serving], timeout=0.02)
                    await self.clock.advance(0.1)
            await self._serving

    async def ask(self, path: str, **more: Any) -> httpx.Response:
        """Make a request, and let time pass until it is answered."""
        asking = asyncio.create_task(self._http.request("POST" if more else "GET", self._url + path, **more))
        assert await self.pass_until(asking.done, A_WHILE), path
        return asking.result()

    async def click(self, key: str, *, blocking: bool = False) -> httpx.Response:
        """Click with a key, and maybe wait for what becomes of it."""
        headers = {"x-auth-token": self._token, "idempotency-key": key}
        path = f"/v2/accounts/acme/clicktocall/{self._button}/connect"
        return await self.ask(path, json={"data": CLICK | {"blocking": blocking}}, headers=headers)

    def rows(self) -> list[dict[str, Any]]:
        """Read the calls since ``begin`` beside the daemon, the oldest first."""
        with contextlib.closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            sql = "SELECT * FROM calls WHERE rowid > ? ORDER BY rowid"
            return [dict(row) for row in database.execute(sql, (self._before,))]

    def begin(self) -> None:
        """Forget the rows, orders and lines that there are, and have the daemon forget what it remembers."""
        self._before += len(self.rows())
        self.switch.orders.clear()
        self._told.clear()
        # So that the next click reads it all.
        with contextlib.closing(sqlite3.connect(f"file:{self._file}", uri=True)) as database, database:
            database.execute("UPDATE buttons SET changed_at = changed_at")

    def open_rows(self) -> list[str]:
        """Give the ids of the calls that have not ended."""
        return [row["id"] for row in self.rows() if row["state"] != "ended"]

    def orders(self) -> Counter[str]:
        """Count the Originates that reached the switch, by call."""
        return Counter(order["channelid"] for order in self.switch.orders)

    def told(self, event: str) -> Counter[str | None]:
        """Count an event's lines in the event log, by call."""
        return Counter(entry.call_id for entry in self._told if entry.event == event)

    @contextlib.asynccontextmanager
    async def running(self, cable: Cable) -> AsyncIterator[None]:
        """Run the daemon with a button, and hear what the event log is told and what nobody took."""
        async with open_database(self._file) as database:
            self._button = (await Buttons(database).create("acme", dict(BUTTON), START)).id
            self._token = await Tokens(database).create("acme", "manage", START)
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self.troubles.append(context))
        try:
            async with self.switch.listening() as self._port:
                cable.port = self._port
                self.start()
                try:
                    await self.come_up()
                    yield
                finally:
                    await self._http.aclose()
                    await self.stop()
        finally:
            gc.unfreeze()  # which the daemon had frozen
            loop.set_exception_handler(None)
