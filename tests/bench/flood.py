"""What a flood of events that concern no click does to clicks, to the daemon's CPU time and to its memory.

    python -m tests.bench.flood [EVENTS_A_SECOND] [--real]

It runs the daemon on the simulated switch behind a proxy that says EVENTS_A_SECOND (5,000) foreign events
between the switch's own messages. Quiet turns and turns with the flood take each other's place; the medians
of both are printed, the daemon's CPU time in both, its resident memory over time, how many bytes it was
behind at most, and its longest callback. With ``--real`` the switch is Asterisk (as root, see tests/lab): a
second AMI user has it say as many UserEvents as it takes, to a user of ours without event filters.
"""

import asyncio
import os
import secrets
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from c2cd.clock import SystemClock
from c2cd.switch.simulated import SimulatedSwitch
from tests.lab.asterisk import Asterisk
from tests.lab.configuration import Manager
from tests.process import Daemon, eventually, running
from tests.switch.foreign import foreign_events
from tests.switch.proxy import Proxy
from tests.web.site import SECRET, quick_phone

TURNS = 12
CLICKS = 30
# So many times a second the flood comes, as Asterisk's own does: in small lumps.
LUMPS = 100
# A user of ours whose admin has left the filters out, and one who may say what he likes.
OPEN_HANDED = """
[c2cd]
secret = CHANGE-ME
read = call,system,user,dialplan
write = originate,reporting
writetimeout = 5000
"""
TALKER = "talker"
# Seconds in which nobody clicks.
REST = 0.5


@dataclass
class Flood:
    """A flood that can be turned on: ``said`` counts its events, ``behind`` the most that waited."""

    said: int = 0
    behind: int = 0
    on: asyncio.Event = field(default_factory=asyncio.Event)

    async def inject(self, proxy: Proxy, rate: int) -> None:
        """Say so many events a second while it is on; what was missed is made up for."""
        events = foreign_events()
        while True:
            await self.on.wait()
            began, before = time.monotonic(), self.said
            while self.on.is_set():
                due = int((time.monotonic() - began) * rate) - (self.said - before)
                proxy.interject(b"".join(next(events) for _ in range(due)))
                self.said += due
                self.behind = max(self.behind, proxy.behind)
                await asyncio.sleep(1 / LUMPS)

    async def ask_for(self, asterisk: Asterisk, rate: int) -> None:
        """Have Asterisk say so many UserEvents a second while it is on, if it can."""
        reader, writer = await asyncio.open_connection(asterisk.ami_host, asterisk.ami_port)
        secret = asterisk.managers[TALKER].secret
        writer.write(
            f"Action: Login\r\nUsername: {TALKER}\r\nSecret: {secret}\r\nEvents: off\r\n\r\n".encode()
        )
        action = f"Action: UserEvent\r\nUserEvent: Foreign\r\nText: {'x' * 400}\r\n\r\n".encode()

        async def count() -> None:
            while data := await reader.read(1 << 16):
                self.said += data.count(b"Response: Success")

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(count())
            while True:
                await self.on.wait()
                began, asked = time.monotonic(), 0
                while self.on.is_set():
                    due = int((time.monotonic() - began) * rate) - asked
                    writer.write(action * due)
                    asked += due
                    await writer.drain()
                    await asyncio.sleep(1 / LUMPS)


@dataclass
class Turns:
    """What was measured in all turns of one kind."""

    clicks: list[float] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)
    cpu: float = 0.0
    resident: list[float] = field(default_factory=list)
    longest: list[str] = field(default_factory=list)

    @contextmanager
    def resting(self, pid: int) -> Iterator[None]:
        """Add the daemon's CPU time in the block, and the memory at its end."""
        before = cpu_seconds(pid)
        yield
        self.cpu += cpu_seconds(pid) - before
        self.resident.append(resident(pid))


def cpu_seconds(pid: int) -> float:
    """Give the CPU time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Give the resident memory of a process in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


async def longest(pid: int, seen: Path) -> str:
    """Have the loop's watch tell its longest callback since the last time: milliseconds, and which."""
    _forget(seen)
    os.kill(pid, signal.SIGUSR1)
    return await eventually(partial(_told, seen), 30)


def _forget(seen: Path) -> None:
    seen.unlink(missing_ok=True)


async def _told(seen: Path) -> str | None:
    return _text(seen)


def _text(seen: Path) -> str | None:
    return seen.read_text() if seen.exists() else None


async def click(http: httpx.AsyncClient, button_id: str, contact: str, *, blocking: bool) -> float:
    """Click, and give the milliseconds until the answer: the order was taken, or the two talk."""
    began = time.perf_counter()
    document = {"data": {"contact": contact, "blocking": blocking}}
    response = await http.post(f"/{button_id}/connect", json=document)
    assert response.status_code == 200, response.text
    assert not blocking or response.json()["data"]["result"] == "success", response.text
    return (time.perf_counter() - began) * 1000


@dataclass(frozen=True)
class Place:
    """A switch that is flooded: how it is reached, and who answers there."""

    flood: Flood
    port: int
    secret: str
    extension: str
    contact: str


@asynccontextmanager
async def simulated(rate: int) -> AsyncIterator[Place]:
    """Give the simulated switch behind a flood."""
    flood = Flood()
    async with SimulatedSwitch(SystemClock(), "c2cd", SECRET, phones=quick_phone).listening() as port:
        proxy = Proxy(port)
        async with proxy.listening() as flooded:
            flooding = asyncio.create_task(flood.inject(proxy, rate))
            yield Place(flood, flooded, SECRET, "1001", "+15551234")
            flooding.cancel()


@asynccontextmanager
async def real(rate: int) -> AsyncIterator[Place]:
    """Give Asterisk 22, which is asked for a flood."""
    flood = Flood()
    talker = Manager(secret=secrets.token_hex(16), read="", write="user")
    async with Asterisk("testing", section=OPEN_HANDED, managers={TALKER: talker}) as asterisk:
        flooding = asyncio.create_task(flood.ask_for(asterisk, rate))
        yield Place(flood, asterisk.ami_port, asterisk.secret, "2000", "2004")
        flooding.cancel()


async def run(place: AbstractAsyncContextManager[Place]) -> None:
    """Measure, and print what was measured."""
    with tempfile.TemporaryDirectory() as name:
        async with place as at:
            daemon = Daemon(Path(name), at.port, secret=at.secret)
            seen = Path(name) / "longest"
            daemon.command = [sys.executable, "-m", "tests.loop_watch", str(seen)]
            async with running(daemon):
                await measure(daemon, at, seen)


async def measure(daemon: Daemon, at: Place, seen: Path) -> None:
    """Click in turns, and print."""
    button_id = await daemon.create_button(extension=at.extension)
    assert daemon._process is not None
    pid = daemon._process.pid
    kinds = {"quiet": Turns(), "flood": Turns()}
    base, headers = f"{daemon.url}/v2/accounts/acme/clicktocall", {"x-auth-token": daemon.token}
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=60) as http:
        await click(http, button_id, at.contact, blocking=True)
        for _ in range(TURNS):
            for kind, turns in kinds.items():
                if kind == "flood":
                    at.flood.on.set()
                await longest(pid, seen)
                for _ in range(CLICKS):
                    turns.clicks.append(await click(http, button_id, at.contact, blocking=False))
                    turns.calls.append(await click(http, button_id, at.contact, blocking=True))
                with turns.resting(pid):
                    await asyncio.sleep(REST)
                turns.longest.append(await longest(pid, seen))
                at.flood.on.clear()
    quiet = kinds["quiet"]
    for kind, turns in kinds.items():
        tell(f"{kind}: a click", turns.clicks, quiet.clicks)
        tell(f"{kind}: a call, until both talk", turns.calls, quiet.calls)
    for kind, turns in kinds.items():
        worst = max(turns.longest, key=lambda told: float(told.partition(" ")[0]))
        print(f"{kind}: without clicks {turns.cpu / (REST * TURNS):.1%} of a core")  # noqa: T201
        print(f"{kind}: longest callback {worst[:80]}")  # noqa: T201
        print(f"{kind}: memory {' '.join(f'{each:.1f}' for each in turns.resident)} MiB")  # noqa: T201
    print(f"{at.flood.said} events; at most {at.flood.behind} bytes of them were not taken at once")  # noqa: T201


def tell(what: str, times: list[float], reference: list[float]) -> None:
    """Print how long something took, and how long beside its reference."""
    median, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
    ratio = median / statistics.median(reference)
    print(f"{what:36} median {median:6.1f} ms, p99 {p99:6.1f} ms  {ratio:5.2f} x")  # noqa: T201


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    asyncio.run(run((real if "--real" in sys.argv else simulated)(numbers[0] if numbers else 5_000)))
