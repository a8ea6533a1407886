"""Debian trees that hold a real Asterisk, made once and kept outside the checkout.

Debian's `testing` carries Asterisk 22 and its `bullseye` 16.28; bookworm has none at all. The tree `host`
is for booting (see `host`): a bookworm with systemd and Python, and the Asterisk of bullseye as a package,
since newer releases' systemd does not boot on every kernel's cgroups.

A tree is about 500 MB and takes a minute to make, so trees are kept in `$C2CD_TEST_TREES`, by default
/var/cache/c2cd-test, where every checkout and every test run of the machine finds them. A tree is
never written to by what runs in it: see `asterisk` and `host`.
"""

import asyncio
import contextlib
import fcntl
import os
import shutil
import socket
import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

SUITES = ("testing", "bullseye")
HOST = "host"
BUILD_SECONDS = 900.0
_CAP_SYS_ADMIN = 21
_COMMANDS = ("chroot", "mount", "nsenter", "setpriv", "sipp", "unshare")


# What a PBX host has beside Asterisk: systemd, Python, and what its admin works with.
_HOST_PACKAGES = (
    *("systemd", "systemd-sysv", "dbus", "python3", "python3-venv"),
    *("curl", "ca-certificates", "iproute2", "procps", "logrotate"),
)
_ADD_ASTERISK = """
set -e
sed s/bookworm/bullseye/ "$1/etc/apt/sources.list" > "$1/etc/apt/sources.list.d/bullseye.list"
export DEBIAN_FRONTEND=noninteractive
chroot "$1" apt-get update -q
chroot "$1" apt-get install -q -y --no-install-recommends asterisk
chroot "$1" apt-get clean
"""


class LabError(Exception):
    """The lab could not do what it was asked; its words say what was seen."""


def why_no_switch() -> str | None:
    """Why no real switch can be had on this machine, or None where one can.

    debootstrap is asked for only while a tree is missing. The answer is quick and touches nothing; that
    a tree could not be made (no network) shows only when one is asked for, as a LabError.
    """
    if os.geteuid() != 0:
        return "a real switch needs root (chroot, mount)"
    if not _capabilities() & (1 << _CAP_SYS_ADMIN):
        return "a real switch needs the capability to mount, which this container does not give"
    wanted = _COMMANDS if all((trees() / suite).is_dir() for suite in SUITES) else (*_COMMANDS, "debootstrap")
    missing = [name for name in wanted if shutil.which(name) is None]
    if missing:
        return f"a real switch needs {', '.join(missing)}"
    return None


def trees() -> Path:
    """Where trees are kept."""
    return Path(os.environ.get("C2CD_TEST_TREES") or "/var/cache/c2cd-test")


async def tree(suite: str) -> Path:
    """Give the complete tree of a Debian suite, or `host`, making it first where there is none.

    A tree is made under another name and gets its own by a rename when it is whole, so one whose
    making was interrupted is never taken for complete. Two runs that want the same tree wait for one
    another at a file lock, which the kernel opens when its holder dies.
    """
    if suite not in {*SUITES, HOST}:
        raise LabError(f"no such suite in the lab: {suite}")
    home = trees()
    home.mkdir(parents=True, exist_ok=True)
    ready = home / suite
    async with _locked(home / f"{suite}.lock"):
        if not ready.is_dir():
            for interrupted in home.glob(f"{suite}.unfinished.*"):
                await asyncio.to_thread(shutil.rmtree, interrupted)
            unfinished = home / f"{suite}.unfinished.{uuid.uuid4().hex}"
            log = home / f"{suite}.log"
            if suite == HOST:
                await _made(_debootstrap("bookworm", _HOST_PACKAGES, unfinished), log)
                await _made(("unshare", "--mount", "sh", "-c", _ADD_ASTERISK, "sh", str(unfinished)), log)
            else:
                await _made(_debootstrap(suite, ("asterisk",), unfinished), log)
            unfinished.rename(ready)
        _name_this_host(ready)
    return ready


def modules(in_tree: Path) -> Path:
    """Give the folder of Asterisk's modules, as named inside the tree: Debian moved it between suites."""
    for found in sorted(in_tree.glob("usr/lib/**/asterisk/modules")):
        return Path("/") / found.relative_to(in_tree)
    raise LabError(f"no Asterisk modules in {in_tree}")


def owner(in_tree: Path) -> tuple[int, int]:
    """Give the ids of the tree's user `asterisk`: run as root, Asterisk drops a capability and exits."""
    for line in (in_tree / "etc/passwd").read_text().splitlines():
        name, _, uid, gid, *_ = line.split(":")
        if name == "asterisk":
            return int(uid), int(gid)
    raise LabError(f"no user asterisk in {in_tree}")


def _capabilities() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0


def _name_this_host(in_tree: Path) -> None:
    """Let the tree's /etc/hosts name this machine: a SIP call stalls 5 to 35 s while it is looked up."""
    hosts = in_tree / "etc/hosts"
    wanted = f"127.0.0.1 localhost {socket.gethostname()}\n"
    if not hosts.exists() or hosts.read_text() != wanted:
        fresh = hosts.with_suffix(".new")
        fresh.write_text(wanted)
        fresh.rename(hosts)


def _debootstrap(suite: str, packages: Sequence[str], into: Path) -> tuple[str, ...]:
    """Give the command that makes a tree; which mirror to ask is debootstrap's own knowledge.

    What it mounts in there meanwhile is in a namespace of its own, and gone when it is, however it ends.
    """
    include = f"--include={','.join(packages)}"
    return ("unshare", "--mount", "debootstrap", "--variant=minbase", include, suite, str(into))


async def _made(command: Sequence[str], log: Path) -> None:
    """Run a part of the making of a tree."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            status = await asyncio.wait_for(process.wait(), BUILD_SECONDS)
        except BaseException:
            if process.returncode is None:
                process.terminate()
                await process.wait()
            raise
    if status != 0:
        raise LabError(f"{command[2]} ended with {status}; {log} ends: {_end_of(log)}")


def _end_of(log: Path) -> str:
    return " | ".join(log.read_text(errors="replace").splitlines()[-3:])


@contextlib.asynccontextmanager
async def _locked(path: Path) -> AsyncIterator[None]:
    """Hold the lock of a file; wait for it as long as one making of a tree may take."""
    with path.open("a") as handle:
        async with asyncio.timeout(BUILD_SECONDS):
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    await asyncio.sleep(0.1)
                else:
                    break
        yield
