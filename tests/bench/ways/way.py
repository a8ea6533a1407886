"""What a way is to the benchmark."""

from collections.abc import Mapping
from typing import Protocol

# The extension that rings first, and the number that c2cd, or the dialplan, dials next.
EXTENSION = "1001"
_FIRST_CONTACT = 12_122_000_000


def contact(number: int) -> str:
    """Give the contact of the click of this number: each click has one of its own, and all are numbers."""
    return f"+{_FIRST_CONTACT + number}"


class Way(Protocol):
    """A way that is open. ``click`` completes one call; so many of them run at once."""

    name: str

    async def click(self, slot: int, number: int) -> float:
        """Click, wait until the first leg is decided, and give the seconds until the click was answered."""

    def pids(self) -> Mapping[str, int]:
        """Give the processes whose CPU time is the way's own, by name."""
