"""So many clicks in flight at a time, for so long."""

import asyncio
import itertools
import os
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tests.bench.ways.way import Clicked, Refused, Way, cpu_seconds

T = TypeVar("T")

_numbers = itertools.count(1)
# So long a click under way at the end may take; what takes longer is lost.
_PATIENCE = 30.0


@dataclass
class Round:
    """What was measured: the clicks, those that were refused or lost, and CPU seconds of who took part."""

    clicks: list[Clicked] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    lost: int = 0
    seconds: float = 0.0
    way_cpu: float = 0.0
    switch_cpu: float = 0.0
    own_cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Completed clicks a second."""
        return len(self.clicks) / self.seconds

    def answered(self, share: float) -> float:
        """Give the seconds in which this share of the clicks was answered."""
        return quantile([click.answered for click in self.clicks], share)

    def completed(self, share: float) -> float:
        """Give the seconds in which this share of the clicks was completed."""
        return quantile([click.completed for click in self.clicks], share)


def quantile(values: Sequence[float], share: float) -> float:
    """Give what this share of the values, in thousandths, is below; of none it is 0."""
    if len(values) < 2:
        return next(iter(values), 0.0)
    return statistics.quantiles(values, n=1000, method="inclusive")[round(share * 1000) - 1]


async def keep_in_flight(way: Way, slots: int, seconds: float, switch_pid: int) -> Round:
    """Keep so many clicks in flight for so long; the next one of a slot starts when its last is completed.

    One that was refused comes again when it was told to; one whose connection broke is lost. Any other fault
    of the way ends it all.
    """
    measured = Round()
    before = way.cpu(), cpu_seconds([switch_pid]), cpu_seconds([os.getpid()])
    began = time.perf_counter()
    end = began + seconds

    async def click_on(slot: int) -> None:
        while time.perf_counter() < end:
            try:
                measured.clicks.append(await way.click(slot, next(_numbers)))
            except Refused as refusal:
                measured.refused.append(refusal.after)
                await asyncio.sleep(min(refusal.retry_after, max(0.0, end - time.perf_counter())))
            except ConnectionError:
                measured.lost += 1

    tasks = [asyncio.create_task(click_on(slot)) for slot in range(slots)]
    done, late = await asyncio.wait(tasks, timeout=seconds + _PATIENCE, return_when=asyncio.FIRST_EXCEPTION)
    measured.seconds = time.perf_counter() - began
    after = way.cpu(), cpu_seconds([switch_pid]), cpu_seconds([os.getpid()])
    measured.way_cpu, measured.switch_cpu, measured.own_cpu = (
        now - then for then, now in zip(before, after, strict=True)
    )
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for task in done:
        task.result()
    measured.lost += len(late)
    return measured


def interleaved(ways: Iterable[T], rounds: int) -> Iterator[T]:
    """Give each way once a round, in another order each time."""
    each = list(ways)
    for number in range(rounds):
        first = number % len(each)
        yield from each[first:] + each[:first]
