"""Faults of the daemon itself: it dies, is stopped, stands still, or is started twice."""

import asyncio
import time
from random import Random

from tests.process import free_port
from tests.proving.daemon import serve_in_vain
from tests.proving.ground import Ground
from tests.proving.rigged import POINTS

# What TERM may take, and what a machine that is shared adds to it.
_LONGEST_STOP = 5.0
_SLACK = 1.5


async def kill_daemon(ground: Ground, draw: Random) -> None:
    """Kill the daemon at a random moment, and start it again."""
    async with ground.harm("the daemon is killed"):
        await ground.daemon.kill()
        ground.deaths["daemon"] += 1
        if draw.random() < 0.3:
            await asyncio.sleep(draw.uniform(0, 2))
        await ground.daemon.start(ready=False)


async def kill_daemon_at_a_point(ground: Ground, draw: Random) -> None:
    """Have the daemon die at a point of some click's way, and start it again."""
    point = draw.choice(POINTS)
    async with ground.harm(f"the daemon dies {point}"):
        ground.daemon.ask(point=point, count=draw.randint(1, 4))
        await ground.daemon.tell()
        if not await ground.daemon.end(within=20):
            ground.complaints.append(f"no click passed {point} within 20 s")
        await ground.daemon.kill()
        ground.deaths["daemon"] += 1
        ground.daemon.ask()
        await ground.daemon.start(ready=False)


async def stop_daemon(ground: Ground, _draw: Random) -> None:
    """Send TERM in the middle of clicks: it ends with 0 in time."""
    async with ground.harm("TERM"):
        began = time.monotonic()
        code = await ground.daemon.stop()
        took = time.monotonic() - began
        ground.recoveries["TERM until the end"].append(took)
        if code != 0 or took > _LONGEST_STOP + _SLACK:
            ground.complaints.append(f"TERM: exit {code} after {took:.1f} s")
        await ground.daemon.start(ready=False)


async def stop_daemon_twice(ground: Ground, draw: Random) -> None:
    """Send TERM twice: it ends where it stands."""
    async with ground.harm("TERM twice"):
        stopping = asyncio.create_task(ground.daemon.stop())
        await asyncio.sleep(draw.uniform(0, 0.3))
        if ground.daemon.is_alive:
            ground.daemon.terminate()
        await stopping
        await ground.daemon.start(ready=False)


async def start_another_daemon(ground: Ground, _draw: Random) -> None:
    """Start a second daemon on the same database: it refuses, and says why."""
    config = ground.daemon.config.with_name("second.toml")
    text = ground.daemon.config.read_text().replace(str(ground.daemon.port), str(free_port()))
    config.write_text(text)
    code, said = await serve_in_vain(config)
    if code == 0 or "another c2cd serves with this database" not in said:
        ground.complaints.append(f"a second daemon: exit {code}: {said}")


async def read_slowly(ground: Ground, draw: Random) -> None:
    """Have the daemon stand still (SIGSTOP), so that it reads nothing of what the switch tells."""
    async with ground.harm("the daemon stands still"):
        ground.daemon.pause()
        await asyncio.sleep(draw.uniform(*draw.choice([(0.2, 1.5), (4.0, 9.0)])))
        ground.daemon.resume()
