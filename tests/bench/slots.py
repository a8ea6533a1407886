"""So many clicks in flight at a time, for so long."""

import asyncio
import itertools
import os
import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.ways.way import Way

_numbers = itertools.count(1)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Round:
    """What was measured: seconds of each click, and the CPU seconds of each process."""

    took: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Completed clicks a second."""
        return len(self.took) / self.seconds

    def quantile(self, share: float) -> float:
        """Give the seconds in which this share of the clicks was completed."""
        return statistics.quantiles(self.took, n=1000)[round(share * 1000) - 1]


def cpu_seconds(pid: int) -> float:
    """Give the CPU time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def keep_in_flight(way: Way, slots: int, seconds: float, watched: Mapping[str, int]) -> Round:
    """Keep so many clicks in flight for so long; the next one of a slot starts when its last is completed."""
    measured = Round()
    pids = {**watched, **way.pids()}
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    began = time.perf_counter()
    end = began + seconds

    async def click_on(slot: int) -> None:
        while time.perf_counter() < end:
            measured.took.append(await way.click(slot, next(_numbers)))

    await asyncio.gather(*(click_on(slot) for slot in range(slots)))
    measured.seconds = time.perf_counter() - began
    measured.cpu = {name: cpu_seconds(pid) - before[name] for name, pid in pids.items()}
    return measured


def interleaved(ways: list[Way], rounds: int) -> Iterator[Way]:
    """Give each way once a round, in another order each time."""
    for number in range(rounds):
        turn = number % len(ways)
        yield from ways[turn:] + ways[:turn]
