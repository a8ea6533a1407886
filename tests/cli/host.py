"""A machine with a switch and a daemon on it."""

from dataclasses import dataclass

from c2cd.switch.simulated import SimulatedSwitch
from tests.process import Daemon


@dataclass
class Host:
    """The switch goes on whatever becomes of the daemon, which a test starts and ends as it likes."""

    switch: SimulatedSwitch
    daemon: Daemon
    ami_port: int

    async def make_token(self) -> None:
        """Give the daemon's requests a token."""
        self.daemon.token = await self.daemon.make_token()
