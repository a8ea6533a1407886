"""Faults of the link: it is cut at any place, stalled, slow, half open, or flooded."""

import asyncio
import contextlib
import time
from itertools import islice
from random import Random

from tests.proving.faults import Fault
from tests.proving.ground import Ground
from tests.proving.wiretap import Cut
from tests.switch.foreign import foreign_events

_FLOOD_PER_SECOND = 5_000
# Of the flood, so many bytes may wait for a daemon that does not read.
_MOST_BEHIND = 1 << 20


async def cut_link(ground: Ground, draw: Random) -> None:
    """Cut the link at a random moment, maybe for a while."""
    async with ground.harm("the link is cut"):
        ground.tap.refusing = draw.random() < 0.3
        ground.tap.cut()
        if ground.tap.refusing:
            await asyncio.sleep(draw.uniform(0.5, 4))
            ground.tap.refusing = False


def cut_at(place: Cut) -> Fault:
    """Give the fault that cuts the link at a place, as soon as the crowd has brought it there."""

    async def fault(ground: Ground, _draw: Random) -> None:
        async with ground.harm(f"the link is cut {place}"):
            ground.tap.cut_at = place
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(10):
                    while ground.tap.cut_at is not None:  # noqa: ASYNC110 - the crowd brings it about
                        await asyncio.sleep(0.05)
            ground.tap.cut_at = None

    fault.__name__ = f"cut {place}".replace(" ", "_")
    return fault


async def stall_link(ground: Ground, draw: Random) -> None:
    """Hold everything back that goes through the link, one way or both, then let it through."""
    async with ground.harm("the link is stalled"):
        ground.tap.stall(answers_only=draw.random() < 0.5)
        await asyncio.sleep(draw.uniform(*draw.choice([(0.2, 1.5), (3.0, 6.0), (9.0, 13.0)])))
        ground.tap.flow()


async def delay_link(ground: Ground, draw: Random) -> None:
    """Make the link slow for some seconds."""
    async with ground.harm("the link is slow"):
        ground.tap.delay = draw.uniform(0.05, 0.4)
        await asyncio.sleep(draw.uniform(2, 5))
        ground.tap.delay = 0.0


async def half_open_link(ground: Ground, _draw: Random) -> None:
    """Leave the connection open and pass nothing more: the daemon has to find out by itself."""
    async with ground.harm("the link is half open"):
        ground.tap.half_open()
        began = time.monotonic()
        await ground.daemon.wait_for("/readyz", 503)
        ground.recoveries["a half open link, until it is found"].append(time.monotonic() - began)


async def flood(ground: Ground, draw: Random) -> None:
    """Tell of 5,000 events a second that concern no click."""
    until, events = time.monotonic() + draw.uniform(2, 4), foreign_events()
    async with ground.harm("a flood of foreign events"):
        while time.monotonic() < until:
            await asyncio.sleep(0.02)
            if ground.tap.behind < _MOST_BEHIND:
                ground.tap.interject(b"".join(islice(events, _FLOOD_PER_SECOND // 50)))
