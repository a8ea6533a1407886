"""More clicks at once than c2cd has room for: what is accepted is completed, and the rest is told so, soon.

Three crowds: one that comes near its bounds, one with more connections than it takes by default, and one
with as many connections as it likes, but more clicks than the switch can be given.
"""

import os
from collections import Counter
from collections.abc import Mapping

from tests.bench.figures import Bar, Figure
from tests.bench.slots import Round, keep_in_flight, quantile
from tests.bench.switch import BenchSwitch, bench_switch
from tests.bench.telling import Plan, tell
from tests.bench.ways.daemon import clicking, daemon_on
from tests.process import eventually

PART = "overload"
# By what the table calls it: clicks in flight, and what the configuration says beside the defaults.
CROWDS: Mapping[str, tuple[int, str]] = {
    "256 in flight": (256, ""),
    "600 in flight, 500 connections": (600, ""),
    "1,000 in flight, 1,200 connections": (1_000, "max_connections = 1200"),
}


async def measure(plan: Plan) -> list[Figure]:
    """Let each crowd click, once in each round."""
    found: dict[str, list[dict[str, float]]] = {crowd: [] for crowd in CROWDS}
    async with bench_switch() as switch:
        for _ in range(plan.rounds):
            for crowd, (slots, http) in CROWDS.items():
                found[crowd].append(await _crowd(switch, slots, http, plan.seconds))
                tell(
                    f"{crowd}: {', '.join(f'{what} {value:.4g}' for what, value in found[crowd][-1].items())}"
                )
                await switch.idle()
    return [
        Figure(PART, "c2cd", crowd, what, [each[what] for each in rounds], _BARS.get(what))
        for crowd, rounds in found.items()
        for what in rounds[0]
        if what not in _OF_REFUSALS or any(each[_WERE_REFUSED] for each in rounds)
    ]


_RATIO, _LOST = "completed / accepted", "clicks without an answer"
_REFUSED, _LEAKED = "time to 503, p99, ms", "descriptors left open"
_WERE_REFUSED, _LONGEST = "clicks that got 503", "longest time to 503, ms"
_OF_REFUSALS = {_REFUSED, _LONGEST}
_BARS = {_RATIO: Bar(least=1.0), _LOST: Bar(most=0), _REFUSED: Bar(most=50), _LEAKED: Bar(most=0)}


async def _crowd(switch: BenchSwitch, slots: int, http: str, seconds: float) -> dict[str, float]:
    async with daemon_on(switch, http=http) as daemon:
        async with clicking(daemon) as way:
            await keep_in_flight(way, 1, 0.5, switch.pid)
            way.hang_up()
            before = await _at_rest(daemon.pid)
        async with clicking(daemon) as way:
            measured = await keep_in_flight(way, slots, seconds, switch.pid)
            rows, accepted = await way.settled(), way.accepted
        leaked = await _at_rest(daemon.pid) - before
        return _figures(measured, rows, accepted, leaked)


def _figures(measured: Round, rows: Counter[str], accepted: int, leaked: int) -> dict[str, float]:
    return {
        "clicks completed a second": measured.rate,
        "p99, ms": measured.completed(0.99) * 1000,
        _RATIO: rows["completed"] / accepted,
        "rows of clicks that were refused": float(rows.total() - accepted),
        _LOST: float(measured.lost),
        _WERE_REFUSED: float(len(measured.refused)),
        _REFUSED: quantile(measured.refused, 0.99) * 1000,
        _LONGEST: max(measured.refused, default=0.0) * 1000,
        _LEAKED: float(leaked),
    }


async def _at_rest(pid: int) -> int:
    """Count the open descriptors of a process once they do not change any more."""
    last = -1

    async def rest() -> int | None:
        nonlocal last
        before, last = last, len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - names suffice
        return last if before == last else None

    return await eventually(rest, 30)
