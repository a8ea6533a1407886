"""A damaged file is refused with what to do, before a byte of it or of its log is changed."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from c2cd.errors import StoreError
from c2cd.store.database import open_database
from c2cd.store.history import History
from tests.calls import examples
from tests.calls.examples import a_call

CALLS = 200
PAGE = 4096
CONTACT = examples.CONTACT.text.encode()


def garbage(file: Path) -> None:
    """Make it anything but a database."""
    file.write_bytes(b"hello, I am a letter\n" * 1000)


def truncate(file: Path) -> None:
    """Take its second half away."""
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2 // PAGE * PAGE)


def break_schema(file: Path) -> None:
    """Overwrite where the schema stands."""
    with file.open("r+b") as opened:
        opened.seek(100)
        opened.write(b"\xff" * (PAGE - 100))


def break_table(file: Path) -> None:
    """Overwrite the first page of the table of calls."""
    with file.open("r+b") as opened:
        opened.seek((root_of(file, "calls") - 1) * PAGE)
        opened.write(b"\xff" * PAGE)


def break_rows(file: Path, contact: bytes = CONTACT) -> None:
    """Overwrite one of the pages on which the calls' rows stand: no index holds a contact."""
    whole = file.read_bytes()
    pages = [start for start in range(0, len(whole), PAGE) if contact in whole[start : start + PAGE]]
    with file.open("r+b") as opened:
        opened.seek(pages[len(pages) // 2])
        opened.write(b"\xff" * PAGE)


def root_of(file: Path, table: str) -> int:
    """Tell the number of a table's first page."""
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as connection:
        sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
        return int(connection.execute(sql, (table,)).fetchone()[0])


async def fill(file: Path) -> None:
    """Make a database with many calls."""
    async with open_database(file) as database:
        history = History(database)
        await asyncio.gather(*(history.add(a_call(call_id=f"c2c-b-{number}")) for number in range(CALLS)))


async def killed(file: Path) -> None:
    """Make a database whose daemon was killed: what was written last stands in its log alone."""
    origin = file.with_name("origin.db")
    await fill(origin)
    async with open_database(origin) as database:
        await History(database).add(a_call(call_id="c2c-b-last"))
        for end in ("", "-wal", "-shm"):
            shutil.copy(f"{origin}{end}", f"{file}{end}")
    assert bytes_of(file)["c2cd.db-wal"]


async def without_index(file: Path) -> None:
    """Make such a database whose index is not there either, as one that was copied with its log."""
    await killed(file)
    file.with_name("c2cd.db-shm").unlink()


def bytes_of(file: Path) -> dict[str, bytes]:
    """Read the file and what stands beside it."""
    return {one.name: one.read_bytes() for one in file.parent.glob(f"{file.name}*")}


@pytest.mark.parametrize("make", [fill, killed, without_index])
@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (garbage, "file is not a database"),
        (truncate, "database disk image is malformed"),
        (break_schema, "database disk image is malformed"),
        (break_table, "database disk image is malformed"),
    ],
)
async def test_damaged(
    tmp_path: Path, make: Callable[[Path], object], harm: Callable[[Path], None], words: str
) -> None:
    """The message has the file, SQLite's words and what to do; file, log and index stay byte by byte."""
    file = tmp_path / "c2cd.db"
    await make(file)  # type: ignore[misc]
    harm(file)
    before = bytes_of(file)
    with pytest.raises(StoreError) as caught:
        async with open_database(file):
            pytest.fail("opened")
    assert str(caught.value).startswith(
        f"{file}: {words}: the database is damaged. Stop c2cd and put a backup"
    )
    assert "put a backup in its place (c2cd restore" in str(caught.value)
    after = bytes_of(file)
    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() <= {"c2cd.db-shm"}


async def test_killed_is_not_damaged(tmp_path: Path) -> None:
    """A file whose daemon was killed is opened, with what only its log had."""
    file = tmp_path / "c2cd.db"
    await killed(file)
    async with open_database(file) as database:
        assert await History(database).find("c2c-b-last") is not None


async def test_an_empty_file_is_not_damaged(tmp_path: Path) -> None:
    """An empty file is made a database."""
    file = tmp_path / "c2cd.db"
    file.touch()
    async with open_database(file) as database:
        await database.beat(1.0)


async def test_damage_further_in_is_told_when_it_is_read(tmp_path: Path) -> None:
    """Where only some rows can't be read the rest can, and who reads those gets the same advice."""
    file = tmp_path / "c2cd.db"
    await fill(file)
    break_rows(file)
    async with open_database(file) as database:
        history = History(database)
        found, errors = 0, []
        for number in range(CALLS):
            try:
                found += await history.find(f"c2c-b-{number}") is not None
            except StoreError as error:
                errors.append(str(error))
        assert found + len(errors) == CALLS
        assert found > CALLS / 2
        assert await database.write(("DELETE FROM pulse", ())) == [0]
    (words,) = set(errors)
    assert words.startswith(f"{file}: database disk image is malformed: the database is damaged.")
