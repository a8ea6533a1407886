"""``c2cd token``: keys to accounts, made and revoked while the daemon runs."""

from pathlib import Path

import click

from c2cd.cli.completing import account_ids
from c2cd.cli.database import require_account, with_database
from c2cd.cli.options import config_option, reporting_errors
from c2cd.cli.table import Table
from c2cd.clock import SystemClock
from c2cd.config import find_config, load_config
from c2cd.errors import ConfigError
from c2cd.model.account import Scope
from c2cd.model.journal import iso_time
from c2cd.store.tokens import Tokens

_DAY = 86_400.0
_clock = SystemClock()


@click.group()
def token() -> None:
    """Make, list and revoke the tokens that open accounts."""


@token.command()
@config_option
@click.option(
    "--account", required=True, help="The id of an account in the configuration.", shell_complete=account_ids
)
@click.option(
    "--scope",
    type=click.Choice(["manage", "connect"]),
    default="manage",
    show_default=True,
    help="What it opens: everything, or nothing but connect.",
)
@click.option("--days", type=click.IntRange(min=1), help="How long it holds; for ever if not given.")
@click.option("--note", default="", help="What it is for, shown in the list.")
@reporting_errors
def create(config_file: Path | None, account: str, scope: Scope, days: int | None, note: str) -> None:
    """Make a token and print it, alone, on stdout. It can't be read again later.

    Example: c2cd token create --account acme --scope connect --note shop
    """
    config = load_config(find_config(config_file))
    require_account(config, account)
    now = _clock.wall()
    expires_at = None if days is None else now + days * _DAY
    secret = with_database(
        config,
        lambda database: Tokens(database).create(account, scope, now, note=note, expires_at=expires_at),
    )
    click.echo(secret)


@token.command("list")
@config_option
@reporting_errors
def list_tokens(config_file: Path | None) -> None:
    """List the tokens: id, account, scope, made, until when, state, last use and note.

    The last use is to the minute, or never. The tokens themselves are never shown.

    Example: c2cd token list
    """
    config = load_config(find_config(config_file))
    now = _clock.wall()
    rows = []
    for known in with_database(config, lambda database: Tokens(database).all()):
        state = "valid" if known.is_valid(now) else "revoked" if known.revoked_at else "expired"
        until = "for-ever" if known.expires_at is None else iso_time(known.expires_at)
        made = iso_time(known.created_at)
        used = "never" if known.last_used_at is None else iso_time(known.last_used_at)
        rows.append((known.id, known.account_id, known.scope, made, until, state, used, known.note))
    Table("ID", "ACCOUNT", "SCOPE", "MADE", "UNTIL", "STATE", "LAST USE", "NOTE").show([rows])


@token.command()
@config_option
@click.argument("token_id")
@reporting_errors
def revoke(config_file: Path | None, token_id: str) -> None:
    """Revoke the token with this id (see `c2cd token list`), at once.

    Example: c2cd token revoke 1f0c77ab
    """
    config = load_config(find_config(config_file))
    now = _clock.wall()
    if not with_database(config, lambda database: Tokens(database).revoke(token_id, now)):
        message = f"no token with the id {token_id!r} is left to revoke; see c2cd token list"
        raise ConfigError(message)
