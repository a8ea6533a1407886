"""A database file for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from c2cd.store.database import Database, open_database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """Give an open database in a file of its own."""
    async with open_database(tmp_path / "c2cd.db") as opened:
        yield opened
