"""``c2cd apikey``: what clients get their tokens for, made and revoked while the daemon runs."""

from pathlib import Path

import click

from c2cd.cli.completing import account_ids
from c2cd.cli.database import require_account, with_database
from c2cd.cli.options import config_option, reporting_errors
from c2cd.cli.table import Table
from c2cd.clock import SystemClock
from c2cd.config import find_config, load_config
from c2cd.errors import ConfigError
from c2cd.model.journal import iso_time
from c2cd.store.api_keys import ApiKeys

_clock = SystemClock()


@click.group()
def apikey() -> None:
    """Make, list and revoke API keys, for which clients are given tokens."""


@apikey.command()
@config_option
@click.option(
    "--account", required=True, help="The id of an account in the configuration.", shell_complete=account_ids
)
@click.option("--note", default="", help="What it is for, shown in the list.")
@reporting_errors
def create(config_file: Path | None, account: str, note: str) -> None:
    """Make an API key and print it, alone, on stdout. It can't be read again later.

    Example: c2cd apikey create --account acme --note "the CRM"
    """
    config = load_config(find_config(config_file))
    require_account(config, account)
    now = _clock.wall()
    click.echo(with_database(config, lambda database: ApiKeys(database).create(account, now, note=note)))


@apikey.command("list")
@config_option
@reporting_errors
def list_keys(config_file: Path | None) -> None:
    """List the API keys: id, account, made, state and note; never the keys themselves.

    Example: c2cd apikey list
    """
    config = load_config(find_config(config_file))
    rows = []
    for known in with_database(config, lambda database: ApiKeys(database).all()):
        state = "valid" if known.is_valid() else "revoked"
        rows.append((known.id, known.account_id, iso_time(known.created_at), state, known.note))
    Table("ID", "ACCOUNT", "MADE", "STATE", "NOTE").show([rows])


@apikey.command()
@config_option
@click.argument("key_id")
@reporting_errors
def revoke(config_file: Path | None, key_id: str) -> None:
    """Revoke the API key with this id (see `c2cd apikey list`) and the tokens given for it, at once.

    Example: c2cd apikey revoke 1f0c77ab
    """
    config = load_config(find_config(config_file))
    now = _clock.wall()
    if not with_database(config, lambda database: ApiKeys(database).revoke(key_id, now)):
        message = f"no API key with the id {key_id!r} is left to revoke; see c2cd apikey list"
        raise ConfigError(message)
