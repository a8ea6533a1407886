"""A stage for each test of the link."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.clock import ManualClock
from tests.switch.stage import Stage


@pytest_asyncio.fixture
async def stage(clock: ManualClock) -> AsyncIterator[Stage]:
    """Give a stage whose server listens."""
    stage = Stage(clock)
    async with stage.server.listening() as stage.port:
        yield stage
