"""What the daemon tells systemd as it lives, and what the shipped unit says of both."""

import asyncio
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from c2cd.daemon import LONGEST_SILENCE, LONGEST_STOP, _is_well
from c2cd.store.database import open_database
from tests.cli.host import Host
from tests.cli.test_serve import rewrite, send
from tests.clock import ManualClock
from tests.init import Init, listening_init
from tests.process import free_port
from tests.store.test_silent import hanging
from tests.switch.turning import until

UNIT = Path(__file__).parents[2] / "systemd" / "c2cd.service"
BEAT = "WATCHDOG=1"
THERE = "STATUS=the switch is there"
# A third of it is what a test waits for.
WATCHDOG = 0.9


@pytest.fixture
def init(monkeypatch: pytest.MonkeyPatch) -> Iterator[Init]:
    """Be told what the daemons say that are started meanwhile."""
    with listening_init(monkeypatch) as init:
        yield init


@asynccontextmanager
async def started(host: Host) -> AsyncIterator[None]:
    """Run the daemon while the block runs."""
    await host.daemon.start(ready=False)
    yield
    await host.daemon.stop()


async def test_it_says_when_it_is_ready_and_when_it_stops(host: Host, init: Init) -> None:
    """READY comes first, once clicks can come, and STOPPING before it ends."""
    async with started(host):
        assert await init.next() == ["READY=1"]
        await init.until(THERE)
    assert "STOPPING=1" in init.waiting()


async def test_the_status_is_that_of_the_switch(host: Host, init: Init) -> None:
    """The line of status says whether the switch is there, and why it is not, each time that this changes."""
    port = free_port()
    rewrite(host.daemon, f"port = {host.ami_port}", f"port = {port}")
    async with started(host):
        await init.until(f"STATUS=the switch is away: 127.0.0.1:{port}: Connection refused")
        async with AsyncExitStack() as there:
            await there.enter_async_context(host.switch.listening(port))
            await init.until(THERE)
        await init.until(f"STATUS=the switch is away: 127.0.0.1:{port} closed the connection")


async def test_the_watchdog_is_fed_while_the_process_turns(
    host: Host, init: Init, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signs of life come again and again, none from a process that is stopped, and again once it goes on."""
    monkeypatch.setenv("WATCHDOG_USEC", str(int(WATCHDOG * 1_000_000)))
    async with started(host):
        for _ in range(3):
            await init.until(BEAT)
        send(host.daemon, signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            await _many(init)
        send(host.daemon, signal.SIGCONT)
        await init.until(BEAT)


async def _many(init: Init) -> None:
    for _ in range(10):  # some were told before it stopped
        await init.next(WATCHDOG)


async def test_nobody_is_told_of_a_watchdog_that_is_not_there(host: Host, init: Init) -> None:
    """Without a watchdog no sign of life is given."""
    async with started(host):
        before = await init.until(THERE)
    assert BEAT not in before + init.waiting()


async def test_a_disk_that_hangs_is_outlived_for_minutes(tmp_path: Path, clock: ManualClock) -> None:
    """A database that does not answer is well for five minutes and not after; once it answers it is again."""
    async with open_database(tmp_path / "c2cd.db", clock) as database:
        assert _is_well(database)
        assert _is_well(database)
        with hanging(database._writer):
            await clock.advance(10.0)
            assert _is_well(database)
            await clock.advance(LONGEST_SILENCE - 10.1)
            assert _is_well(database)
            await clock.advance(0.1)
            assert not _is_well(database)
        await until(lambda: _is_well(database))


async def test_a_stuck_daemon_shows_where_it_stood(host: Host) -> None:
    """ABRT, by which systemd ends what its watchdog found, leaves a traceback of every thread in the log."""
    await host.daemon.start()
    send(host.daemon, signal.SIGABRT)
    assert await host.daemon.stop() == -signal.SIGABRT
    assert "Fatal Python error: Aborted" in host.daemon.messages
    assert host.daemon.messages.count("most recent call first") > 1


def settings() -> dict[str, list[str]]:
    """Give the unit's settings, each with all its values."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", UNIT.read_text(), re.MULTILINE):
        found.setdefault(key, []).append(value)
    return found


def test_it_is_started_again_unless_somebody_has_to_look() -> None:
    """The unit starts it again, for ever but never at once, unless it ended with 78."""
    unit = settings()
    assert (unit["Restart"], unit["StartLimitIntervalSec"]) == (["always"], ["0"])
    assert float(unit["RestartSec"][0]) >= 1.0
    assert unit["RestartPreventExitStatus"] == [str(os.EX_CONFIG)]


def test_the_unit_waits_long_enough() -> None:
    """The unit's times are longer than what c2cd takes to stop, and shorter than a hanging disk is borne."""
    unit = settings()
    assert float(unit["TimeoutStopSec"][0]) > LONGEST_STOP
    assert LONGEST_STOP < float(unit["WatchdogSec"][0]) < LONGEST_SILENCE


async def _says(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    out, _ = await process.communicate()
    return out.decode()


@pytest.fixture(scope="module")
def analyze() -> str:
    """Give systemd's own judge of units."""
    path = shutil.which("systemd-analyze")
    if path is None:
        pytest.skip("no systemd-analyze here")
    return path


async def test_the_sandbox_is_tight(analyze: str) -> None:
    """By systemd's own measure the unit's exposure is 1.5 or less."""
    said = await _says(analyze, "security", "--offline=true", "--no-pager", str(UNIT))
    exposure = re.search(r"Overall exposure level for c2cd.service: ([0-9.]+)", said)
    assert exposure is not None, said
    assert float(exposure[1]) <= 1.5, said


async def test_the_unit_has_no_fault(analyze: str, tmp_path: Path) -> None:
    """By systemd there is nothing to say against the unit, where what it starts is there."""
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/c2cd/bin/c2cd", "/bin/true"))
    assert await _says(analyze, "verify", "--man=no", str(unit)) == ""
