"""Writes in a thread of its own, so that a slow terminal, pipe or disk never stops the loop."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from c2cd.logs.losses import LOST_LINES

T = TypeVar("T")

# What waits beyond so many is dropped and counted.
MOST_WAITING = 10_000
# Seconds that the end waits for somebody who does not read.
LONGEST_FAREWELL = 2.0
# Seconds between two lumps: on a busy host to wake the thread for each line costs more than the lines.
_APART = 0.05


class Scribe(Generic[T]):
    """Hands what it is given to ``write`` in lumps, in its order; who gives never waits.

    ``name`` is that of its log. ``on_gap`` is told, when there is room again, how many were dropped.
    ``write`` runs in the thread, and must not raise.
    """

    def __init__(
        self, name: str, write: Callable[[Sequence[T]], object], on_gap: Callable[[int], object]
    ) -> None:
        self._name = name
        self._write = write
        self._on_gap = on_gap
        self._waiting: deque[T] = deque()
        self._dropped = 0
        self._woken = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scribe", daemon=True)
        self._thread.start()

    def put(self, item: T) -> None:
        """Hand over; from whatever thread."""
        if len(self._waiting) >= MOST_WAITING:
            self._dropped += 1
            LOST_LINES[self._name] += 1
            return
        self._waiting.append(item)
        if not self._woken.is_set():
            self._woken.set()
        if self._dropped:
            dropped, self._dropped = self._dropped, 0
            self._on_gap(dropped)

    def _run(self) -> None:
        while not self._ending.is_set() or self._waiting:
            self._woken.wait()
            self._woken.clear()
            lump = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if lump:
                self._write(lump)
            self._ending.wait(_APART)

    def end(self) -> bool:
        """Have all written that waits, and tell whether it was: nobody is waited for for ever."""
        self._ending.set()
        self._woken.set()
        self._thread.join(LONGEST_FAREWELL)
        return not self._thread.is_alive()
