"""The time from the start of ``c2cd serve`` until the first 200 of /readyz, while Asterisk is up."""

import asyncio
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Bar, Figure
from tests.bench.switch import BenchSwitch, bench_switch
from tests.bench.telling import Plan, tell
from tests.bench.ways.daemon import LIMITS, REGION
from tests.bench.ways.http import Clients, request, status
from tests.process import Daemon

PART = "starting"
# Starts in each round.
_STARTS = 3


async def measure(plan: Plan) -> list[Figure]:
    """Start it some times, always on the same database."""
    async with bench_switch() as switch:
        with tempfile.TemporaryDirectory(prefix="c2cd-bench-") as folder:
            daemon = Daemon(Path(folder), switch.ami_port, secret=switch.secret, limits=LIMITS, more=REGION)
            took = [await _start(switch, daemon) for _ in range(plan.rounds * _STARTS)]
    tell(f"ready after {min(took):.2f} to {max(took):.2f} s")
    return [Figure(PART, "c2cd", "Asterisk is up", "start to ready, s", took, Bar(most=1.0))]


async def _start(switch: BenchSwitch, daemon: Daemon) -> float:
    await switch.idle()
    client = Clients("127.0.0.1", daemon.port)
    began = time.perf_counter()
    starting = asyncio.create_task(daemon.start(ready=False))
    try:
        while True:
            try:
                if status(await client.ask(0, request("GET", "/readyz"))) == 200:
                    return time.perf_counter() - began
            except ConnectionError:
                pass
            await asyncio.sleep(0.002)
    finally:
        client.close()
        await starting
        await daemon.stop()
