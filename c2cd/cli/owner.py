"""Who runs a command beside the daemon; if it is root, no file is left that the daemon can't write."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def as_owner_of(database: Path) -> Iterator[None]:
    """Act as the user whom the database's folder belongs to, if that is root's to do; else as who one is.

    SQLite makes its ``-wal`` and ``-shm`` files anew as whoever opens it first.
    """
    folder = database.absolute().parent
    if os.geteuid() != 0 or not folder.exists() or folder.stat().st_uid == 0:
        yield
        return
    owner, groups = folder.stat(), os.getgroups()
    os.setgroups([])  # root's own would open to the owner's links what is root's group's
    os.setegid(owner.st_gid)
    os.seteuid(owner.st_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def who_runs_this() -> str:
    """Give the name of who runs the command: who called sudo, else whose the process is."""
    if name := os.environ.get("SUDO_USER"):
        return name
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a user without an entry, as in containers
        return f"uid {os.getuid()}"
