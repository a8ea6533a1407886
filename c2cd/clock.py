"""Time, as something that is given: the daemon gets the machine's, a test gets one that it moves."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol


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


async def sleep(clock: Clock, seconds: float) -> None:
    """Wait until so many seconds have passed on this clock."""
    passed = asyncio.Event()
    timer = clock.call_later(seconds, passed.set)
    try:
        await passed.wait()
    finally:
        timer.cancel()


@asynccontextmanager
async def deadline(clock: Clock, seconds: float) -> AsyncIterator[None]:
    """Cancel the block and raise TimeoutError once so many seconds have passed on this clock."""
    async with asyncio.timeout(None) as limit:
        timer = clock.call_later(seconds, lambda: limit.reschedule(asyncio.get_running_loop().time()))
        try:
            yield
        finally:
            timer.cancel()
