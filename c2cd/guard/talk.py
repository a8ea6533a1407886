"""How long has been talked in the last day, live calls included."""

from collections import deque
from collections.abc import Hashable

from c2cd.guard.windows import DAY


class Talk:
    """Seconds of talk by key, on a clock that is passed in. They count for a day from their call's end."""

    def __init__(self) -> None:
        self._past: dict[Hashable, deque[tuple[float, float]]] = {}
        self._live: dict[str, tuple[Hashable, float]] = {}

    def begin(self, call_id: str, key: Hashable, at: float) -> None:
        """Note that a call's two talk; no error if that is known."""
        self._live.setdefault(call_id, (key, at))

    def end(self, call_id: str, at: float) -> None:
        """Note that a call has ended; no error if its two never talked."""
        if call_id in self._live:
            key, began = self._live.pop(call_id)
            self.add(key, at, at - began)

    def add(self, key: Hashable, ended_at: float, seconds: float) -> None:
        """Note a call that is past."""
        past = self._past.setdefault(key, deque())
        past.append((ended_at, seconds))
        _drop_old(past, ended_at)

    def used(self, key: Hashable, now: float) -> float:
        """Tell the seconds of the last day."""
        past = self._past.get(key, deque())
        _drop_old(past, now)
        live = sum(now - began for of, began in self._live.values() if of == key)
        return live + sum(seconds for _, seconds in past)

    def wait(self, key: Hashable, limit: float, now: float) -> float:
        """Tell how many seconds pass, if nobody talks any more, until less than ``limit`` is used; else 0."""
        over = self.used(key, now) - limit
        if over < 0:
            return 0.0
        for ended_at, seconds in self._past.get(key, ()):
            over -= seconds
            if over < 0:
                return ended_at + DAY - now
        return DAY  # those who talk at this moment are over it by themselves


def _drop_old(past: deque[tuple[float, float]], now: float) -> None:
    while past and past[0][0] <= now - DAY:
        past.popleft()
