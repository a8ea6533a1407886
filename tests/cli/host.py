"""A machine with a switch and a daemon on it."""

from dataclasses import dataclass

from c2cd.switch.simulated import SimulatedSwitch
from tests.process import Daemon, run_command
from tests.web.site import SECRET


@dataclass
class Host:
    """The switch goes on whatever becomes of the daemon, which a test starts and ends as it likes."""

    switch: SimulatedSwitch
    daemon: Daemon
    ami_port: int

    async def make_token(self) -> None:
        """Give the daemon's requests a token."""
        self.daemon.token = await self.daemon.make_token()


async def check(daemon: Daemon, *options: str) -> tuple[int, list[str], str]:
    """Run `c2cd check`; give its code, its lines, and what it said on stderr, where no secret may stand."""
    code, out, err = await run_command("check", *options, "--config", str(daemon.config))
    assert SECRET not in out + err
    assert "Traceback" not in err
    return code, out.splitlines(), err
