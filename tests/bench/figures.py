"""What was measured, beside what it is to be."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Bar:
    """What a figure is to be: ``most`` of it, or ``least``."""

    most: float | None = None
    least: float | None = None

    def met(self, value: float) -> bool:
        """Tell whether a figure is so. The bound itself is; what is no number is not."""
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    def __str__(self) -> str:
        bounds = {"≤": self.most, "≥": self.least}
        return " ".join(f"{sign} {bound:g}" for sign, bound in bounds.items() if bound is not None)


@dataclass(frozen=True)
class Figure:
    """One figure: ``what`` was measured ``of`` whom, ``under`` which load, once in each round."""

    part: str
    of: str
    under: str
    what: str
    values: Sequence[float]
    bar: Bar | None = None

    @property
    def name(self) -> str:
        """Its name in the record of a run: the same one in a later run."""
        return f"{self.part}/{self.of}/{self.under}/{self.what}"

    @property
    def median(self) -> float:
        """The figure itself."""
        return statistics.median(self.values)

    @property
    def verdict(self) -> str:
        """Whether it is as it is to be, where that is said."""
        if self.bar is None:
            return ""
        return "yes" if self.bar.met(self.median) else "**no**"

    def spread(self) -> str:
        """Write the lowest and the highest."""
        return f"{shown(min(self.values))} to {shown(max(self.values))}"

    def record(self) -> dict[str, Any]:
        """Give what the record of a run keeps."""
        record: dict[str, Any] = {"median": self.median, "values": list(self.values)}
        if self.bar is not None:
            record |= {"bar": str(self.bar), "met": self.bar.met(self.median)}
        return record


def shown(value: float) -> str:
    """Write a number with three digits that mean something."""
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 or size == 0 else 4
    return f"{value:,.{digits}f}"


def ratios(above: Iterable[float], below: Iterable[float]) -> list[float]:
    """Divide round by round; by nothing it is infinite."""
    return [over / under if under else float("inf") for over, under in zip(above, below, strict=True)]


def table(figures: Sequence[Figure]) -> str:
    """Write figures as Markdown: those with a bar first."""
    return "\n".join(
        [
            "| | of | under | figure | spread | to be | is it |",
            "|---|---|---|---|---|---|---|",
            *(
                f"| {figure.what} | {figure.of} | {figure.under} | {shown(figure.median)} | {figure.spread()}"
                f" | {figure.bar or ''} | {figure.verdict} |"
                for figure in sorted(figures, key=lambda figure: figure.bar is None)
            ),
        ]
    )
