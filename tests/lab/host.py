"""A whole PBX host in a box: systemd, journald and Debian's Asterisk as a service, booted by systemd-nspawn.

It is booted on an overlay over the tree ``host`` (see `tree`), which stays as it was, and has a network of
its own with a loopback and nothing else: its AMI is at 5038 and its c2cd at 8000, whatever the machine has
there. What a test writes outlives a reboot of the host, and is gone with it. The mounts are of a namespace
that ends with nspawn, and the kernel ends nspawn when the test run dies.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.lab.tree import HOST, LabError, tree, why_no_switch

BOOT_SECONDS = 90.0
END_SECONDS = 60.0
NAME = "pbx"
# nspawn ends with it where the host asked for a reboot (systemd-nspawn(1), --keep-unit).
_REBOOT = 133
# A cgroup of its own, or two hosts would take each other's services for theirs.
_CGROUP = r"""
set -e
home=$1
shift
if [ -e /sys/fs/cgroup/cgroup.procs ]; then
    mount --bind /sys/fs/cgroup "$home/cgroup"
else
    mount -t cgroup -o none,name=systemd cgroup "$home/cgroup"
fi
own=$home/cgroup/${home##*/}
"""
_BOOT = rf"""{_CGROUP}
mkdir -p "$own"
echo $$ > "$own/cgroup.procs"
mount -t overlay overlay -o "lowerdir=$TREE,upperdir=$home/upper,workdir=$home/work" "$home/root"
exec setpriv --pdeathsig=TERM systemd-nspawn --quiet --boot --register=no --keep-unit --private-network \
    --console=pipe --machine="$NAME" --directory="$home/root" "$@"
"""
_SWEEP = rf"""{_CGROUP}
find "$own" -depth -type d -exec rmdir {{}} +
"""
_ALONE = ("unshare", "--mount", "--propagation=private", "sh", "-c")


def why_no_host() -> str | None:
    """Why no host can be booted on this machine, or None where it is worth trying."""
    if reason := why_no_switch():
        return reason.replace("a real switch", "a host")
    return None if shutil.which("systemd-nspawn") else "a host needs systemd-nspawn"


@dataclass(frozen=True, slots=True)
class Done:
    """What a command in the host came to."""

    code: int
    out: str
    err: str


class Host:
    """A host that is up inside `async with`. ``binds`` are folders of the machine that it may read, by place.

    It has whatever Debian's packages come with, and ``files`` in place of what they have there.
    """

    def __init__(self, *, binds: dict[str, Path], files: dict[str, str]) -> None:
        self.binds = binds
        self.files = {"/etc/hostname": f"{NAME}\n", "/etc/hosts": f"127.0.0.1 localhost {NAME}\n", **files}
        self._home: Path | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._init = 0

    @property
    def init(self) -> int:
        """The process id, on this machine, of the host's first process."""
        if not self._init:
            raise LabError("the host is not up")
        return self._init

    def path(self, inside: str) -> Path:
        """Give where a file of the host is for the test; it is gone at a reboot."""
        return Path(f"/proc/{self.init}/root") / inside.lstrip("/")

    async def run(self, *command: str, within: float = 60.0, ok: bool = True) -> Done:
        """Run a command in the host, as root; LabError, if it is to be ``ok``, where it is not."""
        process = await self.begin(*command)
        try:
            out, err = await asyncio.wait_for(process.communicate(), within)
        except BaseException:
            if process.returncode is None:
                process.kill()
                await process.wait()
            raise
        done = Done(process.returncode or 0, out.decode(errors="replace"), err.decode(errors="replace"))
        if ok and done.code:
            raise LabError(f"{command} ended with {done.code}: {done.out[-2000:]} {done.err[-2000:]}")
        return done

    async def begin(self, *command: str) -> asyncio.subprocess.Process:
        """Begin a command in the host, as root, with pipes; it ends if what is given here is ended."""
        return await asyncio.create_subprocess_exec(
            *("nsenter", f"--target={self.init}", "--all", "--wd", "setpriv", "--pdeathsig=TERM"),
            *(
                "env",
                "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=/root",
                "LANG=C.UTF-8",
                "TERM=xterm",
                *command,
            ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def shell(self, script: str, *, within: float = 60.0, ok: bool = True) -> Done:
        """Run lines of a shell in the host, as its admin would type them."""
        return await self.run("bash", "-euo", "pipefail", "-c", script, within=within, ok=ok)

    async def _furnish(self, upper: Path) -> None:
        """Put the files there, in folders that are whose they are in the tree."""
        lower = await tree(HOST)
        for place, text in self.files.items():
            file = Path(place.lstrip("/"))
            for folder in reversed(file.parents):
                (upper / folder).mkdir(exist_ok=True)
                if (there := lower / folder).is_dir():
                    shutil.copystat(there, upper / folder)
                    os.chown(upper / folder, there.stat().st_uid, there.stat().st_gid)
            (upper / file).write_text(text)

    async def boot(self) -> None:
        """Boot, and return when systemd says that all is up."""
        if self._home is None:
            raise LabError("the host has no folder yet")
        environment = {**os.environ, "TREE": str(await tree(HOST)), "NAME": NAME}
        binds = [f"--bind-ro={folder}:{place}" for place, folder in self.binds.items()]
        with (self._home / "console").open("ab") as console:
            self._process = await asyncio.create_subprocess_exec(
                *(*_ALONE, _BOOT, "sh", str(self._home), *binds),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                env=environment,
                start_new_session=True,
            )
        try:
            await self._up()
        except BaseException:
            await self._cut()
            raise

    async def _up(self) -> None:
        """Wait until the host is up: its first process is nspawn's child, and systemd answers."""
        assert self._process is not None
        deadline = time.monotonic() + BOOT_SECONDS
        said = ""
        while said != "running":
            if self._process.returncode is not None or time.monotonic() > deadline or said == "degraded":
                raise LabError(f"the host does not boot ({said}): {self.console()}")
            self._init = _first_child(self._process.pid)
            if self._init:
                said = (await self.run("systemctl", "is-system-running", ok=False)).out.strip()
            await asyncio.sleep(0.1)

    def console(self) -> str:
        """Give the end of what the host said while it booted."""
        if self._home is None:
            return ""
        return (self._home / "console").read_text(errors="replace")[-2000:]

    async def reboot(self) -> None:
        """Have the host reboot, as its admin does, and return when it is up again."""
        assert self._process is not None
        await self.run("systemctl", "reboot", ok=False)
        code = await asyncio.wait_for(self._process.wait(), END_SECONDS)
        if code != _REBOOT:
            raise LabError(f"the host ended with {code} in place of a reboot: {self.console()}")
        self._init = 0
        await self.boot()

    async def _cut(self) -> None:
        """End the host as if its plug were pulled."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                if self._init:
                    os.kill(self._init, signal.SIGKILL)
                else:
                    self._process.kill()
            await asyncio.wait_for(self._process.wait(), END_SECONDS)
        self._init = 0

    async def __aenter__(self) -> Self:
        self._home = Path(tempfile.mkdtemp(prefix="c2cd-host-"))
        for name in ("upper", "work", "root", "cgroup"):
            (self._home / name).mkdir(mode=0o755)
        try:
            await self._furnish(self._home / "upper")
            await self.boot()
        except BaseException:
            shutil.rmtree(self._home)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._cut()
        if self._home is not None:
            sweep = await asyncio.create_subprocess_exec(*_ALONE, _SWEEP, "sh", str(self._home))
            await sweep.wait()
            shutil.rmtree(self._home)
            self._home = None


def _first_child(pid: int) -> int:
    """Give the process id of a process's first child, or 0 where there is none."""
    with contextlib.suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(children[0]) if children else 0
    return 0
