"""What people use instead: Asterisk's own HTTP manager, ``/rawman``, logged in once for each client."""

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

from tests.bench.switch import SCRIPTS, WATCHER, BenchSwitch
from tests.bench.watching import Watcher, watching
from tests.bench.ways.http import Clients, request, status
from tests.bench.ways.order import CONTACT, ID, headers, new_call_id
from tests.bench.ways.way import Clicked, contact

_COOKIE = re.compile(rb'(?i)\r\nset-cookie: (mansession_id="?\w+"?)')


class Rawman:
    """Asks by keep-alive HTTP, with a session for each slot."""

    name = "rawman"

    def __init__(self, switch: BenchSwitch, watcher: Watcher) -> None:
        self._clients = Clients("127.0.0.1", switch.http_port)
        self._watcher = watcher
        self._secret = switch.managers[SCRIPTS].secret
        self._sessions: dict[int, str] = {}
        self._order = headers()

    async def _session(self, slot: int) -> str:
        if slot not in self._sessions:
            login = {"action": "login", "username": SCRIPTS, "secret": self._secret}
            answer = await self._clients.ask(slot, request("GET", f"/rawman?{urlencode(login)}"))
            cookie = _COOKIE.search(answer)
            if cookie is None or b"Response: Success" not in answer:
                raise PermissionError("the HTTP manager refuses the login")
            self._sessions[slot] = cookie[1].decode()
        return self._sessions[slot]

    async def click(self, slot: int, number: int) -> Clicked:
        """Ask, and wait for the answer and the call's decision."""
        session = await self._session(slot)
        began = time.perf_counter()
        call_id = new_call_id()
        decided = self._watcher.decided(call_id.encode())
        order = [
            (key, value.replace(ID, call_id).replace(CONTACT, contact(number))) for key, value in self._order
        ]
        answer = await self._clients.ask(slot, request("GET", f"/rawman?{urlencode(order)}", cookie=session))
        answered = time.perf_counter() - began
        if status(answer) != 200 or b"Response: Success" not in answer:
            raise RuntimeError(answer.decode())
        await decided
        return Clicked(answered, time.perf_counter() - began)

    def cpu(self) -> float:
        """Give none: it is in Asterisk."""
        return 0.0

    async def close(self) -> None:
        """Log off, and end its connections.

        Asterisk keeps all events for an HTTP session that is left alone, for a minute. Who logs in for each
        click was seen to pay for it meanwhile: by 10 ms of Asterisk's CPU a click, and more.
        """
        for slot, session in self._sessions.items():
            await self._clients.ask(slot, request("GET", "/rawman?action=logoff", cookie=session))
        self._clients.close()


@asynccontextmanager
async def rawman(switch: BenchSwitch) -> AsyncIterator[Rawman]:
    """Open the way."""
    async with watching(switch, WATCHER) as watcher:
        way = Rawman(switch, watcher)
        try:
            yield way
        finally:
            await way.close()
