"""What a hundred open event streams do to clicks, and to the daemon's end.

Half of them follow the account, and are told of every click; the other half follow a call each, which talks
on. Those calls live in the turns without streams too. Asterisk, the clients and who reads the streams have
the same processors as c2cd.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tests.bench.figures import Bar, Figure, ratios
from tests.bench.slots import interleaved, keep_in_flight
from tests.bench.switch import BUTTON, TALKING, TALKING_EXTENSION, BenchSwitch, bench_switch
from tests.bench.telling import Plan, tell
from tests.bench.ways.daemon import DaemonWay, clicking, daemon_on
from tests.process import Daemon

PART = "streaming"
OF_THE_ACCOUNT, OF_CALLS = 50, 50
STREAMS = OF_THE_ACCOUNT + OF_CALLS
SLOTS = (1, 16)

Targets = Sequence[tuple[str, Mapping[str, str]]]


class Followers:
    """The process that holds the streams open."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def messages(self) -> int:
        """Tell how many messages have come so far."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        return int((await self.told())["messages"])

    async def told(self) -> dict[str, Any]:
        """Give what it says next; at the streams' end it does so without being asked."""
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return told


@asynccontextmanager
async def following(daemon: Daemon, targets: Targets) -> AsyncIterator[Followers]:
    """Hold streams open while the block runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.follower", str(daemon.port)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(targets).encode() + b"\n")
        if await process.stdout.readline() != b"open\n":
            raise RuntimeError("the streams could not be opened")
        yield Followers(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def talking_calls(daemon: Daemon, count: int = OF_CALLS) -> list[str]:
    """Place calls that talk on, and give where the stream of each is."""
    button = await daemon.create_button(**{**BUTTON, "extension": TALKING_EXTENSION})
    found = []
    for number in range(count):
        contact = f"{TALKING}{2_000_000 + number}"
        answer = await daemon.request("POST", f"/{button}/connect", {"contact": contact})
        data = answer.json()["data"]
        found.append(
            f"/v2/accounts/acme/clicktocall/{button}/connect/{data['call_id']}/events"
            f"?call_token={data['call_token']}"
        )
    return found


def targets(daemon: Daemon, calls: Sequence[str]) -> Targets:
    """Give what to open: the streams of the account, and that of each call."""
    account = ("/v2/accounts/acme/events", {"x-auth-token": daemon.token})
    return [account] * OF_THE_ACCOUNT + [(call, {}) for call in calls]


async def measure(plan: Plan) -> list[Figure]:
    """Measure clicks with the streams and without in turns, and then the end with all of them open."""
    medians: dict[tuple[int, bool], list[float]] = defaultdict(list)
    told: dict[int, list[float]] = defaultdict(list)
    async with bench_switch() as switch, daemon_on(switch) as daemon, clicking(daemon) as way:
        streams = targets(daemon, await talking_calls(daemon))
        for slots in SLOTS:
            await keep_in_flight(way, slots, plan.seconds, switch.pid)
            for is_followed in interleaved((False, True), plan.rounds):
                if is_followed:
                    async with following(daemon, streams) as followers:
                        median = await _median(way, slots, plan.seconds, switch)
                        told[slots].append(await followers.messages() / plan.seconds)
                else:
                    median = await _median(way, slots, plan.seconds, switch)
                medians[slots, is_followed].append(median)
                tell(f"{slots} in flight, {STREAMS * is_followed} streams: a click in {median:.1f} ms")
        await way.verify()
        ending = await _end(daemon, streams)
    return [figure for slots in SLOTS for figure in _figures(slots, medians, told[slots])] + ending


async def _median(way: DaemonWay, slots: int, seconds: float, switch: BenchSwitch) -> float:
    measured = await keep_in_flight(way, slots, seconds, switch.pid)
    if measured.lost or measured.refused:
        raise RuntimeError(f"{measured.lost} clicks were lost, {len(measured.refused)} refused")
    return measured.completed(0.5) * 1000


async def _end(daemon: Daemon, streams: Targets) -> list[Figure]:
    """Send TERM while all streams are open."""
    async with following(daemon, streams) as followers:
        began = time.monotonic()
        code = await daemon.stop()
        took = time.monotonic() - began
        ended = (await followers.told())["ended"]
    if code != 0:
        raise RuntimeError(f"c2cd ended with {code}")
    tell(f"TERM with {STREAMS} streams open: over in {took:.2f} s, {ended} ended well")
    under = f"{STREAMS} streams"
    return [
        Figure(PART, "c2cd", under, "TERM to the end, s", [took], Bar(most=5)),
        Figure(PART, "c2cd", under, "streams that ended well at TERM", [ended], Bar(least=STREAMS)),
    ]


def _figures(slots: int, medians: Mapping[tuple[int, bool], list[float]], told: list[float]) -> list[Figure]:
    without, followed = medians[slots, False], medians[slots, True]
    load = f"{slots} in flight"
    return [
        Figure(
            PART,
            f"{STREAMS} streams / none",
            load,
            "median click",
            ratios(followed, without),
            Bar(most=1.5),
        ),
        Figure(PART, f"{STREAMS} streams", load, "median click, ms", followed),
        Figure(PART, "no streams", load, "median click, ms", without),
        Figure(PART, f"{STREAMS} streams", load, "messages a second", told),
    ]
