"""What a click costs that is refused since the switch is away, beside ``/healthz``.

It runs the daemon on the simulated switch and takes that away in several manners. Every click must be 503
with Retry-After.
"""

import asyncio
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from tests.bench.figures import Figure, ratios
from tests.bench.telling import Plan, tell
from tests.process import eventually
from tests.web.site import CONTACT, Site, open_site

PART = "away"
# Clicks in each round, and as many /healthz.
_CLICKS = 70


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


async def measure(plan: Plan) -> list[Figure]:
    """Take the switch away in each manner, once in each round."""
    healthy, refused = defaultdict(list), defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="c2cd-bench-") as folder:
        async with open_site(Path(folder)) as site:
            button_id = await site.button()
            for _ in range(plan.rounds):
                for manner, take_away in MANNERS.items():
                    await take_away(site)
                    health: list[float] = []
                    clicks: list[float] = []
                    for _ in range(_CLICKS):
                        await take(site.http.get("/healthz"), health, 200)
                        await take(site.connect(button_id, CONTACT), clicks, 503)
                    healthy[manner].append(statistics.median(health))
                    refused[manner].append(statistics.median(clicks))
                    tell(f"{manner}: {healthy[manner][-1]:.2f} ms, a click {refused[manner][-1]:.2f} ms")
                    await restore(site)
    return [
        figure
        for manner in MANNERS
        for figure in (
            Figure(PART, "c2cd", manner, "median time to 503, ms", refused[manner]),
            Figure(PART, "c2cd", manner, "beside /healthz", ratios(refused[manner], healthy[manner])),
        )
    ]
