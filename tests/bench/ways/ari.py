"""What people use instead: Asterisk's own ARI, asked for a channel by ``POST /channels``.

ARI takes an extension where an Originate takes an application and its data: the second leg comes from an
extension of the bench's own dialplan, which dials the contact as c2cd has it dialled.
"""

import base64
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

from tests.bench.switch import ARI, ARI_CHANNEL, ARI_CONTEXT, ARI_WATCHER, BenchSwitch
from tests.bench.watching import Watcher, watching
from tests.bench.ways.http import Clients, request, status
from tests.bench.ways.order import CONTACT, headers
from tests.bench.ways.way import Clicked, contact


class Ari:
    """Asks by keep-alive HTTP."""

    name = "ARI"

    def __init__(self, switch: BenchSwitch, watcher: Watcher) -> None:
        self._clients = Clients("127.0.0.1", switch.http_port)
        self._watcher = watcher
        self._authorization = "Basic " + base64.b64encode(f"{ARI}:{switch.ari_secret}".encode()).decode()
        self._order = dict(headers())

    async def click(self, slot: int, number: int) -> Clicked:
        """Ask, and wait for the answer and the call's decision."""
        began = time.perf_counter()
        unique = secrets.token_hex(16)
        decided = self._watcher.decided(f"{ARI_CHANNEL}{unique}".encode())
        order = {
            "endpoint": self._order["Channel"],
            "extension": contact(number),
            "context": ARI_CONTEXT,
            "priority": 1,
            "callerId": self._order["CallerID"].replace(CONTACT, contact(number)),
            "timeout": int(self._order["Timeout"]) // 1000,
            "channelId": f"{ARI_CHANNEL}{unique}",
            "otherChannelId": f"half-{unique}",
        }
        answer = await self._clients.ask(
            slot,
            request("POST", f"/ari/channels?{urlencode(order)}", authorization=self._authorization),
        )
        answered = time.perf_counter() - began
        if status(answer) != 200:
            raise RuntimeError(answer.decode())
        await decided
        return Clicked(answered, time.perf_counter() - began)

    def cpu(self) -> float:
        """Give none: it is in Asterisk."""
        return 0.0

    def close(self) -> None:
        """End its connections."""
        self._clients.close()


@asynccontextmanager
async def ari(switch: BenchSwitch) -> AsyncIterator[Ari]:
    """Open the way."""
    async with watching(switch, ARI_WATCHER, "Uniqueid") as watcher:
        way = Ari(switch, watcher)
        try:
            yield way
        finally:
            way.close()
