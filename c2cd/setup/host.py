"""The host that is set up: where its files are, and the one place that commands go through."""

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from c2cd.errors import SetupError

# Starting a service may take as long as systemd waits for it.
PATIENCE = 180.0
# After `su` without a dash, root's PATH is the caller's and lacks these.
_ADMINS = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"


class Ran(NamedTuple):
    """How a command ended, and what it said on stdout and stderr."""

    code: int
    out: str
    err: str = ""


Run = Callable[[Sequence[str]], Ran]


def run_here(command: Sequence[str]) -> Ran:
    """Run a command to its end, in English. OSError where there is no such program or it takes too long."""
    path = f"{os.environ.get('PATH', '')}:{_ADMINS}".removeprefix(":")
    try:
        ran = subprocess.run(  # noqa: S603 - our own words, without a shell
            command,
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            env={**os.environ, "PATH": path, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"it did not end within {PATIENCE:.0f} s") from error
    return Ran(ran.returncode, ran.stdout, ran.stderr)


class Host:
    """A host: ``root`` is where its files begin, ``run`` runs its commands."""

    def __init__(self, root: Path = Path("/"), run: Run = run_here, *, is_root: bool | None = None) -> None:
        self.root = root
        self.run = run
        self.is_root = os.geteuid() == 0 if is_root is None else is_root

    def at(self, path: str) -> Path:
        """Give where a file of the host is."""
        return self.root / path.lstrip("/")

    def ask(self, *command: str) -> str | None:
        """Give what a command says on stdout; None where it failed or there is no such program."""
        try:
            ran = self.run(command)
        except OSError:
            return None
        return ran.out if ran.code == 0 else None

    def order(self, *command: str) -> None:
        """Run a command that has to work. SetupError, with what it said, where it did not."""
        try:
            ran = self.run(command)
        except OSError as error:
            raise SetupError(f"{command[0]}: {error.strerror or error}") from error
        if ran.code != 0:
            said = (ran.err.strip() or ran.out.strip()).replace("\n", "; ")
            raise SetupError(f"{command[0]} ended with {ran.code}: {said}")

    def user(self, name: str | int) -> list[str] | None:
        """Give the fields of a user's line in the password database, as passwd(5) has them."""
        return self._entry("passwd", name)

    def group(self, name: str | int) -> list[str] | None:
        """Give the fields of the line of a group in the group database."""
        return self._entry("group", name)

    def ids(self, owner: str) -> tuple[int, int]:
        """Give the numbers of ``user:group``. SetupError where one of them is not there."""
        name, _, group = owner.partition(":")
        of_user, of_group = self.user(name), self.group(group)
        if of_user is None or of_group is None:
            raise SetupError(f"there is no {owner} on this host")
        return int(of_user[2]), int(of_group[2])

    def owner(self, path: Path) -> str:
        """Give whose a file is, as ``user:group``; numbers stand for those that have no name."""
        status = path.stat()
        user, group = self.user(status.st_uid), self.group(status.st_gid)
        return f"{user[0] if user else status.st_uid}:{group[0] if group else status.st_gid}"

    def _entry(self, table: str, key: str | int) -> list[str] | None:
        line = self.ask("getent", table, str(key))
        return line.strip().split(":") if line else None
