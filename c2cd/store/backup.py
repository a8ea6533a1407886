"""A copy of the database as it is in one moment, made while the daemon writes on."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from c2cd.errors import StoreError
from c2cd.store.damage import require_undamaged, told

_BUSY_SECONDS = 5.0


def back_up(database: Path, copy: Path) -> None:
    """Copy the database into a new file that is its owner's alone, and look through all of the copy.

    The schema stays as it is: a copy that is made before an update is for the version before it.
    StoreError where the copy's file is there already, or where the copy can't be made or is not whole; then
    none is left.
    """
    if not database.exists():
        message = f"{database}: there is no database to copy"
        raise StoreError(message)
    require_undamaged(database)
    draft = copy.with_name(f"{copy.name}.part")
    try:
        copy.touch(mode=0o600, exist_ok=False)  # the place is taken: of two, one fails here
    except OSError as error:
        message = f"{copy}: {error.strerror}; a backup is a new file, where the database's user may write"
        if copy.exists() and not copy.stat().st_size:
            message += (
                f" (this one is empty, as a backup that was killed leaves it: remove it and {draft.name})"
            )
        raise StoreError(message) from error
    try:
        try:
            draft.touch(mode=0o600, exist_ok=False)
        except FileExistsError as error:
            message = f"{draft}: a backup that was killed has left this file, or another one runs: remove it"
            raise StoreError(message) from error
        try:
            _copy(database, draft)
            _require_whole(draft)
            sync(draft)
            draft.replace(copy)
        finally:
            draft.unlink(missing_ok=True)
        sync(copy.absolute().parent)
    except BaseException as error:
        copy.unlink(missing_ok=True)
        if isinstance(error, OSError):
            message = f"{error.filename or draft}: {error.strerror}"
            raise StoreError(message) from error
        raise


def _copy(database: Path, draft: Path) -> None:
    uri = f"{database.absolute().as_uri()}?mode=rw"  # rw, so that it takes its log away if it is the last
    try:
        with closing(
            sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
        ) as connection:
            connection.execute("VACUUM INTO ?", (str(draft.absolute()),))
    except sqlite3.Error as error:
        raise told(database, error) from error


def _require_whole(draft: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{draft.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            faults = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
    except sqlite3.Error as error:
        faults = [str(error)]
    if faults != ["ok"]:
        message = f"{draft}: the copy is not whole: {faults[0]}"
        raise StoreError(message)


def sync(path: Path) -> None:
    """Have a file or folder safe on the disk: VACUUM INTO does not see to it."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
