"""The event log as it happens, by account, for who follows it; its last lines stay for who was away."""

import asyncio
import re
import secrets
from collections import defaultdict, deque
from collections.abc import Callable, Iterator

from msgspec import Struct

from c2cd.clock import Clock, deadline
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


class Tail:
    """The last lines of an account, each with its number; ``end`` is how many there have been so far."""

    def __init__(self, run: str, clock: Clock) -> None:
        self.end = 0
        self.is_closed = False
        self._run = run
        self._clock = clock
        self._lines: deque[tuple[Place, Entry]] = deque(maxlen=KEPT)
        self._news = asyncio.Event()

    @property
    def begin(self) -> int:
        """How many lines are not kept any more."""
        return self.end - len(self._lines)

    def add(self, entry: Entry) -> None:
        """Keep one more, and wake who waits for it."""
        self.end += 1
        self._lines.append((self.here(), entry))
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
        return Place(self._run, self.end, self._clock.wall())

    def has(self, place: Place) -> bool:
        """Tell whether all that came after a place is kept."""
        return place.run == self._run and self.begin <= place.number <= self.end

    def after(self, number: int) -> Iterator[tuple[Place, Entry]]:
        """Give the lines after so many, as far as they are kept."""
        lines = list(self._lines)
        yield from lines[max(0, number - self.begin) :]

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
