"""One run: a ground, a crowd, faults in the order that a seed draws, and what is to be said of it."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.proving.crowd import Crowd
from tests.proving.evidence import Evidence
from tests.proving.faults import Fault
from tests.proving.faults.table import schedule
from tests.proving.ground import Ground, ready_ground
from tests.proving.judging import judge, unjudged
from tests.proving.watching import Sample

Say = Callable[[str], object]
MIB = 1 << 20


@dataclass(kw_only=True)
class Plan:
    """What a run is to be: with an Asterisk of a Debian suite, so many clicks a second, for so long.

    ``faults`` come again and again, in a new order each time, until ``seconds`` are over and so many of the
    ``deaths`` have been died.
    """

    suite: str
    seed: int
    seconds: float
    rate: float = 5.0
    faults: dict[Fault, int] = field(default_factory=dict)
    deaths: Counter[str] = field(default_factory=Counter)
    sample_every: float = 0.0


@dataclass(kw_only=True)
class Verdict:
    """``violations`` should be none; ``figures`` are for people."""

    violations: list[str]
    figures: list[str]


async def run(plan: Plan, folder: Path, say: Say) -> Verdict:
    """Do it. The same plan does the same again, as far as processes can."""
    draw = Random(plan.seed)
    async with ready_ground(plan.suite, folder) as ground:
        await ground.ready("the start")
        crowd = await ground.crowd(plan.seed, plan.rate)
        ground.watch.sample_every = plan.sample_every
        watching = asyncio.create_task(ground.watch.run())
        clicking = asyncio.create_task(crowd.run())
        try:
            await _go_on(plan, ground, draw, (watching, clicking), say)
        finally:
            clicking.cancel()
        say("settling")
        await ground.settle(crowd)
        watching.cancel()
        await asyncio.wait([watching, clicking])
        if plan.sample_every:
            await ground.watch.sample()
        if (code := await ground.daemon.stop()) != 0:
            ground.complaints.append(f"the last TERM: exit {code}")
        evidence = ground.evidence(crowd)
        return Verdict(violations=judge(evidence), figures=_figures(ground, crowd, evidence))


async def _go_on(
    plan: Plan, ground: Ground, draw: Random, tasks: tuple[asyncio.Task[None], ...], say: Say
) -> None:
    began, hat = time.monotonic(), list[Fault]()
    while time.monotonic() - began < plan.seconds or not ground.deaths >= plan.deaths:
        for task in tasks:
            if task.done():
                task.result()
        if not plan.faults:
            await asyncio.sleep(1)
            continue
        hat = hat or schedule(plan.faults, draw)
        fault = hat.pop()
        say(f"{time.monotonic() - began:6.1f} s  {fault.__name__}")
        await fault(ground, draw)
        await asyncio.sleep(draw.uniform(0.3, 2.0))


def _figures(ground: Ground, crowd: Crowd, evidence: Evidence) -> list[str]:
    attempts = [attempt for click in crowd.clicks for attempt in click.attempts]
    answers = Counter(f"{attempt.status} {attempt.message}".strip() for attempt in attempts)
    results = Counter(str(row.result) for row in evidence.rows.values())
    away = [attempt.took for attempt in attempts if attempt.message == "switch_unreachable"]
    taken_back = sum(bool(row.taken_back) for row in evidence.rows.values())
    talked = sum(seen.bridged for seen in evidence.seen.values())
    limited = sum(row.account == "limited" and not row.taken_back for row in evidence.rows.values())
    said = [
        f"clicks {len(crowd.clicks)}, requests {len(attempts)}: {_counted(answers)}",
        f"503 for want of the switch: {_middle(away)}",
        f"rows {len(evidence.rows)}: {_counted(results)}; of them taken back {taken_back}",
        f"Originates {len(evidence.orders)}, calls on the switch {len(evidence.seen)}, talked {talked}",
        f"calls of the limited account: {limited} of {evidence.limits['limited']} a day",
        f"channels that the switch keeps for ever: {len(evidence.stuck)}",
        f"successes that a killed switch's record can't tell: {unjudged(evidence)}",
        f"deaths: {_counted(ground.deaths)}; outages {len(evidence.outages)}",
    ]
    said += [f"{why}, ready: {_middle(seconds)}" for why, seconds in sorted(ground.recoveries.items())]
    return [*said, *_taken(ground.watch.samples)]


def _middle(seconds: list[float]) -> str:
    if not seconds:
        return "never"
    ordered, many = sorted(seconds), len(seconds)
    median, p99, longest = ordered[many // 2], ordered[many * 99 // 100], ordered[-1]
    return f"{many} times, after {median:.3f} s (median), {p99:.3f} s (p99), {longest:.3f} s (longest)"


def _taken(samples: list[Sample]) -> list[str]:
    return [
        f"after {sample.at - samples[0].at:6.0f} s: {sample.memory / MIB:.1f} MiB,"
        f" {sample.descriptors} descriptors, {sample.tasks} tasks, {sample.open_rows} open rows"
        for sample in samples
    ]


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{key} {count}" for key, count in counter.most_common()) or "none"
