"""``c2cd check``: configuration, AMI login, AMI rights and database, a line each."""

import asyncio
from pathlib import Path

import click

from c2cd.cli.options import naming_file
from c2cd.cli.owner import as_owner_of
from c2cd.clock import Clock, deadline
from c2cd.config import Ami, Store, load_config
from c2cd.errors import C2cdError, SwitchError
from c2cd.guard.doorkeeper import Doorkeeper
from c2cd.model.account import Account
from c2cd.model.switching import Originate, OriginateDecided
from c2cd.store.database import open_database
from c2cd.store.signing_key import load_signing_key
from c2cd.switch.link import Link

PATIENCE = 20.0


async def run_checks(path: Path, clock: Clock) -> int:
    """Print a line for each thing that was looked at; give 0 if all is right, else 1."""
    try:
        config = load_config(path)
        with naming_file(path):
            Doorkeeper(
                clock, config.accounts, allow_open_buttons=config.allow_open_buttons, limits=config.limits
            )
    except C2cdError as error:
        _say("configuration", str(error), good=False)
        return 1
    names = ", ".join(_name(account) for account in config.accounts)
    _say("configuration", f"{path}: accounts {names}", good=True)
    good = [await _check_ami(config.ami, clock), await _check_database(config.store, clock)]
    return 0 if all(good) else 1


def _name(account: Account) -> str:
    return account.id if account.region else f"{account.id} (has no region: calls may go to any country)"


async def _check_ami(settings: Ami, clock: Clock) -> bool:
    link = Link(settings, clock)
    staying = asyncio.create_task(link.run())
    try:
        async with deadline(clock, PATIENCE):
            await link.settled.wait()
        if link.away is not None:
            return _say("ami", link.away, good=False)
        where = f"{settings.username!r} at {settings.host}:{settings.port}, started {link.life}"
        _say("ami", f"logged in as {where}", good=True)
        return await _check_rights(link, clock)
    except TimeoutError:
        return _say("ami", f"{settings.host}:{settings.port} does not answer", good=False)
    finally:
        staying.cancel()
        await asyncio.wait([staying])


async def _check_rights(link: Link, clock: Clock) -> bool:
    """Order a call by a technology that there is not: nobody rings, and its end is an event of class call."""
    nobody = Originate(
        call_id="c2c-check",
        first="C2cdCheck/nobody",
        first_shows_name="",
        first_shows_number="0",
        second="C2cdCheck/nobody",
        second_shows_name="",
        second_shows_number="0",
        timeout=1,
    )
    try:
        await link.originate(nobody)
        async with deadline(clock, 5.0):
            while not isinstance(await link.events.get(), OriginateDecided):
                pass
    except SwitchError as error:
        return _say("ami rights", str(error), good=False)
    except TimeoutError:
        what = "no call events came: the user's section of manager.conf needs read = call,system"
        return _say("ami rights", what, good=False)
    if link.reads_system:
        hang_up = ",call" if link.may_hang_up else "; without write = call c2cd can't hang calls up"
        return _say("ami rights", f"read call,system; write originate,reporting{hang_up}", good=True)
    what = "no FullyBooted came: the user's section of manager.conf needs read = call,system"
    return _say("ami rights", what, good=False)


async def _check_database(store: Store, clock: Clock) -> bool:
    path = Path(store.path)
    try:
        with as_owner_of(path):
            async with open_database(path) as database:
                await database.beat(clock.wall())
            load_signing_key(store.signing_key_path)
    except C2cdError as error:
        return _say("database", str(error), good=False)
    return _say("database", f"{path} can be written", good=True)


def _say(what: str, how: str, *, good: bool) -> bool:
    for line in how.splitlines():
        click.echo(f"{'ok  ' if good else 'FAIL'} {what}: {line}")
    return good
