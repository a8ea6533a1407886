"""Whether a daemon serves with a database, and what a command says where none does."""

import fcntl
from pathlib import Path

STALE = "c2cd does not run: what it wrote last of these calls may be out of date"


def is_served(database: Path) -> bool:
    """Tell whether a daemon holds the database, by the lock that it has as long as it lives.

    False also where nobody may look.
    """
    try:
        with database.with_name(database.name + ".lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
