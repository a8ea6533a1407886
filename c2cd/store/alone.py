"""Who serves with a database, or puts another in its place, does so alone."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from c2cd.errors import Unavailable


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
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"store.path: {database}: another c2cd serves with this database"
            raise Unavailable(message) from error
        yield
