"""Who serves with a database, or puts another in its place, does so alone."""

import contextlib
import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from c2cd.errors import Unavailable

# How long a command may take to look whether the database is in use, at the most.
_LOOK_LASTS = 0.05


@contextmanager
def alone_on(database: Path) -> Iterator[None]:
    """Hold the database for this process alone. Unavailable where another one has it.

    Two daemons would settle each other's calls. Most commands need no hold: they only add and revoke.
    """
    try:
        lock = database.with_name(database.name + ".lock").open("w")
    except OSError as error:
        message = (
            f"store.path: {database}: {error.strerror}; does its folder exist, and may this user write there?"
        )
        raise Unavailable(message) from error
    with lock:
        try:
            _take(lock)
        except OSError as error:
            message = f"store.path: {database}: another c2cd serves with this database"
            raise Unavailable(message) from error
        yield


def _take(lock: IO[str]) -> None:
    """Lock a file for this process alone. A command that looks whether it is holds it for an instant."""
    with contextlib.suppress(BlockingIOError):
        return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    time.sleep(_LOOK_LASTS)
    return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
