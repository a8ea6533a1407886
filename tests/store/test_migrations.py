"""Opening a file: made, brought up to date, or refused."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from importlib import resources
from pathlib import Path

import pytest

from c2cd.errors import StoreError
from c2cd.store.buttons import Buttons
from c2cd.store.database import open_database
from c2cd.store.history import History
from c2cd.store.paging import Page
from c2cd.store.tokens import Tokens
from tests.calls.examples import a_call

NEWEST = max(int(file.name.partition(".")[0]) for file in resources.files("c2cd.store.schema").iterdir())
OPENERS = 4


def version_of(file: Path) -> int:
    """Tell the schema's version of a file, past c2cd."""
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def tables_of(file: Path) -> set[str]:
    """Tell the tables of a file, past c2cd."""
    with closing(sqlite3.connect(file)) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def parts_of(folder: Path) -> list[Path]:
    """Give the files of a folder: the database, its log and its index."""
    return list(folder.iterdir())


async def test_fresh_file(tmp_path: Path) -> None:
    """A file that is not there is made, with the newest schema."""
    file = tmp_path / "c2cd.db"
    async with open_database(file) as database:
        await database.beat(1.0)
    assert version_of(file) == NEWEST
    assert tables_of(file) == {
        "buttons",
        "calls",
        "answers",
        "tokens",
        "api_keys",
        "pulse",
        "blocks",
        "used_signatures",
        "changes",
        "denials",
    }


async def test_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Nobody but its owner can read a file that is made, nor its log: who called whom is nobody else's."""
    async with open_database(tmp_path / "c2cd.db") as database:
        await database.beat(1.0)
        modes = {part.name: part.stat().st_mode & 0o777 for part in parts_of(tmp_path)}
    assert modes.keys() == {"c2cd.db", "c2cd.db-wal", "c2cd.db-shm"}
    assert set(modes.values()) == {0o600}


async def test_opened_again(tmp_path: Path) -> None:
    """A file of the newest schema is opened as it is, with what is in it."""
    file = tmp_path / "c2cd.db"
    async with open_database(file) as database:
        await database.beat(1.0)
    async with open_database(file) as database:
        assert await database.read("SELECT at FROM pulse") == [{"at": 1.0}]


async def test_durable(tmp_path: Path) -> None:
    """The file is in WAL, and so that a second connection reads what the first has committed."""
    file = tmp_path / "c2cd.db"
    async with open_database(file) as database:
        await database.beat(2.0)
        with closing(sqlite3.connect(file)) as other:
            assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert other.execute("SELECT at FROM pulse").fetchone() == (2.0,)


async def test_older_file(tmp_path: Path) -> None:
    """A file of the first schema is brought up to date with all that is in it, and what it kept unread."""
    file = tmp_path / "c2cd.db"
    first = resources.files("c2cd.store.schema").joinpath("001.sql").read_text()
    call = a_call()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(f"{first};PRAGMA user_version = 1;")
        connection.execute(
            "INSERT INTO buttons VALUES ('b', 'acme', '1-0', ?, 1.0, 1.0, NULL)",
            ('{"name": "Sales", "extension": "1001", "timeout": 9, "media": "x", "presence_id": 5}',),
        )
        connection.execute(
            "INSERT INTO calls (id, account_id, button_id, contact, extension, dial_first, timeout,"
            " requested_at, switch_life, state, end_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(call.id, call.account_id, call.button_id, call.contact, call.extension, call.dial_first),
                *(call.timeout, call.requested_at, call.switch_life, call.state, 1),
            ),
        )
        connection.execute("INSERT INTO tokens VALUES ('t', 'acme', 'manage', x'00', '', 1.0, NULL, NULL)")
    async with open_database(file) as database:
        assert await History(database).find(call.id) == call
        (button,) = await Buttons(database).of_account("acme", Page(most=50))
        assert (button.id, button.created_at, button.means.name) == ("b", 1.0, "Sales")
        assert (button.document["presence_id"], button.means.timeout) == (5, 9)
        assert [token.id for token in await Tokens(database).all()] == ["t"]
    assert version_of(file) == NEWEST


async def test_newer_file(tmp_path: Path) -> None:
    """A file that a newer c2cd made is refused with both versions, and not touched."""
    file = tmp_path / "c2cd.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    with pytest.raises(
        StoreError, match=rf"newer c2cd \(schema {NEWEST + 1}; this one knows {NEWEST}\)"
    ) as caught:
        async with open_database(file):
            pytest.fail("opened")
    assert "use that one, or put the backup in its place that was made before" in str(caught.value)
    assert tables_of(file) == set()
    assert version_of(file) == NEWEST + 1


async def test_half_a_migration_is_none(tmp_path: Path) -> None:
    """A step of the schema that fails leaves nothing of itself behind."""
    file = tmp_path / "c2cd.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE pulse (not_ours TEXT)")  # the last table of the first step
    with pytest.raises(StoreError, match="pulse"):
        async with open_database(file):
            pytest.fail("opened")
    assert tables_of(file) == {"pulse"}
    assert version_of(file) == 0


async def test_openers_of_a_fresh_file(tmp_path: Path) -> None:
    """Several may open a fresh file in the same moment: each finds it made, and made once."""
    file = tmp_path / "c2cd.db"

    async def open_and_write() -> None:
        async with open_database(file) as database:
            await database.beat(1.0)

    async with open_database(file):  # SQLite itself turns a file to WAL only for one at a time
        pass
    with closing(sqlite3.connect(file)) as connection:
        for table in tables_of(file):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 0")
    outcomes = await asyncio.gather(*(open_and_write() for _ in range(OPENERS)), return_exceptions=True)
    assert outcomes == [None] * OPENERS
    assert version_of(file) == NEWEST


async def test_opener_waits_for_another(tmp_path: Path) -> None:
    """Who opens a fresh file while another process is making it waits for that one, and does not fail."""
    file = tmp_path / "c2cd.db"

    async def open_and_write() -> None:
        async with open_database(file) as database:
            await database.beat(1.0)

    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        opening = asyncio.create_task(open_and_write())
        await asyncio.wait([opening], timeout=0.1)
        other.execute("COMMIT")
        await opening
    assert version_of(file) == NEWEST


async def test_no_folder(tmp_path: Path) -> None:
    """A file in a folder that is not there is told with its path and a hint, and no thread is left."""
    file = tmp_path / "none" / "c2cd.db"
    before = set(threading.enumerate())
    with pytest.raises(StoreError, match="does its folder exist") as caught:
        async with open_database(file):
            pytest.fail("opened")
    # It would speak to a loop that is closed by then.
    left = {one for one in set(threading.enumerate()) - before if "connection" in one.name}
    assert str(caught.value).startswith(f"{file}: unable to open database file")
    assert left == set()


async def test_no_database(tmp_path: Path) -> None:
    """A file that is no database is told with its path and SQLite's words, and stays as it is."""
    file = tmp_path / "c2cd.db"
    file.write_bytes(b"hello, I am a letter\n" * 100)
    with pytest.raises(StoreError, match="file is not a database") as caught:
        async with open_database(file):
            pytest.fail("opened")
    assert str(caught.value).startswith(f"{file}: ")
    assert file.read_bytes().startswith(b"hello")
