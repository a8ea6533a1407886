"""A room for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.calls.room import Room, open_room
from tests.clock import ManualClock


@pytest.fixture
async def room(clock: ManualClock) -> AsyncIterator[Room]:
    """Give the room that follows calls, at work."""
    async with open_room(clock) as opened:
        yield opened
