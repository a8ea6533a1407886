"""Running daemons for all tests of the front that do not harm them: without limits, and with the defaults."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count

import httpx
import pytest
import pytest_asyncio

from tests.web.guarded import accounts
from tests.web.site import Site, open_site

_numbers = count()


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Give the daemon, the switch behind it and a client."""
    async with open_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def guarded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Give a daemon with the default limits."""
    async with open_site(tmp_path_factory.mktemp("guarded"), more=accounts(), limits="") as site:
        yield site


@pytest_asyncio.fixture(loop_scope="package")
async def visitor(guarded: Site) -> AsyncIterator[Site]:
    """Give the daemon with the default limits to a visitor who has an address, and so limits, of his own."""
    number = next(_numbers)
    address = f"127.1.{number // 200}.{number % 200 + 1}"
    way = httpx.AsyncHTTPTransport(local_address=address)
    async with httpx.AsyncClient(base_url=guarded.daemon.url, timeout=30, transport=way) as http:
        yield replace(guarded, http=http, address=address)
