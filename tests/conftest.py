"""What all tests share."""

import pytest

from tests.clock import ManualClock

pytest_plugins = ["tests.lab.fixtures"]


@pytest.fixture
def clock() -> ManualClock:
    """Give a clock that the test moves."""
    return ManualClock()
