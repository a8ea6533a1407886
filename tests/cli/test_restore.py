"""``c2cd restore``: the copy is in place whole, what was there is kept, and nobody is dialled for it."""

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from c2cd.store.database import NEWEST, open_database
from tests.cli.host import Host
from tests.cli.test_backup import files_of, read, run_backup
from tests.cli.test_restart import begin, hang_up
from tests.process import Daemon, run_command
from tests.store.test_damage import break_rows, fill, garbage
from tests.web.site import CONTACT, LONG_TALK

# Where it is killed: before the step of that number among those that change the folder.
_KILLED = """
import os, signal, sys
from pathlib import Path
from c2cd.store import restore

steps = 0

def killing(step):
    def run(*args, **more):
        global steps
        steps += 1
        if steps == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
        return step(*args, **more)
    return run

restore._fold, restore._copy = killing(restore._fold), killing(restore._copy)
restore.os.link, restore.sync = killing(os.link), killing(restore.sync)
for name in ("replace", "unlink", "touch"):
    setattr(Path, name, killing(getattr(Path, name)))
with open(sys.argv[1], "rb") as copy:
    restore.restore(copy, Path(sys.argv[2]), "T")
print(steps)
"""


async def run_restore(daemon: Daemon, file: Path) -> tuple[int, str, str]:
    """Run the command."""
    return await run_command("restore", "--config", str(daemon.config), str(file))


async def test_a_daemon_goes_on_with_the_copy(host: Host, tmp_path: Path) -> None:
    """What came after the backup is gone from the database, and all of it is in the one that is kept."""
    daemon = host.daemon
    await daemon.start()
    await host.make_token()
    button_id = await daemon.create_button()
    await daemon.click(button_id, CONTACT)
    copy = tmp_path / "copy.db"
    assert await run_backup(daemon, copy) == (0, "", "")
    before = copy.read_bytes()
    later = await daemon.create_button()
    assert await daemon.stop() == 0
    code, out, err = await run_restore(daemon, copy)
    assert (code, err) == (0, "")
    (kept,) = files_of(tmp_path, "c2cd.db.2*")
    assert out.splitlines() == [
        f"{daemon.database}: is what {copy} has, from the next start of c2cd on",
        f"{kept}: is the database that was there",
        f"{tmp_path / 'signing.key'}: stays as it is; links that another key has signed do not open",
    ]
    assert copy.read_bytes() == before
    assert daemon.database.stat().st_mode & 0o777 == 0o600
    assert {row[0] for row in read(kept, "SELECT id FROM buttons")} == {button_id, later}
    await daemon.start()
    assert len(await daemon.history(button_id)) == 1
    assert (await daemon.request("GET", f"/{later}")).status_code == 404
    assert (await daemon.click(button_id, CONTACT)).json()["data"]["result"] == "success"


async def test_not_while_a_daemon_runs(host: Host, tmp_path: Path) -> None:
    """Beside a daemon it says so with 1, and changes nothing."""
    await host.daemon.start()
    copy = tmp_path / "copy.db"
    assert await run_backup(host.daemon, copy) == (0, "", "")
    inode = host.daemon.database.stat().st_ino
    code, out, err = await run_restore(host.daemon, copy)
    assert (code, out) == (1, "")
    assert "another c2cd serves with this database" in err
    assert host.daemon.database.stat().st_ino == inode
    assert not files_of(tmp_path, "c2cd.db.[r2]*")


async def test_not_while_a_command_has_it_open(host: Host, tmp_path: Path) -> None:
    """A database that another process has open is left: what that one writes would be lost."""
    await fill(host.daemon.database)
    copy = tmp_path / "copy.db"
    assert await run_backup(host.daemon, copy) == (0, "", "")
    with closing(sqlite3.connect(host.daemon.database)) as other:
        other.execute("SELECT * FROM calls LIMIT 1").fetchone()
        code, _, err = await run_restore(host.daemon, copy)
        assert (code, "another process has it open" in err) == (1, True)
    assert not files_of(tmp_path, "c2cd.db.[r2]*")
    assert (await run_restore(host.daemon, copy))[0] == 0


async def test_a_copy_whose_log_lies_beside_it(host: Host, tmp_path: Path) -> None:
    """Of files that were copied by hand the log has what came last: it is not left out without a word."""
    await fill(host.daemon.database)
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(host.daemon.database)) as other:
        other.execute("UPDATE calls SET id = 'c2c-later' WHERE rowid = 1")
        other.commit()
        for end in ("", "-wal"):
            shutil.copy(f"{host.daemon.database}{end}", f"{copy}{end}")
    code, _, err = await run_restore(host.daemon, copy)
    assert (code, f"{copy}: copy.db-wal lies beside it" in err) == (1, True)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM calls WHERE id = 'c2c-later'").fetchone() == (1,)
    assert (await run_restore(host.daemon, copy))[0] == 0
    assert read(host.daemon.database, "SELECT count(*) FROM calls WHERE id = 'c2c-later'") == [(1,)]


@pytest.mark.parametrize("fault", ["garbage", "empty", "another's", "newer", "not whole", "none", "folder"])
async def test_what_is_no_whole_copy_is_refused(host: Host, tmp_path: Path, fault: str) -> None:
    """A file that is no copy of c2cd's, not a whole one, or a newer c2cd's is refused; nothing is changed."""
    await fill(host.daemon.database)
    copy = tmp_path / "copy.db"
    assert await run_backup(host.daemon, copy) == (0, "", "")
    match fault:
        case "garbage":
            garbage(copy)
        case "empty":
            copy.write_bytes(b"")
        case "another's":
            copy.unlink()
            with closing(sqlite3.connect(copy)) as other:
                other.executescript("CREATE TABLE calls (x); PRAGMA user_version = 1;")
        case "newer":
            with closing(sqlite3.connect(copy)) as other:
                other.execute(f"PRAGMA user_version = {NEWEST + 1}")
        case "not whole":
            break_rows(copy)
        case "none":
            copy.unlink()
        case _:
            copy.unlink()
            copy.mkdir()
    was = host.daemon.database.read_bytes()
    code, out, err = await run_restore(host.daemon, copy)
    assert (code, out) == (1, "")
    words = {
        "garbage": "file is not a database",
        "empty": "none of c2cd's",
        "another's": "none of c2cd's",
        "newer": "made by a newer c2cd",
        "not whole": "the copy is not whole",
        "none": "No such file",
        "folder": "Is a directory",
    }
    assert err.startswith(f"c2cd: {copy}: ")
    assert words[fault] in err
    assert host.daemon.database.read_bytes() == was
    assert not files_of(tmp_path, "c2cd.db.[r2]*")


async def test_a_damaged_database_is_kept_with_its_log(host: Host, tmp_path: Path) -> None:
    """What is damaged is set aside as it is, log and all, and the copy's place has no foreign log."""
    await fill(host.daemon.database)
    copy = tmp_path / "copy.db"
    assert await run_backup(host.daemon, copy) == (0, "", "")
    garbage(host.daemon.database)
    was = host.daemon.database.read_bytes()
    log = tmp_path / "c2cd.db-wal"
    log.write_bytes(b"some log")
    assert (await run_restore(host.daemon, copy))[0] == 0
    (kept,) = files_of(tmp_path, "c2cd.db.2*Z")
    assert kept.read_bytes() == was
    assert kept.with_name(kept.name + "-wal").read_bytes() == b"some log"
    assert not log.exists()
    assert read(host.daemon.database, "PRAGMA integrity_check") == [("ok",)]


async def test_a_database_that_was_lost(host: Host, tmp_path: Path) -> None:
    """Where there is no database the copy takes its place, and it is said that the key is missing too."""
    await fill(host.daemon.database)
    copy = tmp_path / "copy.db"
    assert await run_backup(host.daemon, copy) == (0, "", "")
    for part in files_of(tmp_path, "c2cd.db*"):
        part.unlink()
    code, out, _ = await run_restore(host.daemon, copy)
    assert code == 0
    assert "signing.key: is not there; put back yours" in out
    assert not files_of(tmp_path, "c2cd.db.2*")
    assert read(host.daemon.database, "SELECT count(*) FROM calls") == read(
        copy, "SELECT count(*) FROM calls"
    )


async def test_killed_at_any_step(tmp_path: Path) -> None:
    """Wherever it is killed the old database or the new one is in place, whole; the next try succeeds."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    for file, at in ((old, 1.0), (new, 2.0)):
        async with open_database(file) as database:
            await database.beat(at)
    seen, step = [], 0
    while True:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        target = folder / "c2cd.db"
        with closing(sqlite3.connect(old)) as source:  # with a log beside it
            source.execute("UPDATE pulse SET at = 1.5")
            source.commit()
            for end in ("", "-wal"):
                shutil.copy(f"{old}{end}", f"{target}{end}")
        arguments = ("-c", _KILLED, str(new), str(target))
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments, str(step))
        code = await process.wait()
        with closing(sqlite3.connect(target)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            ((at,),) = connection.execute("SELECT at FROM pulse").fetchall()
        seen.append(at)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        script = _KILLED.replace('"T"', '"U"')
        again = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(new), str(target), "0")
        assert await again.wait() == 0
        assert read(target, "SELECT at FROM pulse") == [(2.0,)]
    assert set(seen) == {1.5, 2.0}
    assert seen == sorted(seen)
    assert step > 8


async def test_open_calls_of_the_backups_time_are_unknown(host: Host, tmp_path: Path) -> None:
    """A call that rang at the backup and is over is unknown after a restore; nobody is dialled for it."""
    button_id = await begin(host, "+1555480", "answered", timeout=20)
    copy = tmp_path / "copy.db"
    assert await run_backup(host.daemon, copy) == (0, "", "")
    hang_up(host)
    await host.daemon.wait_until(button_id, "ended")
    assert await host.daemon.stop() == 0
    for playing in host.switch._playing:
        playing.cancel()
    assert (await run_restore(host.daemon, copy))[0] == 0
    assert [row[0] for row in read(host.daemon.database, "SELECT state FROM calls")] == ["answered"]
    await host.daemon.start()
    item = await host.daemon.wait_until(button_id, "ended")
    assert item["result"] == "unknown"
    assert len(host.switch.orders) == 1


async def test_a_call_that_still_lives_is_followed_on(host: Host, tmp_path: Path) -> None:
    """A call of the backup's time that the switch still has is taken up, and ends as it does."""
    button_id = await begin(host, f"+1555{LONG_TALK}", "bridged")
    copy = tmp_path / "copy.db"
    assert await run_backup(host.daemon, copy) == (0, "", "")
    assert await host.daemon.stop() == 0
    assert (await run_restore(host.daemon, copy))[0] == 0
    await host.daemon.start()
    hang_up(host)
    assert (await host.daemon.wait_until(button_id, "ended"))["result"] == "success"
    assert len(host.switch.orders) == 1


async def test_keys_of_the_backup_are_back(host: Host, tmp_path: Path) -> None:
    """A key from before the backup gets its first answer; one from after it is new again."""
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button()

    async def click(key: str, contact: str) -> str:
        answer = await host.daemon.request(
            "POST", f"/{button_id}/connect", {"contact": contact}, headers={"idempotency-key": key}
        )
        call_id: str = answer.json()["data"]["call_id"]
        return call_id

    first = await click("before", CONTACT)
    copy = tmp_path / "copy.db"
    assert await run_backup(host.daemon, copy) == (0, "", "")
    second = await click("after", "+15551239")
    assert await host.daemon.stop() == 0
    assert (await run_restore(host.daemon, copy))[0] == 0
    await host.daemon.start()
    assert await click("before", CONTACT) == first
    assert await click("after", "+15551239") != second
    assert len(host.switch.orders) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another")
async def test_roots_copy_becomes_the_owners(host: Host, tmp_path: Path) -> None:
    """Root may restore from where it alone can read: what is in place belongs to the folder's owner."""
    folder, roots = tmp_path / "of-another", tmp_path / "roots"
    folder.mkdir()
    roots.mkdir(mode=0o700)
    for above in (tmp_path, *tmp_path.parents[:3]):
        above.chmod(above.stat().st_mode | 0o011)
    text = host.daemon.config.read_text()
    host.daemon.config.write_text(text.replace(str(host.daemon.database), str(folder / "c2cd.db")))
    await fill(folder / "c2cd.db")
    for one in (folder, folder / "c2cd.db"):
        os.chown(one, 12345, 12345)
    assert (await run_backup(host.daemon, folder / "copy.db"))[0] == 0
    (folder / "copy.db").rename(roots / "copy.db")
    os.chown(roots / "copy.db", 0, 0)
    code, _, err = await run_restore(host.daemon, roots / "copy.db")
    assert (code, err) == (0, "")
    made = (folder / "c2cd.db").stat()
    assert (made.st_uid, made.st_gid, made.st_mode & 0o777) == (12345, 12345, 0o600)
