"""A clock that stands still until a test moves it."""

import asyncio
import heapq
import itertools
from collections.abc import Callable

from c2cd.clock import Clock

START = 1_800_000_000.0


class _Timer:
    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self.callback = None


class ManualClock(Clock):
    """Both clocks in one: wall time begins at START, monotonic at 0; they move together but for ``put``."""

    def __init__(self) -> None:
        self._passed = 0.0
        self._put = 0.0
        self._order = itertools.count()
        self._timers: list[tuple[float, int, _Timer]] = []

    def wall(self) -> float:
        """Tell the seconds since 1970."""
        return START + self._put + self._passed

    def put(self, seconds: float) -> None:
        """Put the date forward, or back, as NTP or an administrator does."""
        self._put += seconds

    def monotonic(self) -> float:
        """Tell how far the test has moved the clock."""
        return self._passed

    def call_later(self, seconds: float, callback: Callable[[], object]) -> _Timer:
        """Have ``advance`` call back once it has come so far."""
        timer = _Timer(callback)
        heapq.heappush(self._timers, (self._passed + seconds, next(self._order), timer))
        return timer

    async def advance(self, seconds: float) -> None:
        """Let so much time pass, timer by timer, and let what each of them woke run."""
        until = self._passed + seconds
        await settle()
        while self._timers and self._timers[0][0] <= until:
            self._passed, _, timer = heapq.heappop(self._timers)
            if timer.callback is not None:
                timer.callback()
            await settle()
        self._passed = until
        await settle()


async def settle() -> None:
    """Let every task run until it waits for something."""
    for _ in range(20):
        await asyncio.sleep(0)
