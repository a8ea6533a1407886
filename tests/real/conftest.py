"""A daemon beside each real switch."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.lab.asterisk import Asterisk
from tests.process import Daemon, running


def daemon_for(asterisk: Asterisk, folder: Path, **more: Any) -> Daemon:
    """Give a daemon, not yet started, that is configured for a switch of the lab."""
    return Daemon(folder, asterisk.ami_port, asterisk.username, asterisk.secret, **more)


@pytest_asyncio.fixture(loop_scope="session")
async def daemon(asterisk: Asterisk, tmp_path: Path) -> AsyncIterator[Daemon]:
    """Give a daemon that is ready, with a token in hand."""
    async with running(daemon_for(asterisk, tmp_path)) as daemon:
        yield daemon


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder for a daemon that the test starts itself."""
    return tmp_path
