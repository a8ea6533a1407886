"""The benchmark: ``python -m tests.bench``, as root on Debian, on the real Asterisk 22.

It prints what was measured as Markdown, and leaves the same table, a plot and a line of JSON in a folder.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from tests.bench import answering, away, completing, flooding, history, memory, overload, starting, streaming
from tests.bench.figures import Figure, table
from tests.bench.machine import describe, words
from tests.bench.packages import install_missing
from tests.bench.plot import draw
from tests.bench.switch import bench_switch
from tests.bench.telling import Plan, tell
from tests.lab.tree import why_no_switch

PARTS: Mapping[str, Callable[[Plan], Awaitable[list[Figure]]]] = {
    module.PART: module.measure
    for module in (completing, answering, overload, flooding, streaming, history, memory, starting, away)
}
# Those that need no real switch.
SIMULATED = {history.PART, away.PART}


@click.command()
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1))
@click.option("--seconds", default=5.0, show_default=True, type=click.FloatRange(0.5), help="of each turn")
@click.option("--only", multiple=True, type=click.Choice(list(PARTS)), help="as often as you like")
@click.option(
    "--out",
    default=Path("bench"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="folder of table.md, plot.png and runs.jsonl",
)
def main(rounds: int, seconds: float, only: tuple[str, ...], out: Path) -> None:
    """Measure how fast c2cd is, beside the limit and what people use instead."""
    parts = [part for part in PARTS if not only or part in only]
    real = not SIMULATED.issuperset(parts)
    if real:
        install_missing()
        if reason := why_no_switch():
            raise click.ClickException(reason)
    out.mkdir(parents=True, exist_ok=True)
    figures, described = asyncio.run(_measure(Plan(rounds, seconds), parts, real=real))
    _write(figures, {**described, "rounds": rounds, "seconds": seconds}, out)


async def _measure(plan: Plan, parts: Sequence[str], *, real: bool) -> tuple[list[Figure], dict[str, Any]]:
    version = None
    if real:
        async with bench_switch() as switch:
            version = await switch.version()
    figures = []
    for part in parts:
        tell(f"== {part}")
        figures += await PARTS[part](plan)
    return figures, describe(version)


def _write(figures: Sequence[Figure], described: dict[str, Any], out: Path) -> None:
    how = f"{words(described)}; medians of {described['rounds']} rounds of {described['seconds']:g} s"
    texts = [f"{how}.", table(figures)]
    if any(figure.part == completing.PART for figure in figures):
        texts.insert(1, completing.table_of_ways(figures))
    text = "\n\n".join(texts)
    (out / "table.md").write_text(text + "\n")
    with (out / "runs.jsonl").open("a") as runs:
        record = {figure.name: figure.record() for figure in figures}
        runs.write(json.dumps({**described, "figures": record}) + "\n")
    click.echo(text)
    if not draw(figures, how, out / "plot.png"):
        tell("no plot: that needs matplotlib (pip install -e '.[test,bench]') and the part completing")


if __name__ == "__main__":
    main()
