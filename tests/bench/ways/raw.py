"""The limit: one AMI socket, on which the very Originates that c2cd composes are pipelined."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from c2cd.calls.composing import compose_call, compose_originate
from c2cd.guard.number import read_contact
from c2cd.model.account import Account
from c2cd.model.button import Button, ClickToCall
from c2cd.model.click import Click
from c2cd.model.limits import TOKEN
from c2cd.switch.orders import originate_headers
from tests.bench.switch import BUTTON, RAW, REALM
from tests.bench.ways.way import contact
from tests.lab.asterisk import Asterisk

_END = b"\r\n\r\n"
_RESPONSE = b"Event: OriginateResponse\r\n"
_ID = b"\r\nActionID: "


class Pipe(asyncio.Protocol):
    """A logged-in connection that reads nothing but OriginateResponses."""

    def __init__(self) -> None:
        self.waiting: dict[bytes, asyncio.Future[None]] = {}
        self._left = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def write(self, data: bytes) -> None:
        """Send."""
        self._transport.write(data)

    def decided(self, action_id: bytes) -> "asyncio.Future[None]":
        """Give what is done once the OriginateResponse with this ActionID has come."""
        return self.waiting.setdefault(action_id, asyncio.get_running_loop().create_future())

    def data_received(self, data: bytes) -> None:
        """Find the OriginateResponses."""
        *messages, self._left = (self._left + data).split(_END)
        for message in messages:
            if message.startswith(_RESPONSE):
                action_id = message.partition(_ID)[2].partition(b"\r\n")[0]
                waiter = self.waiting.pop(action_id, None)
                if waiter is not None and not waiter.done():
                    waiter.set_result(None)

    def close(self) -> None:
        """End it."""
        self._transport.close()


@asynccontextmanager
async def logged_in(asterisk: Asterisk, username: str) -> AsyncIterator[Pipe]:
    """Give a pipe of this manager user."""
    _, pipe = await asyncio.get_running_loop().create_connection(Pipe, asterisk.ami_host, asterisk.ami_port)
    secret = asterisk.managers[username].secret
    pipe.write(f"Action: Login\r\nUsername: {username}\r\nSecret: {secret}\r\n\r\n".encode())
    try:
        yield pipe
    finally:
        pipe.close()


class Raw:
    """Pipelines Originates that were composed as c2cd composes them."""

    name = "raw"

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._account = Account(id="acme", realm=REALM, region="US")
        self._button = Button(
            id="b" * 32,
            account_id="acme",
            revision="1-0",
            created_at=0.0,
            document={},
            means=ClickToCall(**BUTTON),
        )
        self._template = b""
        self._pattern = ""
        self._compose()

    def _compose(self) -> None:
        text = contact(0)
        click = Click(
            account=self._account,
            button=self._button,
            contact=read_contact(text, "US"),
            way="token",
            limits=TOKEN,
            client="127.0.0.1",
        )
        call = compose_call(click, clicked_by="token", requested_at=0.0, switch_life="")
        order = compose_originate(call.id, self._account, self._button.means, click.contact)
        lines = []
        for key, value in originate_headers(order).items():
            lines += [f"{key}: {one}" for one in (value if isinstance(value, list) else [value])]
        whole = "\r\n".join([*lines, "", ""])
        assert whole.count(call.id) == 3, whole
        self._template = whole.replace(call.id, "c2c-%(id)s").replace(text, "%(contact)s").encode()

    async def click(self, _slot: int, number: int) -> float:
        """Send one, and wait until it is decided."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        call_id = f"{'b' * 32}-{secrets.token_hex(16)}".encode()
        done = self._pipe.decided(b"c2c-" + call_id)
        self._pipe.write(self._template % {b"id": call_id, b"contact": contact(number).encode()})
        await done
        return loop.time() - began

    def pids(self) -> Mapping[str, int]:
        """Give none: it is in the benchmark's own process."""
        return {}


@asynccontextmanager
async def raw(asterisk: Asterisk) -> AsyncIterator[Raw]:
    """Open the way."""
    async with logged_in(asterisk, RAW) as pipe:
        yield Raw(pipe)
