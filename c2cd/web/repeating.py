"""Clicks that come again: by their Idempotency-Key, or, without one, within a moment of the first.

The key's rules are those of the IETF's draft "The Idempotency-Key HTTP Header Field": the same request gets
the first answer, another one with that key is 422, and one that comes while the first is not answered 409.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from msgspec import Struct

from c2cd.clock import Clock
from c2cd.model.click import Click
from c2cd.web.refusals import ClickUnderWay, KeyReused

# So many seconds after its arrival a click may ask what the first was answered: it waits for that, and for
# the disk before.
_SLOWEST = 20.0
# Button, contact, and who clicks: what is the same in a click and its second.
_Same = tuple[str, str, str]


class Answered(Struct, frozen=True):
    """What a click came to: its call, and what writes its answer, as JSON, where that is asked for."""

    call_id: str
    write: Callable[[], bytes]


class Repeats:
    """What is known of clicks that may come again. In memory: the answers to keys are in the history too.

    Without a key a click is the second of one by the same sender, ``who``: nobody is told of another's call.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset = clock.wall() - clock.monotonic()
        self._keys: dict[tuple[str, str], str] = {}
        self._locks: WeakValueDictionary[_Same, asyncio.Lock] = WeakValueDictionary()
        self._placed: OrderedDict[_Same, tuple[float, Answered]] = OrderedDict()

    def earliest(self) -> float:
        """Tell the earliest that it can be now, in Unix seconds: by the date, but for its steps forward.

        A host that was started with a wrong date gets the right one later, and forgets no key by that.
        """
        passed = self._clock.monotonic()
        self._offset = min(self._offset, self._clock.wall() - passed)
        return self._offset + passed

    @contextmanager
    def under_way(self, button_id: str, key: str | None, fingerprint: str) -> Iterator[None]:
        """Hold a key while its request is answered. ClickUnderWay or KeyReused where another one holds it."""
        if key is None:
            yield
            return
        holder = self._keys.get((button_id, key))
        if holder is not None:
            raise ClickUnderWay if holder == fingerprint else KeyReused
        self._keys[button_id, key] = fingerprint
        try:
            yield
        finally:
            del self._keys[button_id, key]

    def one_at_a_time(self, click: Click, who: str) -> asyncio.Lock:
        """Give what to hold while a click is placed: its repeats wait for its answer."""
        return self._locks.setdefault(_same(click, who), asyncio.Lock())

    def first(self, click: Click, who: str, arrived: float) -> Answered | None:
        """Give the answer to the click of which one that ``arrived`` then is the second; else None."""
        until, answer = self._placed.get(_same(click, who), (0.0, None))
        return answer if arrived < until else None

    def keep(self, click: Click, who: str, arrived: float, answer: Answered) -> None:
        """Keep the answer to a click for as long as another one can be its second."""
        same, until = _same(click, who), arrived + (click.limits.repeat_seconds or 0.0)
        self._placed[same] = until, answer
        self._placed.move_to_end(same)
        while self._placed:
            earliest, _ = next(iter(self._placed.values()))
            if earliest + _SLOWEST > self._clock.monotonic():
                break
            self._placed.popitem(last=False)


def _same(click: Click, who: str) -> _Same:
    return click.button.id, click.contact.text, who
