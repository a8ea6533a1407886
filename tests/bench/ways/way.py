"""What a way is to the benchmark."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Protocol

_FIRST_CONTACT = 12_122_000_000
_TICKS = os.sysconf("SC_CLK_TCK")


def contact(number: int) -> str:
    """Give the contact of the click of this number: each click has one of its own, and all are numbers."""
    return f"+{_FIRST_CONTACT + number}"


class Clicked(NamedTuple):
    """The seconds from a click to its answer, and to when its first leg was seen to be decided."""

    answered: float
    completed: float


class Refused(Exception):
    """There was no room for the click: it was told so ``after`` so many seconds.

    It may come again in ``retry_after`` more.
    """

    def __init__(self, after: float, retry_after: float = 0.0) -> None:
        super().__init__(f"refused after {after:.3f} s")
        self.after = after
        self.retry_after = retry_after


class Way(Protocol):
    """A way that is open. ``click`` completes one call; so many of them run at once."""

    name: str

    async def click(self, slot: int, number: int) -> Clicked:
        """Click, and wait until the first leg is decided. Refused where the way has no room for it."""

    def cpu(self) -> float:
        """Give the CPU seconds that the way's own processes have had so far."""


def cpu_seconds(pids: Iterable[int]) -> float:
    """Give the CPU time that processes have had; one that has ended has none."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def thread_seconds(pid: int) -> float:
    """Give the CPU time of a process of one thread, to the nanosecond: many children have little each."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def family(pid: int) -> list[int]:
    """Give a process and its children."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return [pid]
    return [pid, *map(int, children)]
