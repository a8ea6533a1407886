"""``c2cd serve`` as a process of its own, with a configuration, a database and logs in a folder."""

import asyncio
import contextlib
import json
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

from c2cd.model.limits import PUBLIC

C2CD = [sys.executable, "-m", "c2cd"]
PATIENCE = 20.0

T = TypeVar("T")

# For tests that click as often as they like, and whom they like; those of the limits have their defaults.
LIFTED = "\n".join(
    [
        line
        for way in ("public", "token")
        for line in (
            f"[limits.{way}]",
            *(f"{key} = 0" for key in PUBLIC.__struct_fields__ if type(getattr(PUBLIC, key)) is int),
            'allowed_countries = ["all"]',
        )
    ]
)


def free_port() -> int:
    """Give a port of loopback that nobody listens on at this moment.

    It is none of those that the kernel gives away, to a browser's many connections for one.
    """
    while True:
        port = random.randrange(20_000, 32_000)  # noqa: S311 - two that run side by side differ
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


async def run_command(*arguments: str) -> tuple[int, str, str]:
    """Run a c2cd command to its end; give its exit code and what it said on stdout and stderr."""
    process = await asyncio.create_subprocess_exec(
        *C2CD, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE * 2)
    return process.returncode or 0, out.decode(), err.decode()


async def eventually(check: Callable[[], Awaitable[T | None]], within: float) -> T:
    """Ask a process that can only be asked, again and again, until it gives what is looked for."""
    async with asyncio.timeout(within):
        while not (found := await check()):  # noqa: ASYNC110 - nothing of another process can be waited on
            await asyncio.sleep(0.02)
        return found


def resident(pid: int) -> float:
    """Give the resident memory of a process in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


class Daemon:
    """A daemon that a test starts, asks, and ends in any way."""

    def __init__(
        self,
        folder: Path,
        ami_port: int,
        username: str = "c2cd",
        secret: str = "s3cret-of-ami",
        more: str = "",
        limits: str = LIFTED,
        *,
        console: bool = False,
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.console_url = f"http://127.0.0.1:{free_port()}" if console else ""
        self.config = folder / "c2cd.toml"
        self.database = folder / "c2cd.db"
        self.events_file = folder / "events.log"
        self.messages_file = folder / "messages.log"
        self.token = ""
        self.command = C2CD
        self._process: asyncio.subprocess.Process | None = None
        place = self.console_url.removeprefix("http://")
        console_listen = f'console_listen = "{place}"' if place else ""
        self.config.write_text(
            f"""
[http]
listen = "127.0.0.1:{self.port}"
{console_listen}
[ami]
port = {ami_port}
username = "{username}"
secret = "{secret}"
[store]
path = "{self.database}"
[log]
level = "info"
events = "{self.events_file}"
{limits}
[[accounts]]
id = "acme"
realm = "acme.example"
sip_uri_channel = "PJSIP/trunk/{{uri}}"
{more}
"""
        )

    async def start(self, *, ready: bool = True) -> None:
        """Start it, and wait until it answers and, if asked, until the switch is there."""
        with self.messages_file.open("ab") as messages:
            self._process = await asyncio.create_subprocess_exec(
                *self.command, "serve", "--config", str(self.config), stdout=messages, stderr=messages
            )
        await self.wait_for("/readyz" if ready else "/healthz")

    async def wait_for(self, path: str, status: int = 200, within: float = PATIENCE) -> None:
        """Wait until a path answers with this status."""

        async def answers() -> bool:
            if self._process is not None and self._process.returncode is not None:
                raise ChildProcessError(self.messages)
            try:
                async with httpx.AsyncClient() as client:
                    return (await client.get(self.url + path)).status_code == status
            except httpx.TransportError:
                return False

        await eventually(answers, within)

    async def make_token(self, scope: str = "manage", account: str = "acme") -> str:
        """Make a token by the command, beside the daemon."""
        arguments = ("--account", account, "--scope", scope)
        code, out, err = await run_command("token", "create", "--config", str(self.config), *arguments)
        assert code == 0, err
        return out.strip()

    @property
    def pid(self) -> int:
        """The process id, while it runs."""
        assert self._process is not None
        return self._process.pid

    async def stop(self) -> int:
        """Send TERM and give the exit code."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """Send KILL."""
        await self._end(signal.SIGKILL)

    async def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(number)
        return await asyncio.wait_for(process.wait(), PATIENCE)

    @property
    def messages(self) -> str:
        """What it has said to people."""
        return self.messages_file.read_text() if self.messages_file.exists() else ""

    async def lines(self, last: str, count: int = 1, **fields: Any) -> list[dict[str, Any]]:
        """Give the event log's lines that have these fields, once so many named ``last`` are among them.

        They are written by a thread of the daemon's own, and may come a little after an answer.
        """

        async def found() -> list[dict[str, Any]] | None:
            *whole, _being_written = self.events_file.read_text().split("\n")
            every = [json.loads(line) for line in whole]
            lines = [line for line in every if fields.items() <= line.items()]
            return lines if sum(line["event"] == last for line in lines) >= count else None

        return await eventually(found, PATIENCE)

    async def request(
        self,
        verb: str,
        path: str,
        data: object = None,
        *,
        below: str = "clicktocall",
        account: str = "acme",
        **more: Any,
    ) -> httpx.Response:
        """Make a request below the account's buttons, or ``below`` another list of its, with its token."""
        headers = {"x-auth-token": self.token, **more.pop("headers", {})}
        if data is not None:
            more["json"] = {"data": data}
        async with httpx.AsyncClient(timeout=60) as client:
            return await client.request(
                verb, f"{self.url}/v2/accounts/{account}/{below}{path}", headers=headers, **more
            )

    async def create_button(self, **document: object) -> str:
        """Make a button and give its id."""
        response = await self.request("PUT", "", {"name": "Sales", "extension": "1001", **document})
        assert response.status_code == 201, response.text
        button_id: str = response.json()["data"]["id"]
        return button_id

    async def click(self, button_id: str, contact: str, **data: object) -> httpx.Response:
        """Click a button and wait until the two talk or it is known that they will not."""
        return await self.request(
            "POST", f"/{button_id}/connect", {"contact": contact, "blocking": True, **data}
        )

    async def history(self, button_id: str) -> list[dict[str, Any]]:
        """Give the history of a button."""
        response = await self.request("GET", f"/{button_id}/history")
        assert response.status_code == 200, response.text
        rows: list[dict[str, Any]] = response.json()["data"]
        return rows

    async def wait_until(self, button_id: str, state: str, within: float = PATIENCE) -> dict[str, Any]:
        """Wait until the newest call of a button is in a state, and give its history item."""

        async def newest() -> dict[str, Any] | None:
            rows = await self.history(button_id)
            return rows[0] if rows and rows[0]["state"] == state else None

        return await eventually(newest, within)


@asynccontextmanager
async def running(daemon: Daemon, *, ready: bool = True) -> AsyncIterator[Daemon]:
    """Run a daemon, with a token in hand, until the block ends; then it must end well."""
    await daemon.start(ready=ready)
    try:
        daemon.token = await daemon.make_token()
        yield daemon
    finally:
        await daemon.stop()
