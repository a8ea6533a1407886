"""What a flood of events that concern no click does to clicks, and what it costs c2cd.

Without the event filters in manager.conf the events come from a proxy between Asterisk and c2cd, at the
exact rate. With them it must be Asterisk that says the events, since it is what leaves them out: another AMI
user has it say UserEvents, as many as it can up to that rate. Then it is Asterisk, too, that has work to do.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from tests.bench.figures import Bar, Figure, ratios
from tests.bench.slots import interleaved, keep_in_flight
from tests.bench.switch import TALKER, UNFILTERED, BenchSwitch, bench_switch
from tests.bench.telling import Plan, tell
from tests.bench.ways.daemon import DaemonWay, clicking, daemon_at
from tests.process import resident

PART = "flooding"
RATES = (0, 5_000, 20_000)
HUNDRED_THOUSAND = 100_000
WITHOUT, WITH = "no filters", "the shipped filters"

# Sets the events a second from now on, and gives how many were said until now.
Turn = Callable[[int], Awaitable[int]]


@asynccontextmanager
async def proxied(switch: BenchSwitch) -> AsyncIterator[tuple[int, Turn]]:
    """Give the port of a flooding proxy before the switch, and what turns the flood."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.flooder", str(switch.ami_port)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    async def turn(rate: int) -> int:
        stdin.write(b"%d\n" % rate)
        said: int = json.loads(await stdout.readline())["said"]
        return said

    try:
        yield int(await stdout.readline()), turn
    finally:
        stdin.close()
        await process.wait()


class Talk:
    """An AMI session by which the switch is asked for UserEvents; ``said`` counts those that it said."""

    _ACTION = f"Action: UserEvent\r\nUserEvent: Foreign\r\nText: {'x' * 350}\r\n\r\n".encode()
    # So many are asked for and not yet said, at most.
    _AHEAD = 500

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.rate = self.said = self._asked = 0

    async def turn(self, rate: int) -> int:
        """Ask for so many a second from now on."""
        self.rate = rate
        return self.said

    async def ask(self) -> None:
        """Ask, without end."""
        due, last = 0.0, time.monotonic()
        while True:
            await asyncio.sleep(0.01)
            now = time.monotonic()
            due, last = min(due + (now - last) * self.rate, self.rate), now
            count = max(0, min(int(due), self.said + self._AHEAD - self._asked))
            self._writer.write(self._ACTION * count)
            self._asked += count
            due -= count

    async def count(self) -> None:
        """Count, without end."""
        while data := await self._reader.read(1 << 16):
            self.said += data.count(b"Message: Event Sent")


@asynccontextmanager
async def talking(switch: BenchSwitch) -> AsyncIterator[Turn]:
    """Give what turns the flood that the switch itself says."""
    reader, writer = await asyncio.open_connection(switch.ami_host, switch.ami_port)
    secret = switch.managers[TALKER].secret
    writer.write(f"Action: Login\r\nUsername: {TALKER}\r\nSecret: {secret}\r\nEvents: off\r\n\r\n".encode())
    talk = Talk(reader, writer)
    tasks = [asyncio.create_task(talk.ask()), asyncio.create_task(talk.count())]
    try:
        yield talk.turn
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        writer.close()


@asynccontextmanager
async def flooded(switch: BenchSwitch, filters: str) -> AsyncIterator[tuple[DaemonWay, Turn]]:
    """Give the way to a daemon whose switch can be made to say foreign events."""
    async with AsyncExitStack() as stack:
        if filters == WITHOUT:
            port, turn = await stack.enter_async_context(proxied(switch))
            username = UNFILTERED
        else:
            turn = await stack.enter_async_context(talking(switch))
            port, username = switch.ami_port, switch.username
        secret = switch.managers[username].secret
        daemon = await stack.enter_async_context(daemon_at(port, secret, username=username))
        way = await stack.enter_async_context(clicking(daemon))
        yield way, turn
        await way.verify()


async def measure(plan: Plan) -> list[Figure]:
    """Measure clicks and the cost of the events, with the filters and without."""
    found = []
    async with bench_switch() as switch:
        for filters in (WITHOUT, WITH):
            async with flooded(switch, filters) as (way, turn):
                found += await _clicks(plan, switch, way, turn, filters)
                found += await _cost(plan, way, turn, filters)
    return found


async def _clicks(plan: Plan, switch: BenchSwitch, way: DaemonWay, turn: Turn, filters: str) -> list[Figure]:
    """Click one after another, amid so many events."""
    await keep_in_flight(way, 1, plan.seconds, switch.pid)
    medians, reached = defaultdict(list), defaultdict(list)
    for rate in interleaved(RATES, plan.rounds):
        before, began = await turn(rate), time.monotonic()
        measured = await keep_in_flight(way, 1, plan.seconds, switch.pid)
        after, took = await turn(0), time.monotonic() - began
        if measured.lost or measured.refused:
            raise RuntimeError(
                f"amid events {measured.lost} clicks were lost, {len(measured.refused)} refused"
            )
        medians[rate].append(measured.completed(0.5) * 1000)
        reached[rate].append((after - before) / took)
        tell(f"{filters}, {reached[rate][-1]:.0f} events a second: a click in {medians[rate][-1]:.1f} ms")
        await asyncio.sleep(0.5)
    figures = [
        Figure(PART, filters, f"{rate} events/s", what, values[rate])
        for rate in RATES
        for what, values in (("median click, ms", medians), ("events a second that were said", reached))
    ]
    return figures + [
        Figure(
            PART,
            filters,
            f"{rate} events/s",
            "median click beside none",
            ratios(medians[rate], medians[0]),
            Bar(most=2) if rate == max(RATES) else None,
        )
        for rate in RATES[1:]
    ]


async def _cost(plan: Plan, way: DaemonWay, turn: Turn, filters: str) -> list[Figure]:
    """Have the events said while nobody clicks, and see what they cost."""
    seconds, grown = [], []
    for _ in range(plan.rounds):
        memory, before = resident(way.daemon.pid), way.cpu()
        first = await turn(max(RATES))
        while (said := await turn(max(RATES)) - first) < HUNDRED_THOUSAND:  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.05)
        await turn(0)
        await asyncio.sleep(1.0)
        seconds.append((way.cpu() - before) / said * HUNDRED_THOUSAND)
        grown.append(resident(way.daemon.pid) - memory)
        tell(f"{filters}: {seconds[-1]:.2f} s for {HUNDRED_THOUSAND} events")
    bar = Bar(most=2 if filters == WITHOUT else 0.5)
    events = f"{HUNDRED_THOUSAND:,} events"
    return [
        Figure(PART, filters, events, "CPU of c2cd, s", seconds, bar),
        Figure(PART, filters, events, "memory that they leave, MiB", grown),
    ]
