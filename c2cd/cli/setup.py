"""``c2cd setup``: makes c2cd a service of this host, or takes it away."""

import asyncio
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from c2cd.cli.check import run_checks
from c2cd.cli.database import with_database
from c2cd.cli.options import reporting_errors
from c2cd.clock import Clock, SystemClock
from c2cd.config import Config, load_config
from c2cd.errors import ConfigError
from c2cd.setup.ami_user import plan_ami_user
from c2cd.setup.configuration import FirstAccount, first_configuration
from c2cd.setup.host import Host
from c2cd.setup.plan import Action, Step, carry_out, to_make, to_remove
from c2cd.setup.steps import CONFIGURATION, Wanted, steps
from c2cd.setup.system import STATE, require, unit_text
from c2cd.store.database import Database
from c2cd.store.tokens import Tokens


@click.command()
@click.option("--account", help="The id of the first account.  [default: main]")
@click.option("--realm", help="The domain of the first account.  [default: this host's name]")
@click.option("--region", help="Where its national numbers are of, as two letters.  [default: none]")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")
@click.option("--remove", is_flag=True, help="Take all of it away but the database.")
@click.pass_obj
@reporting_errors
def setup(  # noqa: PLR0913, PLR0917 - an argument an option
    host: Host | None,
    account: str | None,
    realm: str | None,
    region: str | None,
    yes: bool,  # noqa: FBT001 - a flag, as click gives it
    dry_run: bool,  # noqa: FBT001
    remove: bool,  # noqa: FBT001
) -> None:
    """Make c2cd a service of this host: its user, files, AMI user and unit. Run it as root.

    It shows all that it would write and run, and asks. What is there already is left as it is; a second run
    changes nothing. At the end it checks all of it and prints a first token.

    Example: c2cd setup --account acme --realm acme.example --region US
    """
    host = host or Host()
    require(host)
    if remove:
        _take_away(host, yes=yes, dry_run=dry_run)
        return
    is_asked = not (yes or dry_run or host.at(CONFIGURATION).exists()) and sys.stdin.isatty()
    first = _first_account(account, realm, region, is_asked=is_asked)
    ami_user = plan_ami_user(host)
    try:
        configuration = first_configuration(first, ami_user.port)
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    wanted = Wanted(ami_user=ami_user, configuration=configuration, unit=unit_text(Path(sys.prefix)))
    actions = _show_making(steps(host, wanted))
    if not actions:
        click.echo("Nothing has to be changed.")
    if dry_run:
        return
    if actions:
        _do(actions, yes=yes)
    sys.exit(finish(host.at(CONFIGURATION), SystemClock()))


def _take_away(host: Host, *, yes: bool, dry_run: bool) -> None:
    actions = _show_removing(steps(host, None))
    if not actions:
        click.echo("There is nothing to take away.")
    elif not dry_run:
        _do(actions, yes=yes)
        click.echo(f"What is left is {STATE} with the database, and {sys.prefix}, which is yours to delete.")


def finish(path: Path, clock: Clock) -> int:
    """Check all of it, and print a first token where the first account has none; give the exit code."""
    code = asyncio.run(run_checks(path, clock))
    config = load_config(path)
    account = config.accounts[0].id
    token = with_database(config, lambda database: _first_token(database, account, clock.wall()))
    if token is None:
        click.echo(
            f"The account {account!r} has a token already; {sys.prefix}/bin/c2cd token create makes one more."
        )
    else:
        click.echo(_first_call(config, token))
    return code


async def _first_token(database: Database, account: str, now: float) -> str | None:
    tokens = Tokens(database)
    if any(token.account_id == account and token.is_valid(now) for token in await tokens.all()):
        return None
    return await tokens.create(account, "manage", now, note="c2cd setup")


def _first_call(config: Config, token: str) -> str:
    http = config.http
    where = "http://c2cd" if http.unix_path else f"http://{http.listen}"
    url = f"{where}/v2/accounts/{config.accounts[0].id}/clicktocall"
    socket_path = f" --unix-socket {http.unix_path}" if http.unix_path else ""
    curl = f'curl -s{socket_path} -H "X-Auth-Token: $TOKEN"'
    return f"""
The first token of the account {config.accounts[0].id!r}, which can't be read again later, and a button that
is made and clicked with it. With your own extension and number: 101 rings, and once it is answered +15551234.
{_console(http.console_listen)}
TOKEN={token}
URL={url}
ID=$({curl} -X PUT -d '{{"data": {{"name": "Sales", "extension": "101"}}}}' $URL | \
grep -o '"id": *"[^"]*"' | head -n 1 | cut -d '"' -f 4)
{curl} -d '{{"data": {{"contact": "+15551234"}}}}' "$URL/$ID/connect"
"""


def _console(listen: str | None) -> str:
    if listen is None or listen.startswith("unix:"):  # which no browser opens
        return ""
    return f"\nThe console, in a browser on this host, asks for the token too: http://{listen}/console/\n"


def _first_account(
    account: str | None, realm: str | None, region: str | None, *, is_asked: bool
) -> FirstAccount:
    host_name = socket.gethostname()
    if is_asked:
        account = account or click.prompt("The id of the first account, which stands in URLs", default="main")
        realm = realm or click.prompt("Its domain", default=host_name)
        question = "Where its national numbers are of, as two letters (US, DE; nothing for no such place)"
        region = region or click.prompt(question, default="", show_default=False)
    return FirstAccount(account or "main", realm or host_name, region.upper() if region else None)


def _show_making(found: Sequence[Step]) -> list[Action]:
    for step in found:
        if step.now:
            click.echo(f"  = {step.now}")
        for action in step.make:
            click.echo(f"  + {action.line}")
    click.echo("  + check all of it, and make a token for the first account if it has none")
    return to_make(found)


def _show_removing(found: Sequence[Step]) -> list[Action]:
    for step in found:
        if step.now and not step.remove:
            click.echo(f"  = {step.now}")
    for action in to_remove(found):
        click.echo(f"  - {action.line}")
    return to_remove(found)


def _do(actions: Sequence[Action], *, yes: bool) -> None:
    if not yes:
        click.confirm("Go on?", abort=True)
    carry_out(actions)
