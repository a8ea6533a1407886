"""Root who runs a command beside the daemon must leave no file that the daemon can't write."""

import os
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
    owner = folder.stat()
    os.setegid(owner.st_gid)
    os.seteuid(owner.st_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
