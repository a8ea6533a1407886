"""What makes the n-th call of the database, of the socket to the switch or of the clock fail."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import aiosqlite
import pytest

from c2cd.clock import Clock, Timer
from tests.clock import ManualClock

DAY = 86_400.0
FULL = ("database or disk is full", sqlite3.SQLITE_FULL)
BROKEN = ("disk I/O error", sqlite3.SQLITE_IOERR)
PATIENCE = 10.0  # seconds of the machine
LOCKED = ("database is locked", sqlite3.SQLITE_BUSY)


class Nth:
    """Tells which call fails: the n-th of those that are counted, and with ``lasting`` those after it too."""

    def __init__(self, *, lasting: bool = False) -> None:
        self._lasting = lasting
        self._number = 0
        self.armed = False
        self.count = 0

    def arm(self, number: int) -> None:
        """Begin to count; the call of this number fails."""
        self._number, self.armed, self.count = number, True, 0

    def over(self) -> bool:
        """Let nothing fail any more; tell whether anything has."""
        self.armed = False
        return self.count >= self._number

    @property
    def is_first(self) -> bool:
        """Whether the call that was counted last is the n-th."""
        return self.count == self._number

    def strikes(self) -> bool:
        """Count a call, and tell whether it is one that fails."""
        if not self.armed:
            return False
        self.count += 1
        return self.is_first or (self._lasting and self.count > self._number)


class Disk:
    """The database's calls: each statement, fetch, commit and rollback; ``busy`` counts jobs under way.

    Those that fail do so by ``fault``, in SQLite's words; where it is None they work. Before the first of
    them ``beside`` is called, in the loop: they are made in threads.
    """

    def __init__(
        self, nth: Nth, fault: tuple[str, int] | None = BROKEN, beside: Callable[[], object] | None = None
    ) -> None:
        self._nth = nth
        self._fault = fault
        self._beside = beside
        self._one_at_a_time = threading.Lock()
        self._loop: asyncio.AbstractEventLoop
        self.busy = 0

    def strike(self) -> None:
        """Count a call, and raise what it fails by, if it does."""
        with self._one_at_a_time:
            if not self._nth.strikes():
                return
            if self._beside is not None and self._nth.is_first:
                self._have_called(self._beside)
        if self._fault is not None:
            words, code = self._fault
            error = sqlite3.OperationalError(words)
            error.sqlite_errorcode = code
            raise error

    def _have_called(self, beside: Callable[[], object]) -> None:
        called = threading.Event()

        def call() -> None:
            beside()
            called.set()

        self._loop.call_soon_threadsafe(call)
        assert called.wait(PATIENCE)

    def put_in(self, patch: pytest.MonkeyPatch) -> None:
        """Have the calls of every connection that aiosqlite makes counted."""
        disk, self._loop = self, asyncio.get_running_loop()
        execute: Any = aiosqlite.Connection._execute
        connect: Any = sqlite3.connect

        async def counted(self: aiosqlite.Connection, *call: Any, **more: Any) -> Any:
            disk.busy += 1
            try:
                return await execute(self, *call, **more)
            finally:
                disk.busy -= 1

        class Cursor(sqlite3.Cursor):
            def fetchall(self) -> Any:
                disk.strike()
                return super().fetchall()

        class Connection(sqlite3.Connection):
            def execute(self, *call: Any) -> Any:
                disk.strike()
                return self.cursor(Cursor).execute(*call)

            def executescript(self, script: Any) -> Any:
                disk.strike()
                return super().executescript(script)

            def commit(self) -> None:
                disk.strike()
                super().commit()

            def rollback(self) -> None:
                disk.strike()
                super().rollback()

        def connected(path: Any, **more: Any) -> Any:
            is_ours = threading.current_thread() is not threading.main_thread()
            return connect(path, **more, factory=Connection if is_ours else sqlite3.Connection)

        patch.setattr(aiosqlite.Connection, "_execute", counted)
        patch.setattr(sqlite3, "connect", connected)


class Cable:
    """The socket to the switch. ``way`` says what fails, and how.

    ``write lost``: the connection is gone before the bytes left; ``write cut``: right after it;
    ``read cut``: before the bytes that came were taken; ``torn``: nothing passes any more, either way, and
    nobody is told.
    """

    def __init__(self, nth: Nth, way: str = "") -> None:
        self._nth = nth
        self._way = way
        self._last: _Plug | None = None
        self.port = 0

    def cut(self) -> None:
        """Have the connection that there is be lost now."""
        if self._last is not None:
            self._last.abort()

    def put_in(self, patch: pytest.MonkeyPatch) -> None:
        """Stand in each connection that is made to the switch."""
        loop = asyncio.get_running_loop()
        create = loop.create_connection

        async def created(make: Callable[[], asyncio.Protocol], host: Any, port: Any, **more: Any) -> Any:
            if port != self.port:
                return await create(make, host, port, **more)
            protocol = make()
            self._last = plug = _Plug(protocol, self._nth, self._way)
            transport, _ = await create(lambda: plug, host, port, **more)
            return transport, protocol

        patch.setattr(loop, "create_connection", created)


class _Plug(asyncio.Protocol):
    """Stands between a protocol and its transport, and is to each of them the other one."""

    def __init__(self, protocol: asyncio.Protocol, nth: Nth, way: str) -> None:
        self._protocol = protocol
        self._nth = nth
        self._way = way
        self._torn = False
        self._transport: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._protocol.connection_made(self)  # type: ignore[arg-type]  # a transport by all that it does

    def connection_lost(self, exc: Exception | None) -> None:
        self._protocol.connection_lost(exc)

    def write(self, data: bytes) -> None:
        strikes = (self._way.startswith("write") or self._way == "torn") and self._nth.strikes()
        self._torn = self._torn or (strikes and self._way == "torn")
        if self._torn:
            return
        if not strikes or self._way == "write cut":
            self._transport.write(data)
        if strikes:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        strikes = self._way in {"read cut", "torn"} and self._nth.strikes()
        self._torn = self._torn or (strikes and self._way == "torn")
        if strikes and self._way == "read cut":
            self._transport.abort()
        elif not self._torn:
            self._protocol.data_received(data)


class Watch(Clock):
    """The clock. ``way`` says what becomes of it.

    ``back`` and ``forward``: its date is put by two days the n-th time that it is asked for;
    ``still``: from the n-th time on the monotonic one does not move until the fault is over.
    """

    def __init__(self, clock: ManualClock, nth: Nth, way: str = "") -> None:
        self.clock = clock
        self._nth = nth
        self._way = way
        self._stood: float | None = None

    def wall(self) -> float:
        """Tell the date."""
        if self._way in {"back", "forward"} and self._nth.strikes():
            self.clock.put(2 * DAY if self._way == "forward" else -2 * DAY)
        return self.clock.wall()

    def monotonic(self) -> float:
        """Tell how much time has passed."""
        if self._way == "still" and self._nth.strikes() and self._stood is None:
            self._stood = self.clock.monotonic()
        if not self._nth.armed:
            self._stood = None
        return self.clock.monotonic() if self._stood is None else self._stood

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Have somebody called back."""
        return self.clock.call_later(seconds, callback)
