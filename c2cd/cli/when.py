"""A moment as people write it on a command line: so long ago, or by the calendar."""

import re
from datetime import datetime

import click

from c2cd.clock import Clock

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_AGO = re.compile(r"(\d{1,9})([smhdw])", re.ASCII)


class When(click.ParamType[float]):
    """The type of an option that takes a moment; its value is seconds since 1970, as a float.

    ``30s``, ``10m``, ``2h``, ``1d`` and ``1w`` are so long ago, by the wall clock that is given;
    ``2026-11-23`` is when that day begins and ``2026-11-23T10:00`` a time, both local unless an offset
    follows the time, as in ``2026-11-23T10:00+01:00`` or ``2026-11-23T09:00Z``. What was before 1970 is 0.
    """

    name = "when"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it; a usage error where it can't be read."""
        if isinstance(value, float):  # click converts what is converted already once more
            return value
        text = str(value).strip()
        if ago := _AGO.fullmatch(text):
            return max(0.0, self._clock.wall() - int(ago[1]) * _SECONDS[ago[2]])
        try:
            return max(0.0, datetime.fromisoformat(text).timestamp())
        except (ValueError, OverflowError):
            message = f"{text!r} is no time: write 10m, 2h or 1d (ago), 2026-11-23, or 2026-11-23T10:00"
            self.fail(message, param, ctx)
