"""Draws completed clicks a second by way, and beside it how long they took."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.completing import IN_FLIGHT, P50, P99, PART, RATE, WAYS, under
from tests.bench.figures import Figure

_COLOURS = ("#9ecae1", "#4292c6", "#084594")
_WIDTH = 0.8 / len(IN_FLIGHT)

Cells = Mapping[tuple[str, str, str], Figure]


def draw(figures: Sequence[Figure], title: str, file: Path) -> bool:
    """Draw a PNG; False where matplotlib is not installed, or no way was measured."""
    try:
        from matplotlib.figure import Figure as Canvas  # noqa: PLC0415 - an extra, for this alone
    except ImportError:
        return False
    cells = {(figure.of, figure.under, figure.what): figure for figure in figures if figure.part == PART}
    ways = [name for name in WAYS if (name, under(IN_FLIGHT[0]), RATE) in cells]
    if not ways:
        return False
    canvas = Canvas(figsize=(14, 6), layout="constrained")
    rates, times = canvas.subplots(1, 2)
    for place, slots in enumerate(IN_FLIGHT):
        positions = [number + (place - (len(IN_FLIGHT) - 1) / 2) * _WIDTH for number in range(len(ways))]
        of_load = {what: [cells[name, under(slots), what] for name in ways] for what in (RATE, P50, P99)}
        _draw_rates(rates, positions, of_load[RATE], slots, _COLOURS[place])
        _draw_times(times, positions, of_load, slots, _COLOURS[place])
    rates.set_title("Clicks completed a second: median of the rounds, lowest and highest")
    times.set_title("Time until a click is completed, ms: median (bar) and 99 of 100 (line)")
    times.set_yscale("log")
    times.yaxis.set_major_formatter("{x:,.0f}")
    for axes in (rates, times):
        axes.set_xticks(range(len(ways)), ways)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", alpha=0.3)
        axes.set_axisbelow(True)
        axes.legend(frameon=False)
    canvas.suptitle(title, fontsize=9, color="#555555")
    canvas.savefig(file, dpi=110)
    return True


def _draw_rates(axes: Any, at: Sequence[float], rates: Sequence[Figure], slots: int, colour: str) -> None:
    medians = [figure.median for figure in rates]
    down = [figure.median - min(figure.values) for figure in rates]
    up = [max(figure.values) - figure.median for figure in rates]
    axes.bar(at, medians, _WIDTH * 0.92, color=colour, label=under(slots))
    axes.errorbar(at, medians, yerr=[down, up], fmt="none", ecolor="black", elinewidth=1, capsize=3)
    for x, median, above in zip(at, medians, up, strict=True):
        axes.annotate(
            f"{median:,.0f}",
            (x, median + above),
            (0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=7,
        )


def _draw_times(
    axes: Any, at: Sequence[float], of_load: Mapping[str, Sequence[Figure]], slots: int, colour: str
) -> None:
    p50, p99 = ([figure.median for figure in of_load[what]] for what in (P50, P99))
    axes.bar(at, p50, _WIDTH * 0.92, color=colour, label=under(slots))
    axes.vlines(at, p50, p99, color=colour, linewidth=2)
    axes.plot(at, p99, "_", color=colour, markersize=10, markeredgewidth=2)
