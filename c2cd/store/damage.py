"""A database file that is damaged: found before anything of it is changed, and told with what to do.

Only what is cheap is looked at when the file is opened: its first bytes, its length, its schema and the
first pages of each table. (``PRAGMA quick_check`` reads all of it, and a bad page of last year's
history need not keep anybody from calling.) What is damaged further in is found when it is read.
"""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from c2cd.errors import StoreError, Unusable

_MAGIC = b"SQLite format 3\0"
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_LOOKS = 3
_LOOK_AGAIN = 0.1


def told(path: Path, error: Exception) -> StoreError:
    """Give SQLite's words with the file's name; Unusable, with what to do, where the file is damaged."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
        return StoreError(f"{path}: {error}")
    return Unusable(_advice(path, str(error)))


def require_undamaged(path: Path) -> None:
    """Raise Unusable if a file is plainly damaged. Neither it nor its ``-wal`` and ``-shm`` are touched."""
    for look in range(_LOOKS):
        if (words := _look(path)) is None:
            return
        if look < _LOOKS - 1:  # another process may have been making it in this moment
            time.sleep(_LOOK_AGAIN)
    raise Unusable(_advice(path, words or ""))


def _look(path: Path) -> str | None:
    """Tell what is wrong with a file in SQLite's words; None where nothing is, or where opening it tells."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
        if start and start != _MAGIC:
            return "file is not a database"
        if not start or _beside(path, "-journal"):
            return None
        # Closing an ordinary connection would write the log into the file. Without a log nothing is missed
        # by not looking for one; with one, SQLite reads it without its index being touched, if there is one.
        way = "&immutable=1"
        if _beside(path, "-wal"):
            way = "&readonly_shm=1" if _beside(path, "-shm") else ""
        uri = f"{path.absolute().as_uri()}?mode=ro{way}"
        with closing(sqlite3.connect(uri, uri=True, timeout=0.5)) as connection:
            tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\"%'"
            for (table,) in connection.execute(tables).fetchall():
                connection.execute(f'SELECT 1 FROM "{table}" NOT INDEXED LIMIT 1').fetchall()
    except sqlite3.Error as error:
        return str(error) if error.sqlite_errorcode & 0xFF in _DAMAGED else None
    except OSError:
        return None
    return None


def _beside(path: Path, end: str) -> bool:
    other = path.with_name(path.name + end)
    return other.exists() and other.stat().st_size > 0


def _advice(path: Path, words: str) -> str:
    return (
        f"{path}: {words}: the database is damaged. Stop c2cd and put a backup in its place (c2cd restore,"
        " which keeps this one); or move the file, its -wal and its -shm away to begin anew, which loses all"
        " buttons, tokens, API keys, blocks and the history"
    )
