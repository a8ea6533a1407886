"""``c2cd check``: is the configuration right, is the switch, is the host? A line each."""

from collections.abc import Sequence
from pathlib import Path

import click

from c2cd.cli.checking_host import look_at_database, look_at_disks
from c2cd.cli.checking_switch import look_at_switch
from c2cd.cli.finding import Finding, fail, ok
from c2cd.cli.options import naming_file
from c2cd.clock import Clock
from c2cd.config import load_config
from c2cd.errors import C2cdError
from c2cd.guard.doorkeeper import Doorkeeper
from c2cd.model.account import Account


async def run_checks(path: Path, clock: Clock) -> int:
    """Print a line for each thing that was looked at; give 1 if any keeps c2cd from working, else 0."""
    try:
        config = load_config(path)
        with naming_file(path):
            Doorkeeper(
                clock, config.accounts, allow_open_buttons=config.allow_open_buttons, limits=config.limits
            )
    except C2cdError as error:
        return _say([fail("configuration", str(error))])
    names = ", ".join(_name(account) for account in config.accounts)
    return max(
        _say([ok("configuration", f"{path}: accounts {names}")]),
        _say(await look_at_switch(config.ami, clock)),
        _say(await look_at_database(config.store, clock)),
        _say(look_at_disks(config)),
    )


def _name(account: Account) -> str:
    return account.id if account.region else f"{account.id} (has no region: calls may go to any country)"


def _say(findings: Sequence[Finding]) -> int:
    for finding in findings:
        for line in finding.lines:
            click.echo(line)
    return 1 if any(finding.mark == "FAIL" for finding in findings) else 0
