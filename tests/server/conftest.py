"""A server for each test, on each of the loops that a daemon may have, and a log that must stay clean."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
import pytest_asyncio
import uvloop

from tests.server.hosting import Host, hosting


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run every test here on asyncio's own loop and on uvloop, whose transports are its own."""
    return {"asyncio": asyncio.SelectorEventLoop, "uvloop": uvloop.new_event_loop}


@pytest_asyncio.fixture
async def host(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Host]:
    """Give a server with room for a hundred connections; whatever its clients do is nothing to log."""
    async with hosting() as host:
        yield host
    records = [*caplog.get_records("call"), *caplog.records]
    assert [record.getMessage() for record in records if record.levelno >= logging.WARNING] == []
