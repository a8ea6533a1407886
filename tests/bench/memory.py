"""The memory that c2cd takes: at idle, and for calls that live."""

import asyncio
from pathlib import Path

from tests.bench.figures import Bar, Figure
from tests.bench.switch import TALKING, TALKING_EXTENSION, bench_switch
from tests.bench.telling import Plan, tell
from tests.bench.ways.daemon import DaemonWay, clicking, daemon_on
from tests.process import eventually

PART = "memory"
LIVE = (1_000, 5_000)
# So many calls are begun at a time.
_SLOTS = 8
_PATIENCE = 30.0


def resident(pid: int) -> float:
    """Give the resident memory of a process in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


async def measure(_plan: Plan) -> list[Figure]:
    """Measure once: memory does not come and go with the hour."""
    async with (
        bench_switch() as switch,
        daemon_on(switch) as daemon,
        clicking(daemon, extension=TALKING_EXTENSION) as way,
    ):
        idle = resident(daemon.pid)
        tell(f"at idle {idle:.1f} MiB")
        found = [Figure(PART, "c2cd", "idle", "memory, MiB", [idle], Bar(most=70))]
        for live in LIVE:
            await _raise_to(way, live)
            memory = resident(daemon.pid)
            each = (memory - idle) * 1024 / live
            tell(f"{live} live calls: {memory:.1f} MiB, {each:.1f} KiB a call")
            at = f"{live:,} live calls"
            found += [
                Figure(PART, "c2cd", at, "memory, MiB", [memory]),
                Figure(PART, "c2cd", at, "memory a call, KiB", [each], Bar(most=8)),
            ]
        return found


async def _raise_to(way: DaemonWay, live: int) -> None:
    """Place calls until so many live, which talk on."""
    numbers = iter(range(way.accepted, live))

    async def place(slot: int) -> None:
        for number in numbers:
            await way.call(slot, f"{TALKING}{2_000_000 + number}")

    await asyncio.gather(*(place(slot) for slot in range(_SLOTS)))

    async def all_talk() -> bool:
        return way.results() == {"bridged": live}

    try:
        await eventually(all_talk, _PATIENCE)
    except TimeoutError as fault:
        raise RuntimeError(f"of {live} calls that were to talk, {dict(way.results())}") from fault
