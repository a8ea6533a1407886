"""The limit: one AMI socket, on which the very Originates that c2cd composes are pipelined."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.bench.switch import RAW, BenchSwitch
from tests.bench.watching import Watcher, watching
from tests.bench.ways.order import new_call_id, template
from tests.bench.ways.way import Clicked, contact


class Raw:
    """Pipelines Originates; it hears their ends by the same socket."""

    name = "raw"

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._template = template().encode()

    async def click(self, _slot: int, number: int) -> Clicked:
        """Send one, and wait until it is decided."""
        began = time.perf_counter()
        call_id = new_call_id().encode()
        decided = self._watcher.decided(call_id)
        self._watcher.write(self._template % {b"id": call_id, b"contact": contact(number).encode()})
        await decided
        took = time.perf_counter() - began
        return Clicked(took, took)

    def cpu(self) -> float:
        """Give none: it is in the benchmark's own process."""
        return 0.0


@asynccontextmanager
async def raw(switch: BenchSwitch) -> AsyncIterator[Raw]:
    """Open the way."""
    async with watching(switch, RAW) as watcher:
        yield Raw(watcher)
