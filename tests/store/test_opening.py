"""Opening the file: whatever is in the way is told in words, and leaves nothing open or half made."""

import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from c2cd.errors import StoreError
from c2cd.store import connection as module
from c2cd.store.database import open_database
from tests.nth.faults import BROKEN, LOCKED, Disk, Nth


async def test_no_folder(tmp_path: Path) -> None:
    """Where the file can't be made, the message has its path and asks for the folder."""
    file = tmp_path / "none" / "c2cd.db"
    with pytest.raises(StoreError, match="does its folder exist") as caught:
        async with open_database(file):
            pytest.fail("opened")
    assert str(caught.value).startswith(f"{file}: unable to open database file")


async def test_locked_for_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another process holds is waited for, and then the message has its path and says so."""
    file = tmp_path / "c2cd.db"
    monkeypatch.setattr(module, "_TRIES", 2)
    monkeypatch.setattr(module, "_BUSY_SECONDS", 0.02)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError) as caught:
            async with open_database(file):
                pytest.fail("opened")
        other.execute("ROLLBACK")
    assert str(caught.value) == f"{file}: database is locked"
    async with open_database(file) as database:
        await database.beat(1.0)


@pytest.mark.parametrize("fault", [BROKEN, LOCKED], ids=["broken", "locked"])
async def test_the_nth_call_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: tuple[str, int]
) -> None:
    """Whichever statement of the opening fails, a StoreError says so, and the next start has a whole file."""
    refused = 0
    for number in itertools.count(1):
        file, nth = tmp_path / f"{number}.db", Nth()
        nth.arm(number)
        with monkeypatch.context() as patch:
            Disk(nth, fault).put_in(patch)
            try:
                async with open_database(file):
                    came = nth.over()
            except StoreError as error:
                came = nth.over()
                refused += 1
                assert str(error) == f"{file}: {fault[0]}"  # noqa: PT017 - it may as well be opened
        async with open_database(file) as database:
            await database.beat(float(number))
            assert await database.read("SELECT at FROM pulse") == [{"at": float(number)}]
        if not came:
            break
    assert refused > 10
