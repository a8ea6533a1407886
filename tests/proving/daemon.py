"""The daemon of the proving ground: it can be told to die where it stands, and its clock can be set."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from tests.process import C2CD, Daemon, eventually

# The calls that the account `limited` may have in a day.
MOST_A_DAY = 40
ACCOUNTS = f"""
extension_channel = "Local/{{number}}@proving/n"
contact_channel = "Local/{{number}}@proving/n"
[[accounts]]
id = "limited"
realm = "limited.example"
extension_channel = "Local/{{number}}@proving/n"
contact_channel = "Local/{{number}}@proving/n"
[accounts.limits.token]
calls_per_day = {MOST_A_DAY}
"""


class RiggedDaemon(Daemon):
    """A daemon whose database and event log lie on a disk of their own."""

    def __init__(self, folder: Path, disk: Path, ami_port: int, secret: str) -> None:
        super().__init__(folder, ami_port, secret=secret, more=ACCOUNTS)
        self._rig = folder / "rig"
        self._rig.mkdir()
        self.command = [sys.executable, "-m", "tests.proving.rigged", str(self._rig)]
        text = self.config.read_text()
        for name in ("database", "events_file"):
            old: Path = getattr(self, name)
            text = text.replace(str(old), str(disk / old.name))
            setattr(self, name, disk / old.name)
        self.config.write_text(text)
        self.ask()

    @property
    def pid(self) -> int:
        """The process id of the running daemon."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.returncode is None

    def ask(self, *, skew: float = 0.0, point: str = "", count: int = 0) -> None:
        """Say what the next start, or the next ``tell``, is to bring."""
        (self._rig / "rig.json").write_text(json.dumps({"skew": skew, "point": point, "count": count}))

    async def tell(self) -> list[str]:
        """Have the running daemon take what is asked; give its tasks, or none where it dies of it."""
        tasks = self._rig / "tasks.json"
        tasks.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)

        async def told() -> bool:
            return tasks.exists() or not self.is_alive

        await eventually(told, 20)
        return list(json.loads(tasks.read_text())) if tasks.exists() else []

    async def end(self, within: float) -> bool:
        """Wait until the process has ended by itself; tell whether it did in time."""

        async def ended() -> bool:
            return not self.is_alive

        try:
            return await eventually(ended, within)
        except TimeoutError:
            return False

    def memory(self) -> int:
        """Give the bytes of memory that it has (resident)."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def descriptors(self) -> int:
        """Count its open file descriptors."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def terminate(self) -> None:
        """Send TERM, and wait for nothing."""
        os.kill(self.pid, signal.SIGTERM)

    def pause(self) -> None:
        """Let the process stand still (SIGSTOP)."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)


async def serve_in_vain(config: Path) -> tuple[int, str]:
    """Start a daemon that should not start; give its exit code and its words."""
    process = await asyncio.create_subprocess_exec(
        *(*C2CD, "serve", "--config", str(config)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await asyncio.wait_for(process.communicate(), 20)
    except TimeoutError:
        process.kill()
        await process.wait()
        return 0, "it started"
    return process.returncode or 0, said.decode()
