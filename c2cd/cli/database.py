"""What the commands that work on the daemon's database share."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from c2cd.cli.owner import as_owner_of
from c2cd.config import Config
from c2cd.errors import ConfigError
from c2cd.model.account import Account
from c2cd.store.database import Database, open_database

T = TypeVar("T")


def require_account(config: Config, account_id: str) -> Account:
    """Give an account. ConfigError, with those that there are, where this one is not configured."""
    accounts = {account.id: account for account in config.accounts}
    if account_id not in accounts:
        message = f"no account {account_id!r} in the configuration; there are: {', '.join(accounts)}"
        raise ConfigError(message)
    return accounts[account_id]


def with_database(config: Config, use: Callable[[Database], Awaitable[T]]) -> T:
    """Use the database as the user whom it belongs to, whether or not the daemon runs."""
    path = Path(config.store.path)

    async def run() -> T:
        async with open_database(path) as database:
            return await use(database)

    with as_owner_of(path):
        return asyncio.run(run())
