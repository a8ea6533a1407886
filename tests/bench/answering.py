"""How soon a click is answered whose caller does not wait for what becomes of the call."""

from collections import defaultdict

from tests.bench.completing import available, turn, under
from tests.bench.figures import Bar, Figure, ratios
from tests.bench.slots import interleaved
from tests.bench.switch import bench_switch
from tests.bench.telling import Plan, tell
from tests.bench.ways.daemon import c2cd_at_once

PART = "answering"


async def measure(plan: Plan) -> list[Figure]:
    """Measure how soon a click is answered whose caller does not wait for the call: one in flight."""
    rounds: dict[str, list[float]] = defaultdict(list)
    openings = {name: way for name, way in available().items() if name != "raw"} | {"c2cd": c2cd_at_once}
    async with bench_switch() as switch:
        for name, opening in interleaved(openings.items(), plan.rounds):
            measured = await turn(switch, opening, 1, plan.seconds)
            rounds[name].append(measured.answered(0.5) * 1000)
            tell(f"{name}: answered in {rounds[name][-1]:.2f} ms")
    ratio = ratios(rounds["c2cd"], rounds["ARI"])
    return [
        Figure(PART, "c2cd / ARI", under(1), "median time to the answer", ratio, Bar(most=2.5)),
        *(
            Figure(PART, name, under(1), "median time to the answer, ms", values)
            for name, values in rounds.items()
        ),
    ]
