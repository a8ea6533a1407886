"""One AMI connection, from connect to its loss. The only module that imports panoramisk.

panoramisk 1.4 gives an action its id and what is awaited of it. What its protocol does with messages does
not do for us, and is done by a few lines of our own in a subclass of it (each habit was shown by running it):

- it sends unanswered actions again after a reconnect: here an action dies with its connection;
- it lets CR and LF in a value begin a new header: here no value with a control character leaves;
- it gives an action all events with its ActionID: here only who asked for a list is answered by events;
- it cuts multi-byte characters at packet boundaries and buffers without bound: here only whole
  messages are read, and one of over 1 MiB ends the connection;
- it takes 30 µs for a message, whatever it says: here what is neither an answer nor of our calls goes unread;
- it holds a whole list, at 2.5 KiB a row: here each row is made what it is wanted for as it comes;
- it logs what it could not send, secret and all, and keeps what was never answered: here an action is
  known to it by its id alone.
"""

import asyncio
import re
import socket
import ssl
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol

from c2cd.clock import Clock, deadline
from c2cd.switch.events import KINDS, OURS

Row = TypeVar("Row")
Headers = Mapping[str, str]
# What is sent: a header that comes more than once (Variable) has a list of values.
Order = Mapping[str, str | list[str]]

# Asterisk 16 and 22 refuse a longer line ("line too long").
LONGEST_LINE = 1024
_LONGEST_MESSAGE = 1 << 20
# So much is read at a time, and then everything else has its turn.
_LARGEST_READ = 1 << 15
_END = b"\r\n\r\n"
# SO_LINGER, on for 0 s: else the kernel sends for minutes after the end what a broken network has not let
# through, and an order among it rings somebody as soon as that is mended.
_NO_LINGERING = struct.pack("ii", 1, 0)
_EVENT = b"Event: "
_BOOTED = _EVENT + b"FullyBooted"
# How an event begins that is read where it is of our calls; and what such a one has in it.
_KINDS = frozenset(_EVENT + kind.encode() for kind in KINDS)
_OURS = OURS.encode()
# What link.overhears is set by (events.is_of_others), as Asterisk writes it.
_OF_OTHERS = re.compile(
    rb"Event: (?!OriginateResponse\r).*\r\n(?:Uniqueid|Linkedid|DestLinkedid): [^\r]", re.DOTALL
)


class WireClosed(Exception):
    """The connection is gone, before an answer came or before anything was sent."""

    def __init__(self, *, sent: bool) -> None:
        super().__init__("the connection was closed")
        self.sent = sent


class Heard:
    """How many messages of the switch came, and how many of them were read; the others are dropped."""

    def __init__(self) -> None:
        self.messages = self.read = 0


class _List(Generic[Row]):
    """What has come of a list: the response that begins it, and of each row what ``read`` makes of it."""

    def __init__(self, read: Callable[[Headers], Row | None]) -> None:
        self._read = read
        self.response: Headers = {}
        self.rows: list[Row] = []

    def take(self, headers: Headers) -> bool:
        """Take a message of the list, and tell whether it was the last: its end, or an answer without one."""
        if "event" in headers:
            if headers.get("eventlist") == "Complete" or headers["event"].endswith("Complete"):
                return True
            row = self._read(headers)
            if row is not None:
                self.rows.append(row)
            return False
        self.response = headers
        return headers.get("eventlist") != "start"


class _Protocol(AMIProtocol, asyncio.BufferedProtocol):  # type: ignore[misc]  # panoramisk has no types
    """panoramisk's protocol with the mends that the module's docstring lists."""

    def __init__(self, on_event: Callable[[Headers], None], heard: Heard) -> None:
        self._on_event = on_event
        self._heard = heard
        self._reading = memoryview(bytearray(_LARGEST_READ))  # a view: under TLS its slices are written to
        self._received = bytearray()
        self._overhears = False
        self._lists: dict[bytes, _List[Any]] = {}  # by the ids of the actions that ask for them
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, and see to it that the end is one."""
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)

    def send(self, data: Order, as_list: _List[Row] | None = None) -> "asyncio.Future[Headers]":
        """Write an action at once, or raise: ValueError for what may not leave, WireClosed if nothing can.

        What is awaited is its response; that of a list, which is taken by ``as_list``, once all of it came.
        """
        action = Action({"ActionID": data["ActionID"]} if "ActionID" in data else {})
        text = _write({**data, "ActionID": action.id})
        if self.closed or self.transport.is_closing():
            raise WireClosed(sent=False)
        self.responses[action.id] = action
        if as_list is not None:
            self._lists[action.id.encode()] = as_list
        self.transport.write(text)
        future: asyncio.Future[Headers] = action.future
        future.add_done_callback(lambda _: self._forget(action.id))
        return future

    def _forget(self, action_id: str) -> None:
        self.responses.pop(action_id, None)
        self._lists.pop(action_id.encode(), None)

    def get_buffer(self, _sizehint: int) -> memoryview:
        """Say where the next bytes go, and with that how many they may be."""
        return self._reading

    def buffer_updated(self, nbytes: int) -> None:
        """Take the bytes that came."""
        self.data_received(bytes(self._reading[:nbytes]))

    def data_received(self, data: bytes) -> None:
        """Take whole messages, so that no character is ever cut."""
        unseen = max(0, len(self._received) - len(_END))
        self._received += data
        whole = self._received.rfind(_END, unseen)
        if whole >= 0:
            messages = bytes(self._received[:whole]).split(_END)
            del self._received[: whole + len(_END)]
            self._heard.messages += len(messages)
            for message in messages:
                self._take(message)
        if len(self._received) > _LONGEST_MESSAGE:
            self.close()

    def _take(self, message: bytes) -> None:
        """Read a message, if anything would come of it.

        Of events of others' calls one is read, so that it is known that they come.
        """
        first = message.partition(b"\r\n")[0]
        is_listed = any(action_id in message for action_id in self._lists)
        is_ours = first in _KINDS and _OURS in message
        if is_listed or is_ours or first == _BOOTED or not first.startswith(_EVENT):
            self._give(_read(message))
        elif not self._overhears and _OURS not in message and _OF_OTHERS.match(message):
            self._overhears = True
            self._give(_read(message))

    def _give(self, headers: Headers) -> None:
        """Give a list what is of it, an event else to whoever listens, and a response to what it answers."""
        self._heard.read += 1
        action_id = headers.get("actionid", "")
        listing = self._lists.get(action_id.encode())
        if "event" in headers and listing is None:
            self._on_event(headers)
            return
        action = self.responses.get(action_id)
        if action is None or action.future.done() or not ("event" in headers or "response" in headers):
            return
        if listing is None:
            action.future.set_result(headers)
        elif listing.take(headers):
            action.future.set_result(listing.response)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Let everything that waits for an answer know that none will come."""
        self.closed = True
        for action in list(self.responses.values()):
            if not action.future.done():
                action.future.set_exception(WireClosed(sent=True))
        self.lost.set()

    def close(self) -> None:
        """Cut the connection; what has not come to the other host is dropped, not sent later."""
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
        return await self._answer(self._protocol.send(action), seconds)

    async def ask_list(
        self, action: Order, seconds: float, read: Callable[[Headers], Row | None]
    ) -> tuple[Headers, list[Row]]:
        """Send an action that is answered by a list, and give its response and the rows; else as ``ask``.

        ``read`` gets the headers of each row as it comes, and makes of them what is kept; None drops it.
        A response that begins no list has no rows.
        """
        listing = _List(read)
        response = await self._answer(self._protocol.send(action, listing), seconds)
        return response, listing.rows

    async def _answer(self, future: "asyncio.Future[Headers]", seconds: float) -> Headers:
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


async def connect(  # noqa: PLR0913, PLR0917 - where to, and who listens
    host: str,
    port: int,
    tls: ssl.SSLContext | None,
    clock: Clock,
    on_event: Callable[[Headers], None],
    heard: Heard,
) -> Wire:
    """Open a connection, or raise OSError.

    ``on_event`` gets each event that may concern us, in order, and must not raise. ``heard`` counts on.
    """
    loop = asyncio.get_running_loop()
    _, protocol = await loop.create_connection(lambda: _Protocol(on_event, heard), host, port, ssl=tls)
    return Wire(protocol, clock)


def _read(message: bytes) -> Headers:
    """Read a message; what a header says that comes twice is not known, and is left out."""
    lines = message.decode(errors="replace").strip().split("\r\n")
    headers = {}
    for line in lines:
        key, _, value = line.partition(": ")
        headers[key.lower()] = value
    if len(headers) < len(lines):
        count = Counter(line.partition(": ")[0].lower() for line in lines)
        return {key: value for key, value in headers.items() if count[key] == 1}
    return headers


def _write(order: Order) -> bytes:
    """Write an action, or raise ValueError for what would break out of its line, or be cut."""
    lines = []
    for key, value in _lines(order):
        line = f"{key}: {value}"
        if not line.isprintable():
            message = f"AMI header {key} holds a control character"
            raise ValueError(message)
        lines.append(line.encode())
        if len(lines[-1]) > LONGEST_LINE:
            message = f"AMI header {key} is over {LONGEST_LINE} bytes long"
            raise ValueError(message)
    return b"\r\n".join(lines) + _END


def _lines(action: Order) -> Iterator[tuple[str, str]]:
    for key, value in action.items():
        for one in value if isinstance(value, list) else [value]:
            yield key, one
