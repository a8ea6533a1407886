"""Faults of the host: its disk, the database on it, and its clock."""

import asyncio
import shutil
import sqlite3
import sys
from random import Random

from tests.proving.daemon import serve_in_vain
from tests.proving.ground import Ground

DAY = 86_400.0


async def fill_disk(ground: Ground, draw: Random) -> None:
    """Leave not one free block on the disk."""
    if ground.disk is not None:
        async with ground.harm("the disk is full"):
            ground.disk.fill()
            await asyncio.sleep(draw.uniform(1, 5))
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
                await asyncio.sleep(draw.uniform(*draw.choice([(0.2, 2.0), (4.0, 9.0)])))
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
        await asyncio.sleep(draw.uniform(0.5, 7))
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
        code, said = await serve_in_vain(ground.daemon.config)
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
        await asyncio.sleep(draw.uniform(1, 4))
        if skew < 0 and draw.random() < 0.5:
            await ground.daemon.kill()
            ground.deaths["daemon"] += 1
            await ground.daemon.start(ready=False)
            await asyncio.sleep(draw.uniform(0, 2))
        ground.daemon.ask()
        await ground.daemon.tell()
