"""A simulated switch and a daemon that a test starts and ends as it likes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from c2cd.clock import SystemClock
from c2cd.switch.simulated import SimulatedSwitch
from tests.cli.host import Host
from tests.lab.disk import Disk
from tests.process import Daemon
from tests.web.site import SECRET, quick_phone


@pytest_asyncio.fixture
async def host(tmp_path: Path) -> AsyncIterator[Host]:
    """Give a switch that runs and a daemon that does not yet; at the end it is killed if it still runs."""
    switch = SimulatedSwitch(SystemClock(), "c2cd", SECRET, phones=quick_phone)
    async with switch.listening() as ami_port:
        host = Host(switch, Daemon(tmp_path, ami_port, secret=SECRET), ami_port)
        try:
            yield host
        finally:
            await host.daemon.kill()


@pytest_asyncio.fixture
async def on_disk(disk: Disk, host: Host) -> AsyncIterator[Host]:
    """Give a host whose database is on a file system of its own; its logs are not."""
    daemon, database = host.daemon, disk.folder / "c2cd.db"
    daemon.config.write_text(daemon.config.read_text().replace(str(daemon.database), str(database)))
    daemon.database = database
    yield host
    await disk.thaw()  # else no process of it could end
