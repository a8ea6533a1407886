"""What the commands that work on the daemon's database share."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from c2cd.cli.owner import as_owner_of
from c2cd.config import Config, find_config, load_config
from c2cd.errors import ConfigError
from c2cd.model.account import Account
from c2cd.store.database import Database, open_database
from c2cd.store.looking import Look, looking_at
from c2cd.store.memory import FRESH

T = TypeVar("T")


def require_account(config: Config, account_id: str) -> Account:
    """Give the account; ConfigError, with the accounts that there are, where this one is not configured."""
    accounts = {known.id: known for known in config.accounts}
    if account_id not in accounts:
        message = f"no account {account_id!r} in the configuration; there are: {', '.join(accounts)}"
        raise ConfigError(message)
    return accounts[account_id]


def configured(config_file: Path | None, account_id: str | None) -> Config:
    """Give the configuration; ConfigError also where it lacks the account that is meant, if one is."""
    config = load_config(find_config(config_file))
    if account_id is not None:
        require_account(config, account_id)
    return config


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


@contextmanager
def look(config: Config) -> Iterator[Look]:
    """Look into the database as the user whom it belongs to, and change nothing, daemon or no daemon."""
    path = Path(config.store.path)
    with as_owner_of(path), looking_at(path) as opened:
        yield opened
