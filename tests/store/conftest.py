"""A database file for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from c2cd.store.database import Database, open_database
from tests.clock import ManualClock


@pytest.fixture
async def database(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Database]:
    """Give an open database in a file of its own."""
    async with open_database(tmp_path / "c2cd.db", clock) as opened:
        yield opened
