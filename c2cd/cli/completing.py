"""What the shell offers for an option's or an argument's value; nothing where it can't be looked up."""

from collections.abc import Iterable
from contextlib import suppress

import click
from click.shell_completion import CompletionItem

from c2cd.cli.database import look
from c2cd.cli.showing import short_id
from c2cd.cli.table import shown
from c2cd.config import Config, find_config, load_config
from c2cd.errors import C2cdError


def account_ids(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the accounts of the configuration."""
    with suppress(C2cdError, OSError):
        return _beginning(incomplete, [(account.id, account.realm) for account in _config(context).accounts])
    return []


def button_ids(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the buttons, those of the account alone that was named."""
    with suppress(C2cdError, OSError), look(_config(context)) as database:
        account = context.params.get("account") or context.params.get("account_id")
        return _beginning(
            incomplete, [(button.id, button.means.name) for button in database.buttons(account)]
        )
    return []


def live_calls(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the calls that have not ended, as ``calls`` shows them; in full where that was begun."""
    with suppress(C2cdError, OSError), look(_config(context)) as database:
        calls = database.live_calls()
        whole = "-" in incomplete
        named = [
            (call.id if whole else short_id(call.id), f"{call.extension} {call.contact}") for call in calls
        ]
        return _beginning(incomplete, named)
    return []


def _config(context: click.Context) -> Config:
    return load_config(find_config(context.params.get("config_file")))


def _beginning(incomplete: str, named: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    return [CompletionItem(value, help=shown(what)) for value, what in named if value.startswith(incomplete)]
