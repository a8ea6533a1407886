"""One AMI connection, from connect to its loss. The only module that imports panoramisk.

panoramisk 1.4 parses messages and matches responses to actions. What it does not do for us is mended
here, in a subclass of its protocol (each habit was shown by running it):

- it sends unanswered actions again after a reconnect: here an action dies with its connection;
- it lets CR and LF in a value begin a new header: here no value with a control character leaves;
- it gives an action all events with its ActionID: here an OriginateResponse is an event;
- it cuts multi-byte characters at packet boundaries and buffers without bound: here whole messages
  are handed to it, and one of over 1 MiB ends the connection;
- it logs what it could not send, secret and all, and keeps what was never answered.
"""

import asyncio
import ssl
from collections.abc import Callable, Iterator, Mapping

from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from c2cd.clock import Clock, deadline

Headers = Mapping[str, str]
# What is sent: a header that comes more than once (Variable) has a list of values.
Order = Mapping[str, str | list[str]]

# Asterisk 16 and 22 refuse a longer line ("line too long").
LONGEST_LINE = 1024
_LONGEST_MESSAGE = 1 << 20
_END = b"\r\n\r\n"


class WireClosed(Exception):
    """The connection is gone, before an answer came or before anything was sent."""

    def __init__(self, *, sent: bool) -> None:
        super().__init__("the connection was closed")
        self.sent = sent


class _Protocol(AMIProtocol):  # type: ignore[misc]  # panoramisk has no types
    """panoramisk's protocol with the mends that the module's docstring lists."""

    encoding = "utf8"

    def __init__(self, on_event: Callable[[Headers], None]) -> None:
        self._on_event = on_event
        self._received = bytearray()
        self.lost = asyncio.Event()

    def send(self, data: Order, as_list: bool | None = False) -> "asyncio.Future[object]":  # noqa: FBT001, FBT002 - its signature
        """Write an action at once, or raise: ValueError for what may not leave, WireClosed if nothing can."""
        for key, value in _lines(data):
            if not f"{key}{value}".isprintable():
                message = f"AMI header {key} holds a control character"
                raise ValueError(message)
            if len(f"{key}: {value}".encode()) > LONGEST_LINE:
                message = f"AMI header {key} is over {LONGEST_LINE} bytes long"
                raise ValueError(message)
        if self.closed or self.transport.is_closing():
            raise WireClosed(sent=False)
        action = Action(data, as_list=as_list)
        self.responses[action.id] = action
        self.transport.write(str(action).encode())
        future: asyncio.Future[object] = action.future
        future.add_done_callback(lambda _: self.responses.pop(action.id, None))
        return future

    def data_received(self, data: bytes) -> None:
        """Hand whole messages on, so that no character is ever cut."""
        self._received += data
        whole = self._received.rfind(_END) + len(_END)
        if whole >= len(_END):
            messages = bytes(self._received[:whole])
            del self._received[:whole]
            super().data_received(messages)
        if len(self._received) > _LONGEST_MESSAGE:
            self.close()

    def handle_message(self, message: Message) -> None:
        """Give an event to whoever listens, unless it is a row of the list that an action asked for."""
        if "event" in message and (message.event == "OriginateResponse" or message.id not in self.responses):
            self._on_event(_headers(message))
        elif message.id in self.responses:
            super().handle_message(message)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Let everything that waits for an answer know that none will come."""
        self.closed = True
        for action in list(self.responses.values()):
            if not action.future.done():
                action.future.set_exception(WireClosed(sent=True))
        self.lost.set()

    def close(self) -> None:
        """Cut the connection; what was not yet written is dropped, not sent later."""
        self.closed = True
        self.transport.abort()


class Wire:
    """An open AMI connection. Made by ``connect``; it is never brought back once it is gone."""

    def __init__(self, protocol: _Protocol, clock: Clock) -> None:
        self._protocol = protocol
        self._clock = clock

    async def ask(self, action: Order, seconds: float) -> Headers:
        """Send an action and give its response.

        It is written before anything else can run. Raises ValueError and WireClosed(sent=False) if
        nothing left, WireClosed(sent=True) and TimeoutError if it may have.
        """
        return _headers(await self._answer(self._protocol.send(action), seconds))

    async def ask_list(self, action: Order, seconds: float) -> list[Headers]:
        """Send an action that is answered by a list, and give response, rows and end; else as ``ask``."""
        answer = await self._answer(self._protocol.send(action, as_list=None), seconds)
        return [_headers(message) for message in (answer if isinstance(answer, list) else [answer])]

    async def _answer(self, future: "asyncio.Future[object]", seconds: float) -> object:
        try:
            async with deadline(self._clock, seconds):
                return await future
        finally:
            future.cancel()

    async def wait_closed(self) -> None:
        """Wait until the connection is gone."""
        await self._protocol.lost.wait()

    def cut(self) -> None:
        """End the connection without a farewell."""
        self._protocol.close()


async def connect(
    host: str,
    port: int,
    tls: ssl.SSLContext | None,
    clock: Clock,
    on_event: Callable[[Headers], None],
) -> Wire:
    """Open a connection, or raise OSError; ``on_event`` gets each event, in order, and must not raise."""
    loop = asyncio.get_running_loop()
    _, protocol = await loop.create_connection(lambda: _Protocol(on_event), host, port, ssl=tls)
    return Wire(protocol, clock)


def _lines(action: Order) -> Iterator[tuple[str, str]]:
    for key, value in action.items():
        for one in value if isinstance(value, list) else [value]:
            yield key, one


def _headers(message: object) -> Headers:
    if not isinstance(message, Message):
        return {}
    return {key.lower(): value for key, value in message.items() if isinstance(value, str)}
