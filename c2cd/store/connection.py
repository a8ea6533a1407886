"""A connection to the file, whose thread takes more than one statement at a time, and how it is opened."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

import aiosqlite

from c2cd.errors import StoreError
from c2cd.store.damage import told

T = TypeVar("T")

# How long another process may hold the file; a click waits for it at most twice.
_BUSY_SECONDS = 2.0
_TRIES = 40
_PRAGMAS = ("synchronous = FULL", "foreign_keys = ON")


class Connection(aiosqlite.Connection):
    """One of aiosqlite's, which can also be given work for its thread as a whole.

    aiosqlite takes a statement at a time there and back, which costs more than most statements do, and has no
    public way to take several. Hence this uses two of its inner names, here alone, and of one series of
    versions (pyproject.toml).
    """

    def __init__(self, path: Path) -> None:
        # The rows that a cursor fetches at a time are for who walks over it, which nobody does here.
        super().__init__(
            partial(sqlite3.connect, path, timeout=_BUSY_SECONDS, isolation_level=None), iter_chunk_size=64
        )

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Have the thread do this with SQLite's own connection; raise what it raises."""
        return cast("T", await self._execute(work, self._conn))  # type: ignore[no-untyped-call]

    async def join(self) -> None:
        """Wait for the thread of a connection that could not be opened, which has no other way to be seen."""
        await asyncio.to_thread(self._thread.join)


async def open_connection(path: Path) -> Connection:
    """Open the file, made where there is none, in WAL. StoreError where that can't be done."""
    _make_private(path)
    connection = Connection(path)
    try:
        await connection
    except sqlite3.Error as error:
        await connection.join()  # it would speak to a loop that may be closed by then
        message = f"{path}: {error}; does its folder exist, and may this user write there?"
        raise StoreError(message) from error
    try:
        await _make_wal(connection)
        for pragma in _PRAGMAS:
            await connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error as error:
        await connection.close()
        raise told(path, error) from error
    return connection


def _make_private(path: Path) -> None:
    """Make a new file that is its owner's alone: who called whom is nobody else's to read."""
    with suppress(OSError):  # SQLite says it better
        path.touch(mode=0o600, exist_ok=False)


async def _make_wal(connection: Connection) -> None:
    """Switch to WAL; SQLite itself does not wait here while another process is making the same file."""
    patience = _TRIES
    while True:
        try:
            await connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if not patience:
                raise
            patience -= 1
            await asyncio.sleep(_BUSY_SECONDS / _TRIES)
        else:
            return
