"""The memory that c2cd takes: at idle, and for calls that live.

A call of Local channels takes Asterisk some descriptors. Where a process may not have as many as so many
calls need, the simulated switch says what Asterisk would say of them.
"""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from c2cd.clock import SystemClock
from c2cd.switch.simulated import SimulatedSwitch
from c2cd.switch.simulated_phones import Phone
from tests.bench.figures import Bar, Figure
from tests.bench.switch import TALKING, TALKING_EXTENSION, bench_switch
from tests.bench.telling import Plan, tell
from tests.bench.ways.daemon import DaemonWay, clicking, daemon_at, daemon_on
from tests.process import Daemon, eventually, resident
from tests.web.site import SECRET

PART = "memory"
LIVE = (1_000, 5_000)
# Seen on Asterisk 22; and so many it has beside.
_DESCRIPTORS_A_CALL, _DESCRIPTORS = 10, 1_000
# So many calls are begun at a time.
_SLOTS = 8
_PATIENCE = 60.0
# After so many seconds c2cd has looked at its calls in every way that it does now and then.
_REST = 15.0


def bears(live: int) -> bool:
    """Tell whether a real switch may have the descriptors of so many calls here."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    return most == resource.RLIM_INFINITY or most >= live * _DESCRIPTORS_A_CALL + _DESCRIPTORS


@asynccontextmanager
async def real() -> AsyncIterator[Daemon]:
    """Run a daemon on Asterisk."""
    async with bench_switch() as switch, daemon_on(switch) as daemon:
        yield daemon


@asynccontextmanager
async def simulated() -> AsyncIterator[Daemon]:
    """Run a daemon on the simulated switch, whose phones answer at once and talk on."""

    def talks_on(_number: str) -> Phone:
        return Phone(rings_after=0.0, answers_after=0.0, talks=3600.0)

    switch = SimulatedSwitch(SystemClock(), "c2cd", SECRET, phones=talks_on)
    async with switch.listening() as port, daemon_at(port, SECRET) as daemon:
        yield daemon


async def measure(_plan: Plan) -> list[Figure]:
    """Measure once: memory does not come and go with the hour."""
    found = []
    for live in LIVE:
        at = f"{live:,} live calls" if bears(live) else f"{live:,} live calls, simulated"
        async with (
            real() if bears(live) else simulated() as daemon,
            clicking(daemon, extension=TALKING_EXTENSION) as way,
        ):
            idle = resident(daemon.pid)
            await _raise_to(way, live)
            await asyncio.sleep(_REST)
            memory = resident(daemon.pid)
        each = (memory - idle) * 1024 / live
        tell(f"at idle {idle:.1f} MiB, {at}: {memory:.1f} MiB, {each:.1f} KiB a call")
        found += [
            Figure(PART, "c2cd", f"idle, before {at}", "memory, MiB", [idle], Bar(most=70)),
            Figure(PART, "c2cd", at, "memory, MiB", [memory]),
            Figure(PART, "c2cd", at, "memory a call, KiB", [each], Bar(most=8)),
        ]
    return found


async def _raise_to(way: DaemonWay, live: int) -> None:
    """Place calls until so many live, which talk on."""
    numbers = iter(range(live))

    async def place(slot: int) -> None:
        for number in numbers:
            await way.call(slot, f"{TALKING}{2_000_000 + number}")

    await asyncio.gather(*(place(slot) for slot in range(_SLOTS)))

    async def all_talk() -> bool:
        return way.rows() == {"bridged": live}

    try:
        await eventually(all_talk, _PATIENCE)
    except TimeoutError as fault:
        raise RuntimeError(f"of {live} calls that were to talk, {dict(way.rows())}") from fault
