"""``c2cd backup``: a whole copy, made beside a daemon at work, and never in the place of something."""

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from c2cd.store.backup import back_up
from c2cd.store.database import open_database
from tests.cli.host import Host
from tests.process import Daemon, run_command
from tests.store.test_damage import break_rows, fill
from tests.web.site import CONTACT

BACKUPS = 3
_KILLED_HALF_WAY = """
import os, signal, sys
from pathlib import Path
from c2cd.store import backup

backup._require_whole = lambda _: os.kill(os.getpid(), signal.SIGKILL)
backup.back_up(Path(sys.argv[1]), Path(sys.argv[2]))
"""


async def run_backup(daemon: Daemon, file: Path) -> tuple[int, str, str]:
    """Run the command."""
    return await run_command("backup", "--config", str(daemon.config), str(file))


def read(file: Path, sql: str) -> list[tuple[object, ...]]:
    """Read a database that nobody has open."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def files_of(folder: Path, pattern: str) -> set[Path]:
    """Give the files of a folder that match."""
    return set(folder.glob(pattern))


async def test_a_backup_while_clicks_come(host: Host, tmp_path: Path) -> None:
    """Clicks succeed while copies are made; each copy is whole, and has all calls that ended before it."""
    daemon = host.daemon
    await daemon.start()
    await host.make_token()
    button_id = await daemon.create_button()
    done: list[str] = []
    stop = asyncio.Event()

    async def click_on() -> None:
        while not stop.is_set():
            answer = await daemon.click(button_id, CONTACT)
            assert answer.json()["data"]["result"] == "success", answer.text
            done.append(answer.json()["data"]["call_id"])

    clicking = [asyncio.create_task(click_on()) for _ in range(3)]
    copies = []
    for number in range(BACKUPS):
        before = set(done)
        file = tmp_path / f"copy-{number}.db"
        assert await run_backup(daemon, file) == (0, "", "")
        copies.append((file, before))
    stop.set()
    await asyncio.gather(*clicking)
    assert len(done) > BACKUPS
    assert await daemon.stop() == 0
    for file, before in copies:
        assert file.stat().st_mode & 0o777 == 0o600
        assert read(file, "PRAGMA integrity_check") == [("ok",)]
        assert before <= {row[0] for row in read(file, "SELECT id FROM calls")}
        assert read(file, "SELECT id FROM buttons") == [(button_id,)]
    assert files_of(tmp_path, "copy-*") == {file for file, _ in copies}


async def test_what_was_restored_works(host: Host, tmp_path: Path) -> None:
    """A daemon whose database was lost goes on with the copy: token, button and history are there."""
    daemon = host.daemon
    await daemon.start()
    await host.make_token()
    button_id = await daemon.create_button()
    await daemon.click(button_id, CONTACT)
    assert await run_backup(daemon, tmp_path / "copy.db") == (0, "", "")
    history = await daemon.history(button_id)
    await daemon.kill()
    for part in files_of(tmp_path, "c2cd.db*"):
        part.unlink()
    shutil.copy(tmp_path / "copy.db", daemon.database)
    await daemon.start()
    (row,) = await daemon.history(button_id)
    assert row["call_id"] == history[0]["call_id"]
    assert (await daemon.click(button_id, CONTACT)).json()["data"]["result"] == "success"


@pytest.mark.parametrize("there", ["a letter", ""])
async def test_nothing_is_overwritten(host: Host, tmp_path: Path, there: str) -> None:
    """Where a file is already, even an empty one, the command says so with 1 and leaves it."""
    async with open_database(host.daemon.database):
        pass
    file = tmp_path / "copy.db"
    file.write_text(there)
    code, out, err = await run_backup(host.daemon, file)
    assert (code, out) == (1, "")
    assert err.startswith(f"c2cd: {file}: File exists")
    assert file.read_text() == there
    assert not (tmp_path / "copy.db.part").exists()


async def test_a_backup_that_was_killed(host: Host, tmp_path: Path) -> None:
    """What a killed backup has left is never overwritten: the words tell what to remove."""
    async with open_database(host.daemon.database):
        pass
    file, draft = tmp_path / "copy.db", tmp_path / "copy.db.part"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _KILLED_HALF_WAY, str(host.daemon.database), str(file))
    )
    assert await process.wait() == -signal.SIGKILL
    assert (file.stat().st_size, draft.exists()) == (0, True)
    code, _, err = await run_backup(host.daemon, file)
    assert code == 1
    assert err.startswith(f"c2cd: {file}: File exists")
    assert "a backup that was killed leaves it: remove it and copy.db.part" in err
    file.unlink()
    code, _, err = await run_backup(host.daemon, file)
    assert code == 1
    assert err.startswith(f"c2cd: {draft}: a backup that was killed has left this file")
    assert (file.exists(), draft.exists()) == (False, True)
    draft.unlink()
    assert await run_backup(host.daemon, file) == (0, "", "")
    assert files_of(tmp_path, "copy*") == {file}


async def test_no_database_no_folder(host: Host, tmp_path: Path) -> None:
    """Where there is no database, or no folder for the copy, that is told, and nothing is made."""
    code, _, err = await run_backup(host.daemon, tmp_path / "copy.db")
    assert (code, err) == (1, f"c2cd: {host.daemon.database}: there is no database to copy\n")
    async with open_database(host.daemon.database):
        pass
    code, _, err = await run_backup(host.daemon, tmp_path / "none" / "copy.db")
    assert (code, "No such file or directory" in err) == (1, True)
    assert not files_of(tmp_path, "copy*")


async def test_a_damaged_database_has_no_copy(host: Host, tmp_path: Path) -> None:
    """What can't be read whole is not copied in part: the advice is told, and no file is left."""
    await fill(host.daemon.database)
    break_rows(host.daemon.database)
    code, _, err = await run_backup(host.daemon, tmp_path / "copy.db")
    assert code == 1
    assert "malformed: the database is damaged" in err
    assert not files_of(tmp_path, "copy*")


async def test_an_older_schema_stays(tmp_path: Path) -> None:
    """A copy has the schema of its database, which is not brought up to date by being copied."""
    database, copy = tmp_path / "old.db", tmp_path / "copy.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("CREATE TABLE old (x); INSERT INTO old VALUES (1); PRAGMA user_version = 1")
    back_up(database, copy)
    for file in (database, copy):
        assert read(file, "PRAGMA user_version") == [(1,)]
        assert read(file, "SELECT x FROM old") == [(1,)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another")
async def test_a_copy_of_roots_belongs_to_the_databases_owner(host: Host, tmp_path: Path) -> None:
    """Where root runs the command the copy is the database's owner's, made where that one may write."""
    folder = tmp_path / "of-another"
    folder.mkdir()
    for above in (tmp_path, *tmp_path.parents[:3]):
        above.chmod(above.stat().st_mode | 0o011)
    text = host.daemon.config.read_text()
    host.daemon.config.write_text(text.replace(str(host.daemon.database), str(folder / "c2cd.db")))
    async with open_database(folder / "c2cd.db"):
        pass
    for one in (folder, folder / "c2cd.db"):
        os.chown(one, 12345, 12345)
    assert await run_backup(host.daemon, folder / "copy.db") == (0, "", "")
    made = (folder / "copy.db").stat()
    assert (made.st_uid, made.st_gid, made.st_mode & 0o777) == (12345, 12345, 0o600)
    code, _, err = await run_backup(host.daemon, tmp_path / "copy.db")
    assert (code, "Permission denied" in err) == (1, True)
