"""The gate on calls in setup: without it a burst makes the switch collapse.

Pushed faster than it decides, Asterisk accepts every Originate and completes few of them. A place is
held from before the Originate until the call's first sign of life, or a deadline; never while a phone rings.

Who comes when there are more before him than will be through in the time that anybody waits is refused at
once, by the pace of late: a refusal that comes early is as good as a short wait.
"""

import asyncio
import math
from collections import deque

from c2cd.clock import Clock, Timer, deadline
from c2cd.errors import SwitchBusy

LONGEST_HOLD = 5.0
LONGEST_WAIT = 2.0
# The pace is that of so many seconds, or a little less; before it is known all places come free in so many.
_LATELY = 2.0
_USUAL = 0.25


class Gate:
    """So many ``places``. Who waits for one waits inside its own request, for a bounded time."""

    def __init__(self, clock: Clock, places: int) -> None:
        self._clock = clock
        self.places = self._free = places
        self._held: dict[str, Timer] = {}
        self._waiting: deque[asyncio.Future[None]] = deque()
        # Since when somebody has waited, or less long ago, and how many places came free in that time.
        self._since = 0.0
        self._came_free = 0.0

    @property
    def held(self) -> int:
        """How many places are taken."""
        return len(self._held)

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return sum(not place.done() for place in self._waiting)

    def require(self) -> None:
        """Raise SwitchBusy where no place will be free in time, as it looks now."""
        if self._free == 0 and (wait := self._expected_wait()) > LONGEST_WAIT:
            raise _busy(wait)

    async def enter(self, call_id: str) -> None:
        """Take a place for a call, in the order of asking. SwitchBusy where none is free in time."""
        if self._free > 0:
            self._free -= 1
        else:
            await self._wait()
        self._held[call_id] = self._clock.call_later(LONGEST_HOLD, lambda: self.leave(call_id))

    def leave(self, call_id: str) -> None:
        """Give the call's place to the next; no error where it holds none any more."""
        timer = self._held.pop(call_id, None)
        if timer is not None:
            timer.cancel()
            self._give()

    async def _wait(self) -> None:
        self.require()
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            async with deadline(self._clock, LONGEST_WAIT):
                await place
        except BaseException as error:
            if place.done() and not place.cancelled():  # given in the moment in which the wait ended
                self._give()
            if isinstance(error, TimeoutError):
                raise _busy(1.0) from error
            raise

    def _expected_wait(self) -> float:
        """Tell how long one more would wait, as places came free of late while others waited."""
        now = self._clock.monotonic()
        if not self._waiting:
            self._since, self._came_free = now, 0.0
        elif (elapsed := now - self._since) > _LATELY:
            self._came_free *= _LATELY / 2 / elapsed
            self._since = now - _LATELY / 2
        came_free = self._came_free + self.places
        return (len(self._waiting) + 1) * (now - self._since + _USUAL) / came_free

    def _give(self) -> None:
        self._came_free += 1
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._free += 1


def _busy(wait: float) -> SwitchBusy:
    message = "Too many calls are being set up at this moment; try again"
    return SwitchBusy(message, retry_after=float(math.ceil(min(wait, LONGEST_HOLD))))
