"""A server for each test, and a log that must stay clean."""

import logging
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.server.hosting import Host, hosting


@pytest_asyncio.fixture
async def host(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Host]:
    """Give a server with room for a hundred connections; whatever its clients do is nothing to log."""
    async with hosting() as host:
        yield host
    records = [*caplog.get_records("call"), *caplog.records]
    assert [record.getMessage() for record in records if record.levelno >= logging.WARNING] == []
