"""The event log as it happens, by account, for who follows it; its last lines stay for who was away."""

import asyncio
import re
import secrets
from collections import defaultdict, deque
from collections.abc import Callable
from functools import cached_property

import msgspec
from msgspec import Struct

from c2cd.clock import Clock, deadline
from c2cd.logs.events import line_of
from c2cd.model.journal import Entry

# So many lines of each account stay.
KEPT = 1_000

_PLACE = re.compile(r"([0-9a-f]{8})-([0-9]{1,15})-([0-9]{1,15})")


class Place(Struct, frozen=True):
    """Where somebody has come to: behind ``number`` lines of one ``run`` of the daemon, at Unix seconds."""

    run: str
    number: int
    at: float

    @property
    def id(self) -> str:
        """The place as text."""
        return f"{self.run}-{self.number}-{round(self.at * 1000)}"


def read_place(text: str) -> Place | None:
    """Read the text of a place; None where it is none."""
    found = _PLACE.fullmatch(text)
    return None if found is None else Place(found[1], int(found[2]), int(found[3]) / 1000)


class Line:
    """An entry, and the place behind it. What is made of it is made once, however many follow."""

    def __init__(self, place: Place, entry: Entry) -> None:
        self.place = place
        self.entry = entry

    @cached_property
    def written(self) -> bytes:
        """The entry as the event log has it."""
        return line_of(self.entry)

    @cached_property
    def document(self) -> dict[str, object]:
        """The entry as filters see it."""
        return msgspec.to_builtins(self.entry)  # type: ignore[no-any-return] # a Struct is a dict


class Tail:
    """The last lines of an account, each with its number; ``end`` is how many there have been so far."""

    def __init__(self, run: str, clock: Clock) -> None:
        self.end = 0
        self.is_closed = False
        self._run = run
        self._clock = clock
        self._lines: deque[Line] = deque(maxlen=KEPT)
        self._news = asyncio.Event()

    @property
    def begin(self) -> int:
        """How many lines are not kept any more."""
        return self.end - len(self._lines)

    def add(self, entry: Entry) -> None:
        """Keep one more, and wake who waits for it."""
        self.end += 1
        self._lines.append(Line(self.here(), entry))
        self._wake()

    def close(self) -> None:
        """Wake everybody who waits: no line will follow."""
        self.is_closed = True
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def here(self) -> Place:
        """Give the place behind the last line."""
        return self.at(self.end)

    def at(self, number: int) -> Place:
        """Give the place behind so many lines, of which the last was told a moment ago at the most."""
        return Place(self._run, number, self._clock.wall())

    def has(self, place: Place) -> bool:
        """Tell whether all that came after a place is kept."""
        return place.run == self._run and self.begin <= place.number <= self.end

    def after(self, number: int) -> list[Line]:
        """Give the lines after so many, as far as they are kept."""
        new = self.end - max(number, self.begin)
        return [self._lines[-back] for back in range(new, 0, -1)]

    async def wait(self, number: int, seconds: float) -> bool:
        """Wait until there is a line after so many, or there will be none; False: it took too long."""
        try:
            async with deadline(self._clock, seconds):
                while self.end <= number and not self.is_closed:
                    await self._news.wait()
        except TimeoutError:
            return False
        return True


class Feed:
    """Takes the entries of the event log on their way there; gives them to who follows an account's."""

    def __init__(self, clock: Clock, journal: Callable[[Entry], None]) -> None:
        self._journal = journal
        run = secrets.token_hex(4)
        self._tails: defaultdict[str, Tail] = defaultdict(lambda: Tail(run, clock))

    def __call__(self, entry: Entry) -> None:
        """Have an entry written, and tell it to who follows."""
        self._journal(entry)
        self._tails[entry.account_id].add(entry)

    def of(self, account_id: str) -> Tail:
        """Give the last lines of an account."""
        return self._tails[account_id]

    def close(self) -> None:
        """Tell everybody who follows that no line will come."""
        for tail in self._tails.values():
            tail.close()
