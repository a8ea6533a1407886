"""Puts a copy in the database's place. Whenever it is killed, the old one or the new one is there, whole."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO

from c2cd.errors import StoreError, Unusable
from c2cd.store.alone import alone_on
from c2cd.store.backup import sync
from c2cd.store.damage import require_undamaged
from c2cd.store.database import NEWEST

_OURS = {"buttons", "calls", "tokens"}
_IN_USE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_BUSY_SECONDS = 2.0


def restore(copy: BinaryIO, database: Path, at: str) -> Path | None:
    """Have the database be what an open copy holds, and tell where the one is kept that was there.

    That is under its name and ``at``, a time; None where there was none. The copy is looked through first,
    every page of it. Unavailable where a daemon runs; StoreError where the copy is none of c2cd's, is not
    whole, or is a newer c2cd's, and where a file can't be written: then nothing was changed.
    """
    with alone_on(database):
        database = database.resolve()  # a link stays one
        draft = database.with_name(f"{database.name}.restored")
        kept = database.with_name(f"{database.name}.{at}")
        try:
            _copy(copy, draft)
            _require_ours(draft, copy.name)
            is_kept = _keep(database, kept)
            draft.replace(database)
            sync(database.parent)
        except OSError as error:
            message = f"{error.filename or draft}: {error.strerror}"
            raise StoreError(message) from error
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        return kept if is_kept else None


def _copy(copy: BinaryIO, draft: Path) -> None:
    draft.unlink(missing_ok=True)  # what was killed has left it: nobody else is at it
    draft.touch(mode=0o600, exist_ok=False)
    with draft.open("wb") as file:
        shutil.copyfileobj(copy, file)
    sync(draft)


def _require_ours(draft: Path, name: str) -> None:
    uri = f"{draft.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            tables = {
                row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        message = f"{name}: {error}: this is no copy that c2cd backup has made"
        raise StoreError(message) from error
    if not tables >= _OURS or not version:
        message = f"{name}: a database, but none of c2cd's"
    elif version > NEWEST:
        message = f"{name}: made by a newer c2cd (schema {version}; this one knows {NEWEST})"
    elif found != "ok":
        message = f"{name}: the copy is not whole: {' '.join(found.split())}"
    else:
        return
    raise StoreError(message)


def _keep(database: Path, kept: Path) -> bool:
    """Give the present database a second name, and have no log lie beside it that the new one would take.

    A damaged one may have a log, or a journal, that can't be written into it: those get a second name too.
    """
    is_there = database.exists()
    if is_there:
        _fold(database)
        os.link(database, kept)
    left = [end for end in ("-wal", "-journal") if database.with_name(database.name + end).exists()]
    for end in left:
        os.link(database.with_name(database.name + end), kept.with_name(kept.name + end))
    sync(database.parent)
    for end in (*left, "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    return is_there


def _fold(database: Path) -> None:
    """Write the log into the database, which is whole without one then: only who is alone on it can.

    StoreError where somebody else has it open. What is damaged is left as it is.
    """
    try:
        require_undamaged(database)
    except Unusable:
        return
    try:
        with closing(sqlite3.connect(database, timeout=_BUSY_SECONDS, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF in _IN_USE:
            message = f"{database}: another process has it open: end that, and try again"
            raise StoreError(message) from error
