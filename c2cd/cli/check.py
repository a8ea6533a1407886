"""``c2cd check``: is the configuration right, is the switch, is the host? A line each."""

from collections.abc import Sequence
from pathlib import Path

import click

from c2cd.cli.checking_host import look_at_database, look_at_disks
from c2cd.cli.checking_switch import look_at_switch
from c2cd.cli.finding import Finding, fail, ok
from c2cd.clock import Clock
from c2cd.config import Config
from c2cd.errors import C2cdError
from c2cd.guard.rules import load_rules
from c2cd.model.account import Account


async def run_checks(path: Path, clock: Clock) -> int:
    """Print a line for each thing that was looked at; give 1 if any keeps c2cd from working, else 0."""
    config, findings = _look_at_config(path)
    if config is None:
        return _say(findings)
    return max(
        _say(findings),
        _say(await look_at_switch(config.ami, clock)),
        _say(await look_at_database(config.store, clock)),
        _say(look_at_disks(config)),
    )


def check_config(path: Path) -> int:
    """Print what is to be said of the configuration alone; give 1 if it can't be used, else 0."""
    return _say(_look_at_config(path)[1])


def _look_at_config(path: Path) -> tuple[Config | None, list[Finding]]:
    try:
        config, _ = load_rules(path)
    except C2cdError as error:
        return None, [fail("configuration", str(error))]
    names = ", ".join(_name(account) for account in config.accounts)
    return config, [ok("configuration", f"{path}: accounts {names}")]


def _name(account: Account) -> str:
    return account.id if account.region else f"{account.id} (has no region: calls may go to any country)"


def _say(findings: Sequence[Finding]) -> int:
    for finding in findings:
        for line in finding.lines:
            click.echo(line)
    return 1 if any(finding.mark == "FAIL" for finding in findings) else 0
