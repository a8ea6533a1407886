"""One real Asterisk as a process of the test run, with a configuration and ports of its own.

It runs in a tree of the lab (see `tree`) but writes nothing there: its folder is made outside, and is
bound to the tree's /mnt in a mount namespace of its own, as are /dev and /proc. The namespace ends
with the process, so nothing is left mounted and any number of switches share a tree. The kernel ends
the process when the test run dies, however that happens; for this it is the user asterisk from its
first instruction, since a process that changes its user loses that wish.
"""

import asyncio
import contextlib
import os
import re
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.lab import configuration
from tests.lab.ami import Message, Session
from tests.lab.configuration import Manager, Ports
from tests.lab.tree import LabError, modules, owner, tree

READY_SECONDS = 60.0
END_SECONDS = 30.0  # SIP calls that are up take 17 s of it, on 16 and on 22
_HOME = "/mnt"
_ENTER = r"""
set -e
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
mount --bind "$2" "$1/mnt"
exec chroot "$1" setpriv --reuid=asterisk --regid=asterisk --clear-groups --pdeathsig=KILL \
    asterisk -C /mnt/etc/asterisk.conf -f
"""


def _stands_still(pid: int) -> bool:
    """Whether all threads of a process are stopped."""
    states = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            states.append((thread / "stat").read_text().rpartition(")")[2].split()[0])
    return all(state == "T" for state in states)


class Asterisk:
    """A switch that is up inside `async with`, or from `start()` to `stop()`; the former ends by `kill()`.

    `username` and `secret` are of the daemon's manager user, who has the least that c2cd needs and whose
    section of manager.conf is given, as the project ships it; `recorder()` sees every event.
    `managers` adds users of a test's own, and `also` files of the configuration folder, by name, which take
    the place of the lab's. With `web` the manager users may come by Asterisk's own HTTP, which `also` must
    have opened. The ports stay the same over `restart` and after `kill`.
    """

    username = "c2cd"
    recorder_name = "recorder"
    web = False

    def __init__(
        self,
        suite: str,
        *,
        section: str,
        managers: Mapping[str, Manager] | None = None,
        also: Mapping[str, str] | None = None,
    ) -> None:
        self.suite = suite
        self.secret = secrets.token_hex(16)
        self.managers = {
            self.username: Manager(secret=self.secret, section=section),
            self.recorder_name: Manager(
                secret=secrets.token_hex(16), read="all", write="call,reporting,originate"
            ),
            **(managers or {}),
        }
        self.also = dict(also or {})
        self.ports = Ports.free()
        self.home: Path | None = None
        self._tree = Path()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def ami_host(self) -> str:
        """Where the manager interface listens."""
        return "127.0.0.1"

    @property
    def ami_port(self) -> int:
        """The port of the manager interface."""
        return self.ports.ami

    @property
    def running(self) -> bool:
        """Whether the process lives, paused or not."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The process id of the running Asterisk itself."""
        if self._process is None or not self.running:
            raise LabError(f"this Asterisk ({self.suite}) does not run")
        return self._process.pid

    def session(self, username: str, *, events: str = "on") -> Session:
        """Give an AMI session, not yet opened, of one of the manager users."""
        manager = self.managers[username]
        return Session(self.ami_host, self.ami_port, username, manager.secret, events=events)

    def recorder(self) -> Session:
        """Give an AMI session, not yet opened, that sees every event there is."""
        return self.session(self.recorder_name)

    async def start(self) -> None:
        """Start, and return when Asterisk says that it is fully booted."""
        if self.running:
            raise LabError("already started")
        if self.home is None:
            self._tree = await tree(self.suite)
            self.home = Path(tempfile.mkdtemp(prefix="c2cd-switch-"))
        self.configure()
        with (self.home / "log" / "console").open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *("unshare", "--mount", "sh", "-c", _ENTER, "sh", str(self._tree), str(self.home)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            await self._ready()
        except BaseException:
            await self.kill()
            raise

    def configure(self) -> None:
        """Write the configuration as `managers` and `ports` say; a running switch reads it at a reload."""
        if self.home is None:
            raise LabError("not started yet")
        uid, gid = owner(self._tree)
        for name in ("", "etc", "cache", "lib", "spool", "run", "log", "log/cel-custom"):
            folder = self.home / name
            folder.mkdir(exist_ok=True)
            os.chown(folder, uid, gid)
        texts = configuration.files(
            modules=str(modules(self._tree)),
            home=_HOME,
            ports=self.ports,
            managers=self.managers,
            web=self.web,
        )
        for name, text in {**texts, **self.also}.items():
            (self.home / "etc" / name).write_text(text)

    async def stop(self) -> None:
        """End the calls and the process as `core stop now` does; does nothing where none runs."""
        if self._process is not None and self.running:
            with contextlib.suppress(ProcessLookupError):  # it has ended by itself just now
                self.resume()
                self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), END_SECONDS)
            except TimeoutError:
                await self.kill()
        self._process = None

    async def kill(self) -> None:
        """End the process with SIGKILL: nobody hears a Hangup or a Shutdown."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        self._process = None

    async def restart(self) -> None:
        """Stop in good order and start again, at the same ports."""
        await self.stop()
        await self.start()

    async def pause(self) -> None:
        """Let the process stand still (SIGSTOP): its sockets stay open and nothing answers.

        Returns when the last of its threads stands, which is a little after the signal.
        """
        os.kill(self.pid, signal.SIGSTOP)
        deadline = time.monotonic() + END_SECONDS
        while not _stands_still(self.pid):
            if time.monotonic() > deadline:
                raise LabError("Asterisk does not stand still")
            await asyncio.sleep(0.005)

    def resume(self) -> None:
        """Let a paused process go on, with all that was sent to it meanwhile."""
        os.kill(self.pid, signal.SIGCONT)

    async def cli(self, command: str) -> str:
        """Give what Asterisk's console says to a command."""
        process = await asyncio.create_subprocess_exec(
            *("nsenter", f"--target={self.pid}", "--mount", "--root"),
            *("asterisk", "-C", f"{_HOME}/etc/asterisk.conf", "-rx", command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), READY_SECONDS)
        except BaseException:
            if process.returncode is None:
                process.kill()
                await process.wait()
            raise
        return output.decode(errors="replace")

    async def channels(self) -> list[Message]:
        """List the channels that are up, as CoreShowChannels shows them."""
        async with self.recorder() as session:
            return await session.listing(("Action", "CoreShowChannels"))

    async def version(self) -> str:
        """Give the number of the running Asterisk, such as 22.10.1."""
        said = await self.cli("core show version")
        found = re.search(r"Asterisk (\d[\d.]*\d)", said)
        if found is None:
            raise LabError(f"no version in: {said}")
        return found[1]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()
        if self.home is not None:
            shutil.rmtree(self.home)
            self.home = None

    async def _ready(self) -> None:
        """Wait until a login is let in and FullyBooted comes."""
        deadline = time.monotonic() + READY_SECONDS
        while True:
            if not self.running:
                raise LabError(f"Asterisk ended while it started: {self.said()}")
            try:
                async with self.recorder() as session:
                    await session.wait_for(lambda event: event.event == "FullyBooted", READY_SECONDS)
            except OSError as fault:  # no listener yet, or one that lets nobody in yet
                if time.monotonic() > deadline:
                    raise LabError(f"Asterisk is not ready ({fault}): {self.said()}") from fault
                await asyncio.sleep(0.05)
            else:
                return

    def said(self) -> list[str]:
        """Give the last lines of its logs."""
        logs = [file for file in (self.home / "log").iterdir() if file.is_file()] if self.home else []
        return [line for log in sorted(logs) for line in log.read_text(errors="replace").splitlines()[-20:]]
