"""A process that stands between a switch and c2cd, and says foreign events.

    python -m tests.bench.flooder PORT

It prints the port at which it listens. For each line on stdin, the events a second from now on, it prints a
JSON object of what it said until now: ``said``, and ``behind``, the most bytes that were not taken at once.
It has a process of its own, so that who clicks does not wait for it.
"""

import asyncio
import itertools
import json
import sys
import time
from dataclasses import dataclass

import click

from tests.switch.foreign import foreign_events
from tests.switch.proxy import Proxy

# So many times a second the flood comes, as Asterisk's own does: in small lumps.
_LUMPS = 100
# They are made before, and said again from the first.
_EVENTS = 20_000


@dataclass
class Flood:
    """Says ``rate`` events a second through a proxy; what was missed is made up for."""

    proxy: Proxy
    rate: int = 0
    said: int = 0
    behind: int = 0

    async def run(self) -> None:
        """Say them, without end."""
        events = list(itertools.islice(foreign_events(), _EVENTS))
        next_one = 0
        due, last = 0.0, time.monotonic()
        while True:
            await asyncio.sleep(1 / _LUMPS)
            now = time.monotonic()
            due, last = due + (now - last) * self.rate, now
            count = min(int(due), _EVENTS)
            lump = events[next_one : next_one + count] + events[: max(0, next_one + count - _EVENTS)]
            next_one = (next_one + count) % _EVENTS
            self.proxy.interject(b"".join(lump))
            due -= count
            self.said += count
            self.behind = max(self.behind, self.proxy.behind)


async def main(port: int) -> None:
    """Do as stdin says, until it ends."""
    proxy = Proxy(port)
    async with proxy.listening() as at:
        click.echo(at)
        flood = Flood(proxy)
        running = asyncio.create_task(flood.run())
        while line := await asyncio.to_thread(sys.stdin.readline):
            flood.rate = int(line)
            click.echo(json.dumps({"said": flood.said, "behind": flood.behind}))
        running.cancel()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
