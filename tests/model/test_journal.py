"""The times of the event log."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2cd.model.journal import iso_time


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (1_795_418_350.517, "2026-11-23T07:19:10.517Z"),
        (1_795_418_350.0, "2026-11-23T07:19:10.000Z"),
        (1_795_418_350.0009, "2026-11-23T07:19:10.000Z"),
        (1_795_418_350.9999999, "2026-11-23T07:19:11.000Z"),
        (-0.5, "1969-12-31T23:59:59.500Z"),
    ],
)
def test_iso_time(seconds: float, shown: str) -> None:
    """A time is shown in UTC, to the millisecond that has begun."""
    assert iso_time(seconds) == shown


@given(st.integers(0, 4_000_000_000_000))
def test_iso_time_is_read_back(milliseconds: int) -> None:
    """What is shown is that very millisecond."""
    assert datetime.fromisoformat(iso_time(milliseconds / 1000)) == datetime.fromtimestamp(
        milliseconds / 1000, UTC
    ).replace(microsecond=milliseconds % 1000 * 1000)
