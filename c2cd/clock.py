"""Time, as something that is given: the daemon gets the machine's, a test gets one that it moves."""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import Protocol, TypeVar

T = TypeVar("T")


class Timer(Protocol):
    """Something that is going to happen and can be called off."""

    def cancel(self) -> None:
        """Call it off; no error if it has already happened."""


class Clock(Protocol):
    """All that c2cd knows of time. Seconds everywhere."""

    def wall(self) -> float:
        """Tell the seconds since 1970: for what people read, never for measuring."""

    def monotonic(self) -> float:
        """Tell seconds that only ever grow: for measuring, limits and deadlines."""

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Call back from the running loop once so many seconds have passed."""


class SystemClock(Clock):
    """The machine's own clocks."""

    def wall(self) -> float:
        """Tell the seconds since 1970."""
        return time.time()

    def monotonic(self) -> float:
        """Tell the seconds since some moment before the start."""
        return time.monotonic()

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Have the running loop call back."""
        return asyncio.get_running_loop().call_later(seconds, callback)


class Budget:
    """Seconds that several things share, from now on: what one does not use is the next one's."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._ends_at = clock.monotonic() + seconds

    def left(self, reserved: float = 0.0) -> float:
        """Tell how many seconds are left, beside those that are reserved for what comes later."""
        return max(0.0, self._ends_at - reserved - self._clock.monotonic())

    async def wait(self, tasks: Iterable[asyncio.Future[T]], reserved: float = 0.0) -> None:
        """Wait until all of these are done, or no more is left than is reserved; they are not cancelled."""
        with suppress(TimeoutError):
            async with deadline(self._clock, self.left(reserved)):
                await asyncio.wait(tasks)


async def sleep(clock: Clock, seconds: float) -> None:
    """Wait until so many seconds have passed on this clock."""
    passed = asyncio.Event()
    timer = clock.call_later(seconds, passed.set)
    try:
        await passed.wait()
    finally:
        timer.cancel()


class deadline:  # noqa: N801 - it reads as a word of the language, as asyncio.timeout does
    """Cancel the block and raise TimeoutError once so many seconds have passed on this clock."""

    __slots__ = ("_clock", "_limit", "_seconds", "_timer")

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds

    async def __aenter__(self) -> None:
        self._limit = asyncio.timeout(None)
        await self._limit.__aenter__()
        self._timer = self._clock.call_later(self._seconds, self._reach)

    def _reach(self) -> None:
        self._limit.reschedule(asyncio.get_running_loop().time())

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        await self._limit.__aexit__(kind, error, trace)
