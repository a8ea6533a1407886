"""A schema that was still being written when a database was made is completed, whatever came on top of it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from c2cd import store
from c2cd.errors import StoreError
from c2cd.store.database import NEWEST, open_database
from c2cd.store.unfinished import complete
from tests.store import kept
from tests.store.test_migrations import version_of

FOLDER = Path(kept.__file__).parent
SCRIPTS = sorted((Path(store.__file__).parent / "schema").glob("*.sql"))
UNFINISHED = sorted(FOLDER.glob("*-*.sql"))


def unpack(file: Path, database: Path) -> None:
    """Make the database that a file has."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(file.read_text())


def shape_of(database: Path) -> dict[str, set[str]]:
    """Give the columns of every table, and the names of the indices."""
    sql = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
    shape: dict[str, set[str]] = {}
    with closing(sqlite3.connect(database)) as connection:
        for table, column in connection.execute(sql):
            shape.setdefault(table, set()).add(column)
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger')")
        return shape | {"indices": {name for (name,) in rows if not name.startswith("sqlite_")}}


@pytest.mark.parametrize("file", UNFINISHED, ids=lambda file: file.stem)
@pytest.mark.parametrize("number", [None, NEWEST])
async def test_what_is_missing_is_added(tmp_path: Path, file: Path, number: int | None) -> None:
    """It comes to the newest schema, also where a later c2cd has opened it before, as far as it got."""
    database, fresh = tmp_path / "c2cd.db", tmp_path / "fresh.db"
    unpack(file, database)
    if number is not None:
        with closing(sqlite3.connect(database)) as connection:
            first = int(file.name[:3]) + 1
            for script in SCRIPTS:
                if int(script.stem) >= first:
                    connection.executescript(script.read_text())
            connection.execute(f"PRAGMA user_version = {number}")
    for path in (database, fresh):
        async with open_database(path) as opened:
            await opened.beat(1.0)
    assert version_of(database) == NEWEST
    assert shape_of(database) == shape_of(fresh)


async def test_what_can_not_be_added(tmp_path: Path) -> None:
    """Where it can't be completed nothing of it is changed, and that is told."""
    database = tmp_path / "c2cd.db"
    unpack(FOLDER / "002-lists.sql", database)
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("CREATE INDEX tokens_of_keys ON tokens (note)")
        with pytest.raises(sqlite3.Error, match="already exists"):
            complete(connection)
        assert not connection.in_transaction
        columns = {row[1] for row in connection.execute("PRAGMA table_info(calls)")}
    assert columns & {"ended_by", "taken_back"} == set()
    with pytest.raises(StoreError, match="already exists"):
        async with open_database(database):
            pytest.fail("opened")
