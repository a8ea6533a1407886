"""Completed clicks a second, by every way: the limit, c2cd, and what people use instead."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial

from tests.bench.figures import Bar, Figure, ratios, shown
from tests.bench.packages import missing_for
from tests.bench.slots import Round, interleaved, keep_in_flight
from tests.bench.switch import BenchSwitch, bench_switch
from tests.bench.telling import Plan, tell
from tests.bench.ways.ari import ari
from tests.bench.ways.daemon import c2cd
from tests.bench.ways.php import php
from tests.bench.ways.raw import raw
from tests.bench.ways.rawman import rawman
from tests.bench.ways.script import script
from tests.bench.ways.way import Way

Opening = Callable[[BenchSwitch], AbstractAsyncContextManager[Way]]

PART = "completing"
IN_FLIGHT = (1, 16, 64)
RATE, P50, P99 = "clicks completed a second", "p50, ms", "p99, ms"
WAY_CPU, SWITCH_CPU, OWN_CPU = (
    "CPU of the way, ms a click",
    "CPU of Asterisk, ms a call",
    "CPU of the client, ms a click",
)
FAILED = "clicks that failed"
# php-fpm with so many children.
PHP = {"php-fpm 8": 8, "php-fpm 64": 64}
WAYS: Mapping[str, Opening] = {
    "raw": raw,
    "c2cd": c2cd,
    **{name: partial(php, children=children) for name, children in PHP.items()},
    "script": script,
    "ARI": ari,
    "rawman": rawman,
}
_WARM_UP = 1.0
# Who logs in for each click may find no connection: Asterisk lets ten wait at its AMI port.
_NEVER_FAIL = {"raw", "c2cd"}


async def turn(switch: BenchSwitch, opening: Opening, slots: int, seconds: float) -> Round:
    """Open a way, keep so many clicks in flight on it, close it, and wait until the switch is idle again."""
    async with opening(switch) as way:
        measured = await keep_in_flight(way, slots, seconds, switch.pid, warm_up=_WARM_UP)
    if (measured.lost or measured.refused) and way.name in _NEVER_FAIL:
        raise RuntimeError(
            f"{way.name}: {measured.lost} clicks were lost and {len(measured.refused)} refused"
        )
    await switch.idle()
    return measured


def available() -> dict[str, Opening]:
    """Give the ways that can be had here; say which can't."""
    found = {}
    for name, opening in WAYS.items():
        if missing := missing_for(name):
            tell(f"{name} is left out: there is no {' and no '.join(missing)}")
        else:
            found[name] = opening
    return found


async def measure(plan: Plan) -> list[Figure]:
    """Measure all ways, in turns, one after another at each number of clicks in flight."""
    rounds: dict[tuple[str, int], list[Round]] = defaultdict(list)
    async with bench_switch() as switch:
        for slots in IN_FLIGHT:
            for name, opening in interleaved(available().items(), plan.rounds):
                measured = await turn(switch, opening, slots, plan.seconds)
                rounds[name, slots].append(measured)
                tell(f"{slots} in flight, {name}: {measured.rate:.0f} clicks a second")
    return [figure for (name, slots), found in rounds.items() for figure in figures(name, slots, found)] + [
        figure for slots in IN_FLIGHT for figure in compared(rounds, slots)
    ]


def figures(name: str, slots: int, rounds: Sequence[Round]) -> list[Figure]:
    """Give what a way does with so many clicks in flight."""
    found = {
        RATE: [each.rate for each in rounds],
        P50: [each.completed(0.5) * 1000 for each in rounds],
        P99: [each.completed(0.99) * 1000 for each in rounds],
        WAY_CPU: [each.each(each.way_cpu) for each in rounds],
        SWITCH_CPU: [each.each(each.switch_cpu) for each in rounds],
        FAILED: [float(len(each.refused) + each.lost) for each in rounds],
        OWN_CPU: [each.each(each.own_cpu) for each in rounds],
    }
    return [Figure(PART, name, under(slots), what, values) for what, values in found.items()]


def compared(rounds: Mapping[tuple[str, int], Sequence[Round]], slots: int) -> list[Figure]:
    """Give what c2cd does beside the others, each round with its own."""
    ours = rounds["c2cd", slots]
    many = slots > 1

    def figure(of: str, what: str, values: list[float], bar: Bar | None) -> Figure:
        return Figure(PART, of, under(slots), what, values, bar)

    rates = [each.rate for each in ours]
    raw_rounds = rounds["raw", slots]
    found = [
        figure(
            "c2cd / raw",
            RATE,
            ratios(rates, (each.rate for each in raw_rounds)),
            Bar(least=0.75) if many else None,
        ),
        figure(
            "c2cd / raw",
            "p99",
            ratios((each.completed(0.99) for each in ours), (each.completed(0.99) for each in raw_rounds)),
            Bar(most=1.5) if slots == max(IN_FLIGHT) else None,
        ),
        figure(
            "c2cd / Asterisk",
            "CPU a click / CPU a call",
            ratios((each.way_cpu for each in ours), (each.switch_cpu for each in ours)),
            Bar(most=0.40) if many else None,
        ),
    ]
    for name in PHP:
        if php_rounds := rounds.get((name, slots)):
            bar = Bar(least=1.2) if many else None
            found.append(
                figure(f"c2cd / {name}", RATE, ratios(rates, (each.rate for each in php_rounds)), bar)
            )
    return found


def under(slots: int) -> str:
    """Name a load."""
    return f"{slots} in flight"


def _failed(figure: Figure) -> str:
    return f", {sum(figure.values):.0f} failed" if any(figure.values) else ""


def table_of_ways(found: Sequence[Figure]) -> str:
    """Write a row for each way: what it does with 1, 16 and 64 clicks in flight."""
    cells = {(figure.of, figure.under, figure.what): figure for figure in found if figure.part == PART}
    loads = [under(slots) for slots in IN_FLIGHT]
    lines = [
        "| clicks completed a second (p50, p99; CPU of the way a click) | " + " | ".join(loads) + " |",
        "|---" * (1 + len(loads)) + "|",
    ]
    for name in WAYS:
        row = [
            f"{shown(cells[name, load, RATE].median)} of {cells[name, load, RATE].spread()}"
            f" ({shown(cells[name, load, P50].median)} ms, {shown(cells[name, load, P99].median)} ms;"
            f" {shown(cells[name, load, WAY_CPU].median)} ms)" + _failed(cells[name, load, FAILED])
            for load in loads
            if (name, load, RATE) in cells
        ]
        if row:
            lines.append(f"| {name} | " + " | ".join(row) + " |")
    return "\n".join(lines)
