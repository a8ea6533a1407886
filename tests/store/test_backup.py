"""A copy of the database: whole, its owner's alone, and never in the place of something."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from c2cd.errors import StoreError
from c2cd.store import backup
from c2cd.store.backup import back_up
from c2cd.store.database import Database, open_database
from c2cd.store.history import History
from tests.calls.examples import a_call
from tests.store.test_damage import break_rows, fill


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give where the copy is to be."""
    return tmp_path / "copy.db"


def mode(file: Path) -> int:
    """Give a file's rights."""
    return file.stat().st_mode & 0o777


def left(copy: Path) -> list[str]:
    """Give the names of the files that there are of a copy."""
    return sorted(file.name for file in copy.parent.glob("copy*"))


async def test_a_copy_beside_the_writer(database: Database, copy: Path) -> None:
    """A copy has all that was committed, while the database is open, and nobody else may read it."""
    await History(database).add(a_call())
    back_up(database.path, copy)
    assert left(copy) == ["copy.db"]
    assert mode(copy) == 0o600
    await database.beat(1.0)
    async with open_database(copy) as copied:
        assert await History(copied).find("c2c-b-1") == a_call()
        assert await copied.read("SELECT at FROM pulse") == []


def test_nothing_to_copy(tmp_path: Path, copy: Path) -> None:
    """Where there is no database, that is told, and none is made."""
    with pytest.raises(StoreError, match="there is no database to copy"):
        back_up(tmp_path / "none.db", copy)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("copy.db", r"copy\.db: File exists; a backup is a new file"),
        ("copy.db.part", "part: a backup that was killed has left this file"),
    ],
)
def test_nothing_is_overwritten(tmp_path: Path, copy: Path, name: str, words: str) -> None:
    """What stands where the copy is to be stays, and so does what another backup is making beside it."""
    with closing(sqlite3.connect(tmp_path / "c2cd.db")) as connection:
        connection.execute("CREATE TABLE a (x)")
    (tmp_path / name).write_text("a letter")
    with pytest.raises(StoreError, match=words):
        back_up(tmp_path / "c2cd.db", copy)
    assert left(copy) == [name]
    assert (tmp_path / name).read_text() == "a letter"


def test_what_a_killed_backup_left_is_told_of(tmp_path: Path, copy: Path) -> None:
    """An empty file in the copy's place is one that a killed backup leaves: the words say what to remove."""
    with closing(sqlite3.connect(tmp_path / "c2cd.db")) as connection:
        connection.execute("CREATE TABLE a (x)")
    copy.touch()
    with pytest.raises(StoreError, match=r"a backup that was killed leaves it: remove it and copy\.db\.part"):
        back_up(tmp_path / "c2cd.db", copy)
    assert left(copy) == ["copy.db"]


def test_a_name_that_leaves_no_room(tmp_path: Path) -> None:
    """Where the draft beside the copy can't be made the error has its name, and nothing is left."""
    with closing(sqlite3.connect(tmp_path / "c2cd.db")) as connection:
        connection.execute("CREATE TABLE a (x)")
    copy = tmp_path / f"copy{'-' * 247}.db"
    with pytest.raises(StoreError, match=r"\.part: File name too long"):
        back_up(tmp_path / "c2cd.db", copy)
    assert left(copy) == []


async def test_what_cannot_be_read_is_not_copied(tmp_path: Path, copy: Path) -> None:
    """A database that is damaged further in has no copy, and the advice is told."""
    await fill(tmp_path / "c2cd.db")
    break_rows(tmp_path / "c2cd.db")
    with pytest.raises(StoreError, match="malformed: the database is damaged"):
        back_up(tmp_path / "c2cd.db", copy)
    assert left(copy) == []


def no_index(draft: Path) -> None:
    """Make a database whose index lacks what its table has."""
    with closing(sqlite3.connect(draft)) as connection, connection:
        connection.executescript("CREATE TABLE a (x); CREATE INDEX b ON a (x); INSERT INTO a VALUES (1)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET rootpage = rootpage + 1 WHERE name = 'b'")


def letter(draft: Path) -> None:
    """Make no database at all."""
    draft.write_text("a letter " * 1000)


@pytest.mark.parametrize("make", [no_index, letter])
async def test_a_copy_that_is_not_whole(
    database: Database, copy: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
) -> None:
    """A copy that came out wrong, as on a bad disk, is found out and does not stay."""
    monkeypatch.setattr(backup, "_copy", lambda _, draft: make(draft))
    with pytest.raises(StoreError, match="the copy is not whole: "):
        back_up(database.path, copy)
    assert left(copy) == []
