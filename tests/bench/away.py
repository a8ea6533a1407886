"""What a click costs that is refused since the switch is away, beside ``/healthz``.

    python -m tests.bench.away [CLICKS]

It runs the daemon on the simulated switch and takes that away in several manners. In each it prints what
``/readyz`` says, and medians and 99th percentiles of CLICKS (200) clicks and as many ``/healthz`` in turns.
Every click must be 503 with Retry-After.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from tests.process import eventually
from tests.web.site import CONTACT, Site, open_site


async def refuse(site: Site) -> None:
    """Hang up, and on whoever connects."""
    site.proxy.refusing = True
    site.proxy.cut()
    await site.daemon.wait_for("/readyz", 503)


async def fall_silent(site: Site) -> None:
    """Stand still with all connections open, as a stopped process does, until that is found out."""
    site.proxy.stall()

    async def away() -> bool:
        said: str = (await site.http.get("/readyz")).json()["switch"]
        return "does not answer" in said

    await eventually(away, 30)


async def leave_an_order_unanswered(site: Site) -> None:
    """Stand still when an order has come; the link does not know yet that the switch is away."""
    site.proxy.stall()
    _unanswered.append(asyncio.create_task(site.connect(await site.button())))
    await site.daemon.wait_for("/readyz", 503)


_unanswered: list[asyncio.Task[httpx.Response]] = []
MANNERS: dict[str, Callable[[Site], Awaitable[None]]] = {
    "it refuses connections": refuse,
    "it is silent": fall_silent,
    "it leaves an order unanswered": leave_an_order_unanswered,
}


async def restore(site: Site) -> None:
    """Give the switch back."""
    site.proxy.refusing = False
    site.proxy.flow()
    await asyncio.gather(*_unanswered)
    await site.daemon.wait_for("/readyz")


async def take(asking: Awaitable[httpx.Response], times: list[float], status: int) -> None:
    """Ask, and note the milliseconds."""
    began = time.perf_counter()
    response = await asking
    times.append((time.perf_counter() - began) * 1000)
    assert response.status_code == status, response.text
    assert status == 200 or int(response.headers["retry-after"]) >= 1


async def run(count: int) -> None:
    """Measure, and print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_site(Path(folder)) as site:
            button_id = await site.button()
            for manner, take_away in MANNERS.items():
                await take_away(site)
                print(f"{manner}: {(await site.http.get('/readyz')).json()['switch']}")  # noqa: T201
                times: dict[str, list[float]] = {"/healthz": [], "a click": []}
                for _ in range(count):
                    await take(site.http.get("/healthz"), times["/healthz"], 200)
                    await take(site.connect(button_id, CONTACT), times["a click"], 503)
                for what, found in times.items():
                    p50, p99 = statistics.median(found), statistics.quantiles(found, n=100)[98]
                    ratio = p50 / statistics.median(times["/healthz"])
                    print(f"    {what:10} p50 {p50:6.2f} ms, p99 {p99:6.2f} ms  {ratio:5.2f} x")  # noqa: T201
                await restore(site)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
