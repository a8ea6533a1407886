"""What `c2cd check` says of the host: rows from the future, and how much can still be written."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from c2cd.cli.checking_host import look_at_disks
from c2cd.cli.finding import Finding
from c2cd.config import Config, Log, Store
from c2cd.model.account import Account
from c2cd.store.database import open_database
from c2cd.store.history import History
from tests.calls.examples import a_call
from tests.cli.host import Host, check

MB = 1_000_000
GB = 1000 * MB
ACCOUNTS = (Account(id="acme", realm="acme.example"),)


class Usage(NamedTuple):
    """What shutil.disk_usage gives."""

    total: int
    used: int
    free: int


Told = Callable[[int, int], Finding]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Give what is said of a disk that has so many bytes in all, and so many free."""
    config = Config(accounts=ACCOUNTS, store=Store(path=str(tmp_path / "c2cd.db")))

    def look(total: int, free: int) -> Finding:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(total, total - free, free))
        (finding,) = look_at_disks(config)
        return finding

    return look


@pytest.mark.parametrize(
    ("total", "free", "mark"),
    [
        (20 * GB, 20 * MB - 1, "FAIL"),
        (20 * GB, 20 * MB, "warn"),
        (2 * GB, 500 * MB - 1, "warn"),
        (2 * GB, 500 * MB, "ok"),
        (40 * GB, 2 * GB - 1, "warn"),
        (40 * GB, 2 * GB, "ok"),
        (4000 * GB, 5 * GB - 1, "warn"),
        (4000 * GB, 5 * GB, "ok"),
    ],
)
def test_free_space(told: Told, total: int, free: int, mark: str) -> None:
    """Under 20 MB is a fault; under 500 MB, or under a twentieth of the disk and 5 GB, a warning."""
    assert told(total, free).mark == mark


def test_a_full_disk_is_told(told: Told, tmp_path: Path) -> None:
    """The line says how much is left, where, and what comes of it."""
    finding = told(20 * GB, 7 * MB)
    assert finding.how.startswith(f"7 MB of 20 GB are free where the database is ({tmp_path})")
    assert "no click is taken" in finding.how


def test_one_disk_is_told_once(tmp_path: Path) -> None:
    """Where database and event log share a disk there is one line; a log without a folder is a fault."""
    config = Config(
        accounts=ACCOUNTS,
        store=Store(path=str(tmp_path / "c2cd.db")),
        log=Log(events=str(tmp_path / "events.log")),
    )
    assert [finding.mark for finding in look_at_disks(config)] == ["ok"]
    away = tmp_path / "none" / "events.log"
    *_, finding = look_at_disks(replace(config, log=Log(events=str(away))))
    assert finding.mark == "FAIL"
    assert f"the event log can't be written: {away.parent}: No such file" in finding.how


def test_another_disk_has_its_own_line(tmp_path: Path) -> None:
    """An event log on another disk than the database has a line of its own."""
    other = Path("/dev/shm")  # noqa: S108 - a file system of its own, of which nothing but its size is asked
    if not other.exists() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other file system")
    config = Config(
        accounts=ACCOUNTS,
        store=Store(path=str(tmp_path / "c2cd.db")),
        log=Log(events=str(other / "events.log")),
    )
    database, log = look_at_disks(config)
    assert "where the database is" in database.how
    assert "where the event log is" in log.how


async def make_call(host: Host, call_id: str, ahead: float) -> None:
    """Write a call that was clicked so many seconds from now."""
    async with open_database(host.daemon.database) as database:
        await History(database).add(replace(a_call(), id=call_id, requested_at=time.time() + ahead))


async def test_calls_from_the_future_are_told(host: Host) -> None:
    """Where the clock was put back, how many calls lie ahead and how far is a warning; the code stays 0."""
    await make_call(host, "c2c-1", -60.0)
    code, lines, _ = await check(host.daemon)
    assert (code, [line for line in lines if " history: " in line]) == (0, [])
    await make_call(host, "c2c-2", 3600.0)
    await make_call(host, "c2c-3", 2 * 86_400.0 + 7200.0 + 30.0)
    code, lines, _ = await check(host.daemon)
    assert code == 0
    (line,) = (line for line in lines if " history: " in line)
    assert line.startswith("warn history: 2 calls lie ahead of the clock, by up to 2 days, 2:00:")
