"""Moments as people write them on a command line."""

import time
from collections.abc import Iterator

import click
import pytest

from c2cd.cli.when import When
from tests.clock import ManualClock


@pytest.fixture(autouse=True)
def _in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("30s", 30), ("10m", 600), ("2h", 7200), ("1d", 86_400), ("2w", 1_209_600)],
)
def test_so_long_ago(clock: ManualClock, text: str, seconds: float) -> None:
    """A number with a unit is so long before the clock's now."""
    assert When(clock).convert(text, None, None) == clock.wall() - seconds


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-23", 1_795_388_400),
        ("2026-11-23T10:00", 1_795_424_400),
        ("2026-11-23 10:00:30", 1_795_424_430),
        ("2026-07-01T10:00", 1_782_892_800),  # summer: two hours before UTC
        ("2026-11-23T10:00Z", 1_795_428_000),
        ("2026-11-23T10:00+02:00", 1_795_420_800),
    ],
)
def test_by_the_calendar(clock: ManualClock, text: str, utc: float) -> None:
    """A day is when it begins and a time is local, with the summer's, unless it has an offset."""
    assert When(clock).convert(text, None, None) == utc


@pytest.mark.parametrize("text", ["9999w", "999999999w", "1900-01-01"])
def test_before_all_time(clock: ManualClock, text: str) -> None:
    """What was before 1970 is everything that there is."""
    assert When(clock).convert(text, None, None) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "10",
        "m",
        "-10m",
        "1.5h",
        "10 m",
        "²d",
        "9999999999d",
        "2026-13-01",
        "25:00",
        "0001-01-01",
        "\x1b[2J",
    ],
)
def test_what_is_no_time_is_told(clock: ManualClock, text: str) -> None:
    """Anything else is a usage error that says what to write."""
    with pytest.raises(click.BadParameter, match="is no time: write 10m, 2h") as told:
        When(clock).convert(text, None, None)
    assert told.value.message.isprintable()
