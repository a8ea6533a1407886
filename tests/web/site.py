"""A running daemon as its clients see it, and the simulated switch behind it as a test sees it."""

import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from msgspec.structs import replace

from c2cd.clock import SystemClock
from c2cd.model.account import Scope
from c2cd.store.database import open_database
from c2cd.store.tokens import Tokens
from c2cd.switch.simulated import Message, SimulatedSwitch
from c2cd.switch.simulated_phones import Phone, phone_at
from tests.process import LIFTED, Daemon, running
from tests.switch.proxy import Proxy

SECRET = "s3cret-of-ami"
CONTACT = "+15551234"
LONG_TALK = "777"

ACCOUNTS = r"""
[[accounts]]
id = "other"
realm = "other.example"
[[accounts]]
id = "fenced"
realm = "fenced.example"
region = "US"
whitelist = ['^\+1212', '^1[0-9]{3}$']
[[accounts]]
id = "open"
realm = "open.example"
allow_open_buttons = true
auto_answer = false
[[accounts]]
id = "nowhere"
realm = "nowhere.example"
contact_channel = "NoSuchTech/{number}"
"""


def quick_phone(number: str) -> Phone:
    """Do what the simulated phones do, in hundredths of a second; one that ends in 777 talks for long."""
    talks = 20.0 if number.endswith(LONG_TALK) else 0.05
    return replace(phone_at(number), rings_after=0.02, answers_after=0.02, talks=talks)


@dataclass
class Site:
    """The daemon, the switch, the wire between them, and a client at an address with tokens of every kind."""

    daemon: Daemon
    switch: SimulatedSwitch
    proxy: Proxy
    http: httpx.AsyncClient
    tokens: Mapping[str, str]
    address: str = "127.0.0.1"

    async def ask(
        self, verb: str, path: str = "", *, account: str = "acme", token: str | None = "", **more: Any
    ) -> httpx.Response:
        """Make a request below an account's buttons, with its own token unless another or None is given."""
        sent = self.tokens[account] if token == "" else token
        headers = dict(more.pop("headers", {}))
        if sent is not None:
            headers["x-auth-token"] = sent
        return await self.http.request(
            verb, f"/v2/accounts/{account}/clicktocall{path}", headers=headers, **more
        )

    async def put(self, account: str = "acme", **document: object) -> httpx.Response:
        """Send a new document."""
        return await self.ask("PUT", account=account, json={"data": document})

    async def button(self, account: str = "acme", **document: object) -> str:
        """Save a button, and give its id."""
        response = await self.put(account, **{"name": "Sales", "extension": "1001", **document})
        assert response.status_code == 201, response.text
        button_id: str = response.json()["data"]["id"]
        return button_id

    async def connect(
        self, button_id: str, contact: object = CONTACT, *, account: str = "acme", **more: Any
    ) -> httpx.Response:
        """Click, without waiting for what becomes of it."""
        more.setdefault("json", {"data": {"contact": contact}})
        return await self.ask("POST", f"/{button_id}/connect", account=account, **more)

    async def call(self, button_id: str, contact: object = CONTACT, **more: Any) -> dict[str, Any]:
        """Click, and give the history item once the two talk or will not."""
        response = await self.connect(
            button_id, json={"data": {"contact": contact, "blocking": True}}, **more
        )
        assert response.status_code == 200, response.text
        item: dict[str, Any] = response.json()["data"]
        return item

    def orders(self, button_id: str) -> list[Message]:
        """Give the Originates of a button's calls that reached the switch."""
        return [order for order in self.switch.orders if order["channelid"].startswith(f"c2c-{button_id}-")]

    async def lines(self, last: str, **fields: Any) -> list[dict[str, Any]]:
        """Give the lines of the event log that have these fields, once one named ``last`` is among them."""
        return await self.daemon.lines(last, **fields)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the daemon's database beside it."""
        with closing(sqlite3.connect(f"file:{self.daemon.database}?mode=ro", uri=True)) as database:
            return database.execute(sql, values).fetchall()

    def calls(self, button_id: str) -> int:
        """Count the rows of a button's calls."""
        return len(self.rows("SELECT id FROM calls WHERE button_id = ?", button_id))


@asynccontextmanager
async def open_site(
    folder: Path,
    *,
    more: str = ACCOUNTS,
    limits: str = LIFTED,
    ready: bool = True,
    phones: Callable[[str], Phone] = quick_phone,
    console: bool = False,
) -> AsyncIterator[Site]:
    """Run it all while the block runs, with the default limits where ``limits`` is empty."""
    async with AsyncExitStack() as stack:
        switch = SimulatedSwitch(SystemClock(), "c2cd", SECRET, phones=phones)
        proxy = Proxy(await stack.enter_async_context(switch.listening()))
        ami_port = await stack.enter_async_context(proxy.listening())
        daemon = Daemon(folder, ami_port, secret=SECRET, more=more, limits=limits, console=console)
        await stack.enter_async_context(running(daemon, ready=ready))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=daemon.url, timeout=30))
        tokens = {"acme": daemon.token, "connect": await make_token(daemon, "acme", "connect")}
        for account in re.findall(r'^id = "(\w+)"', more, re.MULTILINE):
            tokens[account] = await make_token(daemon, account)
        yield Site(daemon, switch, proxy, http, tokens)


async def make_token(daemon: Daemon, account: str, scope: Scope = "manage") -> str:
    """Make a token beside the daemon, as the command does, but without a process for each."""
    async with open_database(daemon.database) as database:
        return await Tokens(database).create(account, scope, SystemClock().wall())


def assert_refused(response: httpx.Response, status: int, message: str, data: object) -> None:
    """Hold a refusal to the envelope of errors, and to what is in it."""
    content = response.json()
    shown = {key: content[key] for key in ("status", "error", "message", "data")}
    assert shown == {"status": "error", "error": str(status), "message": message, "data": data}
    assert response.status_code == status


def faults_of(response: httpx.Response) -> dict[str, Any]:
    """Give the faults that a document was refused with, by path and rule."""
    content = response.json()
    assert (response.status_code, content["message"]) == (400, "validation error"), response.text
    data: dict[str, Any] = content["data"]
    return data
