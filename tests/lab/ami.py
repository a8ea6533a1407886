"""A plain AMI client to watch a switch with.

It shares no code with the daemon and no library either: what it saw is evidence about both. Every
message is kept in the order of its arrival, and waiting looks at what has come already as well as at
what is still to come, so no test can miss an event by asking late.
"""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Message:
    """One AMI message: its headers in order, since some (Variable, Output) come more than once."""

    headers: tuple[tuple[str, str], ...]
    at: float

    def __getitem__(self, name: str) -> str:
        """Give the first header of that name, whatever its case, or the empty string."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def event(self) -> str:
        """The name of the event, empty for a response."""
        return self["Event"]

    def __str__(self) -> str:
        return "".join(f"{key}: {value}\n" for key, value in self.headers)


class Session:
    """One logged-in AMI connection; use it in `async with`.

    `greeting` is the switch's first line, `events` all events so far, `responses` all responses, and
    `messages` both, in order. A connection that the switch closed sets `closed`.
    """

    def __init__(self, host: str, port: int, username: str, secret: str, *, events: str = "on") -> None:
        self.host, self.port = host, port
        self.username, self.secret = username, secret
        self.mask = events
        self.greeting = ""
        self.messages: list[Message] = []
        self.closed = False
        self._came = asyncio.Condition()
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def events(self) -> list[Message]:
        """All events so far."""
        return [message for message in self.messages if message.event]

    @property
    def responses(self) -> list[Message]:
        """All responses so far."""
        return [message for message in self.messages if not message.event]

    async def open(self) -> None:
        """Connect and read the greeting, without a login."""
        reader, self._writer = await asyncio.open_connection(self.host, self.port)
        self.greeting = (await asyncio.wait_for(reader.readline(), 10)).decode(errors="replace").strip()
        self._reading = asyncio.create_task(self._read(reader))

    async def login(self) -> Message:
        """Log in and give the switch's answer, be it yes or no."""
        return await self.action(
            ("Action", "Login"),
            ("Username", self.username),
            ("Secret", self.secret),
            ("Events", self.mask),
        )

    async def close(self) -> None:
        """Close the connection."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as failing:
            failing.push_async_callback(self.close)
            await self.open()
            answer = await self.login()
            if answer["Response"] != "Success":
                raise PermissionError(f"AMI login as {self.username}: {answer['Message']}")
            failing.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def send(self, *headers: tuple[str, str]) -> str:
        """Send an action and give its ActionID, which is made here unless it is among the headers."""
        identity = next((value for key, value in headers if key == "ActionID"), "")
        if not identity:
            identity = f"lab-{uuid.uuid4().hex}"
            headers = (*headers, ("ActionID", identity))
        if self._writer is None:
            raise ConnectionError("not connected")
        lines = "".join(f"{key}: {value}\r\n" for key, value in headers)
        self._writer.write(f"{lines}\r\n".encode())
        await self._writer.drain()
        return identity

    async def action(self, *headers: tuple[str, str], within: float = 10) -> Message:
        """Send an action and give its response."""
        before = len(self.messages)
        identity = await self.send(*headers)
        return await self._first(
            lambda message: not message.event and message["ActionID"] == identity, within, before
        )

    async def listing(self, *headers: tuple[str, str], within: float = 10) -> list[Message]:
        """Send an action that answers with a list and give the list's events, without its end."""
        before = len(self.messages)
        identity = await self.send(*headers)
        await self._first(
            lambda message: (
                message["ActionID"] == identity
                and (message["EventList"] == "Complete" or message["Response"] == "Error")
            ),
            within,
            before,
        )
        return [
            message
            for message in self.messages[before:]
            if message.event and message["ActionID"] == identity and not message["EventList"]
        ]

    async def wait_for(
        self,
        predicate: Callable[[Message], bool],
        within: float = 10,
        *,
        since: int = 0,
    ) -> Message:
        """Give the first event, of those that came or will come, that satisfies the predicate.

        `since` leaves out the first so many of `messages`. After `within` seconds, or when the
        connection ends first, the failure names the events that did come.
        """
        return await self._first(lambda message: bool(message.event) and predicate(message), within, since)

    async def _first(self, predicate: Callable[[Message], bool], seconds: float, since: int) -> Message:
        seen = since
        found: Message | None = None

        def look() -> bool:
            nonlocal seen, found
            fresh, seen = self.messages[seen:], len(self.messages)
            found = next((message for message in fresh if predicate(message)), None)
            return found is not None or self.closed

        try:
            async with asyncio.timeout(seconds), self._came:
                await self._came.wait_for(look)
        except TimeoutError:
            raise TimeoutError(f"not within {seconds} s; there came {self._names(since)}") from None
        if found is None:
            raise ConnectionError(f"the switch closed the connection; there came {self._names(since)}")
        return found

    def _names(self, since: int) -> str:
        return (
            ", ".join(message.event or message["Response"] for message in self.messages[since:]) or "nothing"
        )

    async def _read(self, reader: asyncio.StreamReader) -> None:
        headers: list[tuple[str, str]] = []
        try:
            while raw := await reader.readline():
                line = raw.decode(errors="replace").rstrip("\r\n")
                if line:
                    name, _, value = line.partition(":")
                    headers.append((name.strip(), value.strip()))
                elif headers:
                    async with self._came:
                        self.messages.append(Message(tuple(headers), time.monotonic()))
                        self._came.notify_all()
                    headers = []
        except OSError:
            pass
        finally:
            self.closed = True
        async with self._came:
            self._came.notify_all()
