"""An AMI session that sees when the first leg of a call is decided, and reads nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.lab.asterisk import Asterisk

_END = b"\r\n\r\n"
_LOGIN = "Action: Login\r\nUsername: {}\r\nSecret: {}\r\n\r\n"


class Watcher(asyncio.Protocol):
    """A logged-in connection. A call is known by its OriginateResponse's ActionID.

    Of ARI's calls there is no OriginateResponse: they are decided by the first Newstate Up, or Hangup, of the
    channel whose id was given. ``header`` says by which of the two a call is known.
    """

    def __init__(self, header: str = "ActionID") -> None:
        self._id = f"\r\n{header}: ".encode()
        self._waiting: dict[bytes, asyncio.Future[None]] = {}
        self._seen: set[bytes] = set()
        self._left = b""
        self._welcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def log_in(self, username: str, secret: str) -> None:
        """Log in; PermissionError where that is refused."""
        self.write(_LOGIN.format(username, secret).encode())
        await asyncio.wait_for(self._welcome, 10)

    def write(self, data: bytes) -> None:
        """Send."""
        self._transport.write(data)

    def decided(self, call: bytes) -> "asyncio.Future[None]":
        """Give what is done once this call is decided, or was already."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if call in self._seen:
            self._seen.remove(call)
            waiter.set_result(None)
        else:
            self._waiting[call] = waiter
        return waiter

    def data_received(self, data: bytes) -> None:
        """Find what decides."""
        *messages, self._left = (self._left + data).split(_END)
        for message in messages:
            if self._decides(message):
                self._note(message.partition(self._id)[2].partition(b"\r\n")[0])
            elif not self._welcome.done():
                self._answer_login(message)

    def _answer_login(self, message: bytes) -> None:
        if b"Response: Success" in message:
            self._welcome.set_result(None)
        else:
            self._welcome.set_exception(PermissionError(message.decode()))

    @staticmethod
    def _decides(message: bytes) -> bool:
        return message.startswith((b"Event: OriginateResponse\r\n", b"Event: Hangup\r\n")) or (
            message.startswith(b"Event: Newstate\r\n") and b"\r\nChannelState: 6\r\n" in message
        )

    def _note(self, call: bytes) -> None:
        waiter = self._waiting.pop(call, None)
        if waiter is None:
            self._seen.add(call)
        elif not waiter.done():
            waiter.set_result(None)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Tell who waits."""
        for waiter in [self._welcome, *self._waiting.values()]:
            if not waiter.done():
                waiter.set_exception(ConnectionResetError())

    def close(self) -> None:
        """End it."""
        self._waiting.clear()
        self._transport.close()


@asynccontextmanager
async def watching(asterisk: Asterisk, username: str, header: str = "ActionID") -> AsyncIterator[Watcher]:
    """Give a watcher that is logged in as this manager user."""
    loop = asyncio.get_running_loop()
    at = asterisk.ami_host, asterisk.ami_port
    _, watcher = await loop.create_connection(lambda: Watcher(header), *at)
    try:
        await watcher.log_in(username, asterisk.managers[username].secret)
        yield watcher
    finally:
        watcher.close()
