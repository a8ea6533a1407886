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
    """What was measured: the clicks that began in these seconds, and how many ``ended`` in them.

    Beside them the seconds after which clicks were refused, how many were lost, and the CPU seconds, in the
    same span, of who took part.
    """

    clicks: list[Clicked] = field(default_factory=list)
    ended: int = 0
    refused: list[float] = field(default_factory=list)
    lost: int = 0
    seconds: float = 0.0
    way_cpu: float = 0.0
    switch_cpu: float = 0.0
    own_cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Completed clicks a second."""
        return self.ended / self.seconds

    def each(self, cpu: float) -> float:
        """Give the milliseconds a click; where none was completed it is infinite."""
        return cpu / self.ended * 1000 if self.ended else float("inf")

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


async def keep_in_flight(
    way: Way, slots: int, seconds: float, switch_pid: int, *, warm_up: float = 0.0
) -> Round:
    """Keep so many clicks in flight for so long; the next one of a slot starts when its last is completed.

    The ``warm_up`` before is not counted: a way begins cold, and with nothing in flight. One that was refused
    comes again when it was told to; one whose connection broke is lost. Any other fault ends it all.
    """
    measured = Round()
    begin = time.perf_counter() + warm_up
    end = begin + seconds

    async def click_on(slot: int) -> None:
        while (began := time.perf_counter()) < end:
            try:
                clicked = await way.click(slot, next(_numbers))
            except Refused as refusal:
                measured.refused.append(refusal.after)
                await asyncio.sleep(min(refusal.retry_after, max(0.0, end - time.perf_counter())))
            except ConnectionError:
                measured.lost += 1
            else:
                if began >= begin:
                    measured.clicks.append(clicked)
                measured.ended += begin <= time.perf_counter() < end

    tasks = [asyncio.create_task(click_on(slot)) for slot in range(slots)]
    tasks.append(asyncio.create_task(_take_time(measured, way, switch_pid, begin, end)))
    done, late = await asyncio.wait(
        tasks, timeout=warm_up + seconds + _PATIENCE, return_when=asyncio.FIRST_EXCEPTION
    )
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for task in done:
        task.result()
    measured.lost += len(late)
    return measured


async def _take_time(measured: Round, way: Way, switch_pid: int, begin: float, end: float) -> None:
    """See what CPU time goes by from the beginning to the end."""
    await asyncio.sleep(begin - time.perf_counter())
    began, before = time.perf_counter(), _cpu(way, switch_pid)
    await asyncio.sleep(end - time.perf_counter())
    measured.seconds = time.perf_counter() - began
    measured.way_cpu, measured.switch_cpu, measured.own_cpu = (
        now - then for then, now in zip(before, _cpu(way, switch_pid), strict=True)
    )


def _cpu(way: Way, switch_pid: int) -> tuple[float, float, float]:
    return way.cpu(), cpu_seconds([switch_pid]), cpu_seconds([os.getpid()])


def interleaved(ways: Iterable[T], rounds: int) -> Iterator[T]:
    """Give each way once a round, in another order each time."""
    each = list(ways)
    for number in range(rounds):
        first = number % len(each)
        yield from each[first:] + each[:first]
