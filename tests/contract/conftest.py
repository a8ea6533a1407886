"""One running daemon for all rows of the contract that do not need one of their own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.web.site import Site, open_site


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Give the daemon, the switch behind it and a client."""
    async with open_site(tmp_path_factory.mktemp("contract")) as site:
        yield site
