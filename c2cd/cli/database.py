"""What the commands that work on the daemon's database share."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from c2cd.cli.owner import as_owner_of
from c2cd.config import Config
from c2cd.errors import ConfigError
from c2cd.model.account import Account
from c2cd.store.database import Database, open_database
from c2cd.store.memory import FRESH

T = TypeVar("T")


def require_account(config: Config, account_id: str) -> Account:
    """Give the account; ConfigError, with the accounts that there are, where this one is not configured."""
    accounts = {known.id: known for known in config.accounts}
    if account_id not in accounts:
        message = f"no account {account_id!r} in the configuration; there are: {', '.join(accounts)}"
        raise ConfigError(message)
    return accounts[account_id]


def with_database(config: Config, use: Callable[[Database], Awaitable[T]]) -> T:
    """Use the database as the user whom it belongs to, whether or not the daemon runs.

    What was changed holds in a daemon, too, once this has returned.
    """
    path = Path(config.store.path)

    async def run() -> T:
        async with open_database(path) as database:
            result = await use(database)
            if database.changes.own:
                await asyncio.sleep(2 * FRESH)
        return result

    with as_owner_of(path):
        return asyncio.run(run())


def show_row(*columns: str) -> None:
    """Print a line of a list, tab-separated; what a note holds neither breaks it nor steers the terminal."""
    click.echo("\t".join(map(shown, columns)))


def shown(text: str) -> str:
    """Give a text with what can't be seen of it, and may steer a terminal, in Python's writing."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape", "surrogatepass").decode()
        for sign in text
    )
