"""Looks at the switch for ``c2cd check``: login, version, rights, event filters and clock."""

import asyncio
from contextlib import suppress

from c2cd.cli.finding import Finding, fail, ok, warn
from c2cd.clock import Clock, deadline
from c2cd.config import Ami
from c2cd.errors import SwitchError
from c2cd.model.switching import Originate, OriginateDecided
from c2cd.switch.link import HANG_UP, NEEDED, Link
from c2cd.switch.version import Version, read_version

PATIENCE = 20.0
# How long the events of a call that is no call of c2cd's may take; they came within 1 ms.
HEARING = 1.0
# Further apart than this, in seconds, what c2cd's logs and Asterisk's say can't be laid side by side.
MOST_APART = 2.0

_USED = {*NEEDED.values(), HANG_UP}
_MAY = {
    "system": "can run programs on Asterisk's host",
    "command": "can give any command of Asterisk's console, and so run programs on its host",
    "config": "can rewrite Asterisk's configuration, and so run programs on its host",
    "agi": "can have calls run any application, and so run programs on Asterisk's host",
    "agent": "can put phones into queues, and take them out",
    "user": "can send events of its own to all other users of AMI",
    "message": "can send text messages to phones",
    "aoc": "can tell phones what a call costs",
}


async def look_at_switch(settings: Ami, clock: Clock) -> list[Finding]:
    """Log in as the daemon does, and tell what is found."""
    link = Link(settings, clock)
    staying = asyncio.create_task(link.run())
    try:
        async with deadline(clock, PATIENCE):
            await link.settled.wait()
        if link.away is not None:
            return [fail("ami", link.away)]
        where = f"{settings.username!r} at {settings.host}:{settings.port}, started {link.life}"
        return [ok("ami", f"logged in as {where}"), *await _look_behind_login(link, clock)]
    except TimeoutError:
        return [fail("ami", f"{settings.host}:{settings.port} does not answer")]
    finally:
        staying.cancel()
        await asyncio.wait([staying])


async def _look_behind_login(link: Link, clock: Clock) -> list[Finding]:
    version, found = await _look_at_version(link, clock)
    rights = await _look_at_rights(link, clock)
    found += [rights, *_look_at_surplus(link)]
    if rights.mark == "ok":
        found.append(await _look_at_filters(link, clock, version))
    return [*found, *await _look_at_clock(link, clock)]


async def _look_at_version(link: Link, clock: Clock) -> tuple[Version | None, list[Finding]]:
    try:
        words = await link.ask_version()
    except SwitchError as error:
        return None, [warn("asterisk", f"does not tell its version: {error}")]
    version = read_version(words)
    if version is None:
        how = (
            f"calls itself {words!r}: that is no version of which c2cd could tell whether it has known holes"
        )
        return None, [warn("asterisk", how)]
    troubles = [warn("asterisk", f"{words}: {trouble}") for trouble in version.troubles(clock.wall())]
    return version, troubles or [ok("asterisk", words)]


async def _look_at_rights(link: Link, clock: Clock) -> Finding:
    """Order a call by a technology that there is not: nobody rings, and its end is an event of class call."""
    try:
        await link.originate(_to_nobody("c2c-check", "C2cdCheck/nobody"))
        async with deadline(clock, 5.0):
            while not isinstance(await link.events.get(), OriginateDecided):
                pass
    except SwitchError as error:
        return fail("ami rights", str(error))
    except TimeoutError:
        what = "no call events came: the user's section of manager.conf needs read = call,system"
        return fail("ami rights", what)
    if link.reads_system:
        hang_up = ",call" if link.may_hang_up else "; without write = call c2cd can't hang calls up"
        return ok("ami rights", f"read call,system; write originate,reporting{hang_up}")
    return fail(
        "ami rights", "no FullyBooted came: the user's section of manager.conf needs read = call,system"
    )


def _look_at_surplus(link: Link) -> list[Finding]:
    return [
        warn(
            "ami rights",
            f"with the right {right!r} the user {_MAY.get(right, 'may do more than it should')};"
            " write = originate,reporting is enough in its section of manager.conf, or with ,call to hang up",
        )
        for right in sorted(link.rights - _USED)
    ]


async def _look_at_filters(link: Link, clock: Clock, version: Version | None) -> Finding:
    """Order a call under an id that is not c2cd's, to a context that there is not, and hear if it is told."""
    try:
        await link.originate(_to_nobody("check-c2cd", "Local/000@c2cd-check/n"))
    except SwitchError as error:
        return warn("ami events", f"whether they are filtered could not be seen: {error}")
    with suppress(TimeoutError):
        async with deadline(clock, HEARING):
            await link.overhears.wait()
    if not link.overhears.is_set():
        return ok("ami events", "only those of c2cd's own calls come")
    file = "c2cd.conf" if version is None or version.knows_new_filters else "c2cd-older.conf"
    how = "those of everybody's calls come: the user's section of manager.conf needs the eventfilter lines of"
    return warn("ami events", f"{how} {file}")


def _to_nobody(call_id: str, channel: str) -> Originate:
    return Originate(
        call_id=call_id,
        first=channel,
        first_shows_name="",
        first_shows_number="0",
        second=channel,
        second_shows_name="",
        second_shows_number="0",
        timeout=1,
    )


async def _look_at_clock(link: Link, clock: Clock) -> list[Finding]:
    asked = clock.wall()
    try:
        theirs = await link.ask_time()
    except SwitchError as error:
        return [warn("clock", f"the switch does not tell its own: {error}")]
    if theirs is None:
        return []
    ahead = theirs - (asked + clock.wall()) / 2
    if abs(ahead) <= MOST_APART:
        return [ok("clock", "as the switch's")]
    way = "ahead of" if ahead > 0 else "behind"
    how = f"the switch's is {abs(ahead):.0f} s {way} this host's, and so are the times in its logs: use NTP"
    return [warn("clock", how)]
