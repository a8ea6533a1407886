"""A copy in the database's place: looked through first, and alone on it."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from c2cd.errors import StoreError, Unavailable
from c2cd.store.alone import alone_on
from c2cd.store.backup import back_up
from c2cd.store.database import NEWEST
from c2cd.store.restore import restore
from tests.cli.test_backup import read
from tests.store.test_damage import break_rows, fill, garbage

AT = "2027-01-15T08-00-00Z"


@pytest.fixture
async def copy(tmp_path: Path) -> Path:
    """Give a copy of a database with calls; that one is there too, with one call more."""
    await fill(tmp_path / "c2cd.db")
    copy = tmp_path / "copy.db"
    back_up(tmp_path / "c2cd.db", copy)
    with closing(sqlite3.connect(tmp_path / "c2cd.db")) as connection, connection:
        connection.execute("UPDATE calls SET id = 'c2c-later' WHERE rowid = 1")
    return copy


def put_back(copy: Path) -> Path | None:
    """Restore a copy into its folder's database."""
    with copy.open("rb") as file:
        return restore(file, copy.with_name("c2cd.db"), AT)


def names(folder: Path) -> set[str]:
    """Give the files of a folder but for the lock."""
    return {file.name for file in folder.iterdir()} - {"c2cd.db.lock"}


def has_later(file: Path) -> bool:
    """Tell whether a database has what came after the copy."""
    return read(file, "SELECT count(*) FROM calls WHERE id = 'c2c-later'") == [(1,)]


def test_it_is_in_place_and_the_other_kept(copy: Path) -> None:
    """The database is the copy, its owner's alone; what was there is whole under its name and the time."""
    kept = put_back(copy)
    assert kept == copy.with_name(f"c2cd.db.{AT}")
    assert has_later(kept)
    database = copy.with_name("c2cd.db")
    assert not has_later(database)
    assert database.stat().st_mode & 0o777 == 0o600
    assert names(copy.parent) == {"c2cd.db", "copy.db", kept.name}


def test_the_kept_one_can_be_put_back(copy: Path, tmp_path: Path) -> None:
    """Who restored the wrong copy restores the one that was kept."""
    kept = put_back(copy)
    assert kept is not None
    again = kept.rename(tmp_path / "again.db")
    put_back(again)
    assert has_later(tmp_path / "c2cd.db")


def test_there_is_none_to_keep(copy: Path, tmp_path: Path) -> None:
    """Where the database was lost nothing is kept."""
    (tmp_path / "c2cd.db").unlink()
    assert put_back(copy) is None
    assert names(tmp_path) == {"c2cd.db", "copy.db"}


def test_alone(copy: Path, tmp_path: Path) -> None:
    """While another one holds the database nothing is restored; nor where its folder can't be written."""
    with alone_on(tmp_path / "c2cd.db"), pytest.raises(Unavailable, match="another c2cd serves"):
        put_back(copy)
    assert has_later(tmp_path / "c2cd.db")
    with (
        copy.open("rb") as file,
        pytest.raises(Unavailable, match="does its folder exist"),
    ):
        restore(file, tmp_path / "none" / "c2cd.db", AT)


def test_not_while_somebody_has_it_open(copy: Path, tmp_path: Path) -> None:
    """What a command writes that has it open is not lost: it is told to end first."""
    with closing(sqlite3.connect(tmp_path / "c2cd.db")) as other:
        other.execute("SELECT * FROM calls LIMIT 1").fetchone()
        with pytest.raises(StoreError, match="another process has it open"):
            put_back(copy)
    assert has_later(tmp_path / "c2cd.db")
    assert not list(tmp_path.glob("*restored"))


@pytest.mark.parametrize("fault", ["garbage", "another's", "newer", "not whole"])
def test_no_copy_of_ours(copy: Path, tmp_path: Path, fault: str) -> None:
    """What is no whole copy, or a newer c2cd's, takes nothing's place."""
    if fault == "garbage":
        garbage(copy)
    elif fault == "not whole":
        break_rows(copy)
    else:
        with closing(sqlite3.connect(copy)) as connection:
            script = f"PRAGMA user_version = {NEWEST + 1}" if fault == "newer" else "DROP TABLE tokens"
            connection.executescript(script)
    words = {
        "garbage": "is not a database: this is no copy",
        "another's": "none of c2cd's",
        "newer": "made by a newer c2cd",
        "not whole": "the copy is not whole",
    }
    with pytest.raises(StoreError, match=words[fault]):
        put_back(copy)
    assert has_later(tmp_path / "c2cd.db")
    assert not list(tmp_path.glob("*restored"))


def test_a_damaged_one_is_kept_with_its_log(copy: Path, tmp_path: Path) -> None:
    """What can't be folded is kept as it is, and its log lies beside no other database."""
    garbage(tmp_path / "c2cd.db")
    (tmp_path / "c2cd.db-wal").write_bytes(b"some log")
    kept = put_back(copy)
    assert kept is not None
    assert (tmp_path / f"{kept.name}-wal").read_bytes() == b"some log"
    assert names(tmp_path) == {"c2cd.db", "copy.db", kept.name, f"{kept.name}-wal"}


def test_a_journal_of_the_old_one_does_not_change_the_new(copy: Path, tmp_path: Path) -> None:
    """What SQLite would take back at the next start is of the database that was there, and kept with it."""
    database, other = tmp_path / "c2cd.db", tmp_path / "other.db"
    shutil.copy(database, other)
    with closing(sqlite3.connect(other, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN IMMEDIATE")
        connection.execute("UPDATE calls SET contact = contact || hex(randomblob(300))")
        shutil.copy(tmp_path / "other.db-journal", tmp_path / "c2cd.db-journal")
    garbage(database)
    kept = put_back(copy)
    assert kept is not None
    assert (tmp_path / f"{kept.name}-journal").exists()
    assert not has_later(database)


def test_a_link_to_the_database_stays_one(copy: Path, tmp_path: Path) -> None:
    """Where the database is on another disk, by a link, it is there that the copy takes its place."""
    disk, database = tmp_path / "disk", tmp_path / "c2cd.db"
    disk.mkdir()
    database.rename(disk / "data.db")
    database.symlink_to(disk / "data.db")
    assert put_back(copy) == disk / f"data.db.{AT}"
    assert database.is_symlink()
    assert not has_later(disk / "data.db")
    assert has_later(disk / f"data.db.{AT}")


def test_damage_that_is_found_late(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Damage that no first look sees does not keep the copy from taking the place."""
    garbage(tmp_path / "c2cd.db")
    monkeypatch.setattr("c2cd.store.restore.require_undamaged", lambda _: None)
    assert put_back(copy) is not None
    assert not has_later(tmp_path / "c2cd.db")


def test_a_full_disk(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the copy can't be written the reason is told with the file, and nothing is changed."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("c2cd.store.restore.shutil.copyfileobj", fail)
    with pytest.raises(StoreError, match=r"c2cd.db.restored: No space left on device"):
        put_back(copy)
    assert has_later(tmp_path / "c2cd.db")
    assert not list(tmp_path.glob("*restored"))
