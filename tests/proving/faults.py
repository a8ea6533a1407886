"""Everything that happens on a PBX host, as a table: each one breaks something, and mends it."""

import asyncio
import contextlib
import shutil
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

from tests.lab.configuration import Manager, manager_conf
from tests.process import C2CD, free_port
from tests.proving.ground import Ground
from tests.proving.wiretap import CUTS, Cut
from tests.rigged import POINTS

Fault = Callable[[Ground, Random], Awaitable[None]]

DAY = 86_400.0
# What TERM may take, and what a machine that is shared adds to it.
_LONGEST_STOP = 5.0
_SLACK = 1.5
_FLOOD_PER_SECOND = 5_000
_FOREIGN = (
    b"Event: Newexten\r\nPrivilege: dialplan,all\r\nChannel: PJSIP/700-%08x\r\nChannelState: 6\r\n"
    b"ChannelStateDesc: Up\r\nCallerIDNum: 700\r\nCallerIDName: J\xc3\xbcrgen\r\nConnectedLineNum: 701\r\n"
    b"ConnectedLineName: <unknown>\r\nLanguage: en\r\nContext: from-internal\r\nExten: 701\r\n"
    b"Priority: 3\r\nUniqueid: 1795000000.%d\r\nLinkedid: 1795000000.%d\r\nExtension: 701\r\n"
    b"Application: Set\r\nAppData: __DIRECTION=out\r\n\r\n"
)


async def _wait(draw: Random, least: float, most: float) -> None:
    await asyncio.sleep(draw.uniform(least, most))


# The daemon


async def kill_daemon(ground: Ground, draw: Random) -> None:
    """Kill the daemon at a random moment, and start it again."""
    async with ground.harm("the daemon is killed"):
        await ground.daemon.kill()
        ground.deaths["daemon"] += 1
        if draw.random() < 0.3:
            await _wait(draw, 0, 2)
        await ground.daemon.start(ready=False)


async def kill_daemon_at_a_point(ground: Ground, draw: Random) -> None:
    """Have the daemon die at a point of some click's way, and start it again."""
    point = draw.choice(POINTS)
    async with ground.harm(f"the daemon dies {point}"):
        ground.daemon.ask(point=point, count=draw.randint(1, 4))
        await ground.daemon.tell()
        if not await ground.daemon.end(within=20):
            ground.complaints.append(f"no click passed {point} within 20 s")
        await ground.daemon.kill()
        ground.deaths["daemon"] += 1
        ground.daemon.ask()
        await ground.daemon.start(ready=False)


async def stop_daemon(ground: Ground, _draw: Random) -> None:
    """Send TERM in the middle of clicks: it ends with 0 in time."""
    async with ground.harm("TERM"):
        began = time.monotonic()
        code = await ground.daemon.stop()
        took = time.monotonic() - began
        ground.recoveries["TERM until the end"].append(took)
        if code != 0 or took > _LONGEST_STOP + _SLACK:
            ground.complaints.append(f"TERM: exit {code} after {took:.1f} s")
        await ground.daemon.start(ready=False)


async def stop_daemon_twice(ground: Ground, draw: Random) -> None:
    """Send TERM twice: it ends where it stands."""
    async with ground.harm("TERM twice"):
        stopping = asyncio.create_task(ground.daemon.stop())
        await _wait(draw, 0, 0.3)
        if ground.daemon.is_alive:
            ground.daemon.terminate()
        await stopping
        await ground.daemon.start(ready=False)


async def start_another_daemon(ground: Ground, _draw: Random) -> None:
    """Start a second daemon on the same database: it refuses, and says why."""
    config = ground.daemon.config.with_name("second.toml")
    text = ground.daemon.config.read_text().replace(str(ground.daemon.port), str(free_port()))
    config.write_text(text)
    code, said = await _serve(config)
    if code == 0 or "another c2cd serves with this database" not in said:
        ground.complaints.append(f"a second daemon: exit {code}: {said}")


async def _serve(config: Path) -> tuple[int, str]:
    """Start a daemon that can't start; give its exit code and its words."""
    process = await asyncio.create_subprocess_exec(
        *(*C2CD, "serve", "--config", str(config)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await asyncio.wait_for(process.communicate(), 20)
    except TimeoutError:
        process.kill()
        await process.wait()
        return 0, "it started"
    return process.returncode or 0, said.decode()


# The switch


async def kill_asterisk(ground: Ground, draw: Random) -> None:
    """Kill Asterisk, and start it again."""
    async with ground.harm("Asterisk is killed"):
        ground.switch_deaths.append(time.time())
        await ground.asterisk.kill()
        ground.deaths["asterisk"] += 1
        if draw.random() < 0.5:
            await _wait(draw, 0, 3)
        await ground.asterisk.start()


async def pause_asterisk(ground: Ground, draw: Random) -> None:
    """Stop the process for a moment or for long, and let it go on."""
    async with ground.harm("Asterisk stands still"):
        await ground.asterisk.pause()
        await _wait(draw, *draw.choice([(0.1, 1.0), (2.0, 6.0), (9.0, 14.0)]))
        ground.asterisk.resume()


async def restart_asterisk(ground: Ground, draw: Random) -> None:
    """Have it restarted, at once or after it was told to wait for its calls and to take no new ones."""
    async with ground.harm("Asterisk is restarted"):
        if draw.random() < 0.5:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(draw.uniform(2, 10)):
                    await ground.asterisk.cli("core stop gracefully")  # which waits for the calls' ends
        ground.switch_deaths.append(time.time())
        await ground.asterisk.restart()


async def reload_asterisk(ground: Ground, _draw: Random) -> None:
    """Reload all of its configuration."""
    async with ground.harm("Asterisk is reloaded"):
        await ground.asterisk.cli("core reload")


async def disable_ami(ground: Ground, draw: Random) -> None:
    """Switch the manager interface off, and on again."""
    async with ground.harm("AMI is disabled"):
        asterisk = ground.asterisk
        await _configure(ground, manager_conf(asterisk.ami_port, asterisk.managers, enabled=False))
        await _wait(draw, 0.5, 4)
        await _configure(ground, None)


async def change_secret(ground: Ground, draw: Random) -> None:
    """Change the AMI user's secret, cut the link, and change it back."""
    async with ground.harm("the secret is changed"):
        asterisk = ground.asterisk
        other = dict(asterisk.managers)
        other["c2cd"] = Manager(secret="another", section=other["c2cd"].section)
        await _configure(ground, manager_conf(asterisk.ami_port, other))
        ground.tap.cut()
        await _wait(draw, 1, 4)
        await _configure(ground, None)


async def reduce_rights(ground: Ground, draw: Random) -> None:
    """Take the right to originate away, cut the link, and give it back."""
    async with ground.harm("rights are reduced"):
        asterisk = ground.asterisk
        other = dict(asterisk.managers)
        full = other["c2cd"]
        section = full.section.replace("write = originate,reporting", "write = reporting")
        assert section != full.section
        other["c2cd"] = Manager(secret=full.secret, section=section)
        await _configure(ground, manager_conf(asterisk.ami_port, other))
        ground.tap.cut()
        await _wait(draw, 1, 4)
        await _configure(ground, None)


async def _configure(ground: Ground, manager: str | None) -> None:
    """Have Asterisk read another manager.conf, or its own one again."""
    if manager is None:
        ground.asterisk.also.pop("manager.conf", None)
    else:
        ground.asterisk.also["manager.conf"] = manager
    ground.asterisk.configure()
    await ground.asterisk.cli("manager reload")


# The link


async def cut_link(ground: Ground, draw: Random) -> None:
    """Cut the link at a random moment, maybe for a while."""
    async with ground.harm("the link is cut"):
        ground.tap.refusing = draw.random() < 0.3
        ground.tap.cut()
        if ground.tap.refusing:
            await _wait(draw, 0.5, 4)
            ground.tap.refusing = False


def _cut_at(place: Cut) -> Fault:
    async def fault(ground: Ground, _draw: Random) -> None:
        async with ground.harm(f"the link is cut {place}"):
            ground.tap.cut_at = place
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(10):
                    while ground.tap.cut_at is not None:  # noqa: ASYNC110 - the crowd brings it about
                        await asyncio.sleep(0.05)
            ground.tap.cut_at = None

    fault.__name__ = f"cut {place}".replace(" ", "_")
    return fault


async def stall_link(ground: Ground, draw: Random) -> None:
    """Hold everything back that goes through the link, one way or both, then let it through."""
    async with ground.harm("the link is stalled"):
        ground.tap.stall(answers_only=draw.random() < 0.5)
        await _wait(draw, *draw.choice([(0.2, 1.5), (3.0, 6.0), (9.0, 13.0)]))
        ground.tap.flow()


async def delay_link(ground: Ground, draw: Random) -> None:
    """Make the link slow for some seconds."""
    async with ground.harm("the link is slow"):
        ground.tap.delay = draw.uniform(0.05, 0.4)
        await _wait(draw, 2, 5)
        ground.tap.delay = 0.0


async def half_open_link(ground: Ground, _draw: Random) -> None:
    """Leave the connection open and pass nothing more: the daemon has to find out by itself."""
    async with ground.harm("the link is half open"):
        ground.tap.half_open()
        began = time.monotonic()
        await ground.daemon.wait_for("/readyz", 503)
        ground.recoveries["a half open link, until it is found"].append(time.monotonic() - began)


async def read_slowly(ground: Ground, draw: Random) -> None:
    """Have the daemon stand still (SIGSTOP), so that it reads nothing of what the switch tells."""
    async with ground.harm("the daemon stands still"):
        ground.daemon.pause()
        await _wait(draw, *draw.choice([(0.2, 1.5), (4.0, 9.0)]))
        ground.daemon.resume()


async def flood(ground: Ground, draw: Random) -> None:
    """Tell of 5,000 events a second that concern no click."""
    until, number = time.monotonic() + draw.uniform(2, 4), 0
    async with ground.harm("a flood of foreign events"):
        while time.monotonic() < until:
            await asyncio.sleep(0.02)
            many = _FLOOD_PER_SECOND // 50
            if ground.tap.inject(b"".join(_FOREIGN % (n, n, n) for n in range(number, number + many))):
                number += many


# The host


async def fill_disk(ground: Ground, draw: Random) -> None:
    """Leave not one free block on the disk."""
    if ground.disk is not None:
        async with ground.harm("the disk is full"):
            ground.disk.fill()
            await _wait(draw, 1, 5)
            if draw.random() < 0.3:
                await ground.daemon.kill()
                ground.deaths["daemon"] += 1
                ground.disk.free()
                await ground.daemon.start(ready=False)
            else:
                ground.disk.free()


async def freeze_disk(ground: Ground, draw: Random) -> None:
    """Let each write wait."""
    if ground.disk is not None:
        async with ground.harm("the disk hangs"):
            await ground.disk.freeze()
            try:
                await _wait(draw, *draw.choice([(0.2, 2.0), (4.0, 9.0)]))
            finally:
                await ground.disk.thaw()


async def lock_database(ground: Ground, draw: Random) -> None:
    """Have another process hold the database."""
    async with ground.harm("the database is locked"):
        # A process of its own: what holds it here would hold the test's own loop too.
        holding = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _HOLD, str(ground.daemon.database)),
            stdin=asyncio.subprocess.PIPE,
        )
        await _wait(draw, 0.5, 7)
        await holding.communicate(b"")


_HOLD = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None) as connection:
    connection.execute("BEGIN IMMEDIATE")
    sys.stdin.read()
    connection.execute("ROLLBACK")
"""


async def damage_database(ground: Ground, draw: Random) -> None:
    """Start the daemon on a damaged file, or on one of a newer c2cd: it refuses and leaves it as it is."""
    async with ground.harm("the database is damaged"):
        await ground.daemon.kill()
        ground.deaths["daemon"] += 1
        whole = ground.daemon.database
        aside = ground.daemon.folder / "aside"
        aside.mkdir(exist_ok=True)
        files = [file for file in whole.parent.glob("c2cd.db*") if file.suffix != ".lock"]
        for file in files:
            await asyncio.to_thread(shutil.copy2, file, aside / file.name)
        newer = draw.random() < 0.5
        if newer:
            with sqlite3.connect(whole) as connection:
                connection.execute("PRAGMA user_version = 99")
            connection.close()
        else:
            with whole.open("r+b") as damaged:
                damaged.seek(draw.randrange(16))
                damaged.write(b"\xff" * 100)
        before = {
            file.name: file.read_bytes() for file in files if file.suffix != ".db-shm" and file.exists()
        }
        code, said = await _serve(ground.daemon.config)
        after = {name: (whole.parent / name).read_bytes() for name in before}
        words = "made by a newer c2cd" if newer else "the database is damaged"
        if code == 0 or words not in said or before != after:
            ground.complaints.append(f"a damaged database: exit {code}, unchanged {before == after}: {said}")
        for file in whole.parent.glob("c2cd.db*"):
            if file.suffix != ".lock":
                file.unlink()
        for file in files:
            await asyncio.to_thread(shutil.copy2, aside / file.name, file)
        await ground.daemon.start(ready=False)


async def set_clock(ground: Ground, draw: Random) -> None:
    """Set the clock a day forward or back, and right again.

    A daemon that is started under tomorrow's date begins tomorrow's limits, and can't know better.
    """
    async with ground.harm("the clock is set"):
        skew = draw.choice([-DAY, DAY])
        ground.daemon.ask(skew=skew)
        await ground.daemon.tell()
        await _wait(draw, 1, 4)
        if skew < 0 and draw.random() < 0.5:
            await ground.daemon.kill()
            ground.deaths["daemon"] += 1
            await ground.daemon.start(ready=False)
            await _wait(draw, 0, 2)
        ground.daemon.ask()
        await ground.daemon.tell()


# Each fault, and how often it comes.
FAULTS: dict[Fault, int] = {
    kill_daemon: 6,
    kill_daemon_at_a_point: 8,
    stop_daemon: 2,
    stop_daemon_twice: 1,
    start_another_daemon: 1,
    kill_asterisk: 3,
    pause_asterisk: 2,
    restart_asterisk: 1,
    reload_asterisk: 1,
    disable_ami: 1,
    change_secret: 1,
    reduce_rights: 1,
    cut_link: 3,
    **{_cut_at(place): 1 for place in CUTS},
    stall_link: 2,
    delay_link: 1,
    half_open_link: 1,
    read_slowly: 1,
    flood: 1,
    fill_disk: 1,
    freeze_disk: 1,
    lock_database: 1,
    damage_database: 1,
    set_clock: 1,
}
KILLS: dict[Fault, int] = {kill_daemon: 4, kill_daemon_at_a_point: 6, kill_asterisk: 2}


def schedule(faults: dict[Fault, int], draw: Random) -> list[Fault]:
    """Give each fault as often as its table says, in an order that is drawn."""
    hat = [fault for fault, many in faults.items() for _ in range(many)]
    draw.shuffle(hat)
    return hat
