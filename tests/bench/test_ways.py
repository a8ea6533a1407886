"""What the benchmark counts is real: seen on the real switch, for the limit and for c2cd."""

import asyncio
import os

import pytest

from tests.bench.completing import WAYS
from tests.bench.slots import keep_in_flight
from tests.bench.switch import EXTENSION, bench_switch
from tests.bench.ways.order import CONTACT, ID, headers
from tests.bench.ways.way import Clicked, Refused
from tests.lab.fixtures import require_switch


class Scripted:
    """A way whose clicks do what was said."""

    name = "scripted"

    def __init__(self, *does: Exception | None) -> None:
        self._does = list(does)
        self.in_flight = self.most = 0

    async def click(self, _slot: int, _number: int) -> Clicked:
        """Take a turn of the loop."""
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        await asyncio.sleep(0.01)
        self.in_flight -= 1
        fault = self._does.pop() if self._does else None
        if fault is not None:
            raise fault
        return Clicked(0.01, 0.01)

    def cpu(self) -> float:
        """Give none."""
        return 0.0


async def test_so_many_are_in_flight() -> None:
    """As many slots, as many clicks at a time; refused and broken ones are not counted as completed."""
    way = Scripted(Refused(0.5, 0.0), ConnectionResetError())
    measured = await keep_in_flight(way, 4, 0.1, os.getpid())
    assert way.most == 4
    assert (measured.refused, measured.lost) == ([0.5], 1)
    assert len(measured.clicks) >= 4
    assert measured.rate == measured.ended / measured.seconds
    assert 0 < measured.ended <= len(measured.clicks)
    assert measured.completed(0.99) == 0.01


async def test_a_fault_of_the_way_is_no_figure() -> None:
    """What is neither completed, refused nor broken off ends the run."""
    with pytest.raises(RuntimeError, match="no"):
        await keep_in_flight(Scripted(RuntimeError("no")), 2, 0.1, os.getpid())


def test_the_limit_sends_what_c2cd_sends() -> None:
    """The order is c2cd's own, to its last option, with places for its id and its contact."""
    order = dict(headers())
    assert [order[key] for key in ("ActionID", "ChannelId", "OtherChannelId")] == [ID, ID, f"{ID}-2"]
    assert order["Channel"] == f"Local/{EXTENSION}@from-internal/n"
    assert order["Data"] == f'Local/{CONTACT}@from-internal/n,30,iS(14400)f("1001" <1001>)'


async def test_ways_on_the_real_switch() -> None:
    """Clicks of the limit and of c2cd are completed; c2cd's way looks for their rows."""
    await require_switch("testing")
    async with bench_switch() as switch:
        for name in ("raw", "c2cd"):
            async with WAYS[name](switch) as way:
                measured = await keep_in_flight(way, 4, 0.5, switch.pid)
            assert len(measured.clicks) >= 4
            assert not measured.lost
            assert not measured.refused
            await switch.idle()
