"""Looks at the host for ``c2cd check``: the database, what the clock has done to it, and free space."""

import shutil
from datetime import timedelta
from pathlib import Path

from c2cd.cli.finding import Finding, fail, ok, warn
from c2cd.cli.owner import as_owner_of
from c2cd.clock import Clock
from c2cd.config import Config, Store
from c2cd.errors import C2cdError
from c2cd.store.database import open_database
from c2cd.store.history import History
from c2cd.store.signing_key import load_signing_key

MB = 1_000_000
# SQLite's log beside the database grows to some MB before it is written back: with less, a busy hour fails.
TOO_LITTLE = 20 * MB
LITTLE = 500 * MB
LITTLE_SHARE = 0.05
# That share of a large disk is nothing to worry about.
ENOUGH = 5_000 * MB
# A daemon beside us may have logged a click since we looked at the clock.
SLACK = 2.0


async def look_at_database(store: Store, clock: Clock) -> list[Finding]:
    """Write to the database as the daemon does, and tell what is found."""
    path = Path(store.path)
    try:
        with as_owner_of(path):
            async with open_database(path) as database:
                await database.beat(clock.wall())
                ahead = await _look_ahead(History(database), clock)
            load_signing_key(store.signing_key_path)
    except C2cdError as error:
        return [fail("database", str(error))]
    return [ok("database", f"{path} can be written"), *ahead]


async def _look_ahead(history: History, clock: Clock) -> list[Finding]:
    now = clock.wall()
    many, last = await history.ahead_of(now + SLACK)
    if not many:
        return []
    how_far = timedelta(seconds=round(last - now))
    how = (
        f"{many} calls lie ahead of the clock, by up to {how_far}: it was put back, or was wrong before."
        " Until it has passed them the history's pages lack them and after a restart limits count them as new"
    )
    return [warn("history", how)]


def look_at_disks(config: Config) -> list[Finding]:
    """Tell how much can still be written where the database and the event log are."""
    database = _look_at_disk("the database", config.store.path, "no click is taken")
    if config.log.events == "-":
        return list(database.values())
    log = _look_at_disk("the event log", config.log.events, "its lines are lost")
    return list({**database, **log, **database}.values())  # of one disk that they share it is told once


def _look_at_disk(whose: str, file: str, once_full: str) -> dict[int | str, Finding]:
    """Give what is found by the disk's number, or by the file where there is no folder for it."""
    folder = Path(file).absolute().parent
    try:
        disk = folder.stat().st_dev
        total, _, free = shutil.disk_usage(folder)
    except OSError as error:
        return {file: fail("disk", f"{whose} can't be written: {folder}: {error.strerror}")}
    how = f"{_size(free)} of {_size(total)} are free where {whose} is ({folder})"
    if free < TOO_LITTLE:
        return {disk: fail("disk", f"{how}: once nothing can be written, {once_full}")}
    if free < max(LITTLE, min(LITTLE_SHARE * total, ENOUGH)):
        return {disk: warn("disk", f"{how}: make room, since once nothing can be written, {once_full}")}
    return {disk: ok("disk", how)}


def _size(octets: int) -> str:
    return f"{octets / MB:.0f} MB" if octets < 10_000 * MB else f"{octets / MB / 1000:.0f} GB"
