"""``c2cd block``: whom an account does not call, added and removed while the daemon runs."""

from pathlib import Path

import click
import msgspec

from c2cd.cli.completing import account_ids
from c2cd.cli.database import require_account, with_database
from c2cd.cli.options import config_option, reporting_errors
from c2cd.cli.owner import who_runs_this
from c2cd.cli.table import Table
from c2cd.clock import SystemClock
from c2cd.config import find_config, load_config
from c2cd.errors import ConfigError
from c2cd.guard.number import phone_of, read_contact
from c2cd.guard.whitelist import pattern_faults
from c2cd.model.button import Pattern
from c2cd.model.journal import iso_time
from c2cd.store.blocks import Blocks

_clock = SystemClock()


@click.group()
def block() -> None:
    """Add, list and remove numbers and patterns that an account does not call."""


@block.command()
@config_option
@click.option(
    "--account", required=True, help="The id of an account in the configuration.", shell_complete=account_ids
)
@click.option("--pattern", "is_pattern", is_flag=True, help="NUMBER is a regular expression (RE2, a search).")
@click.option("--note", default="", help="Why, shown in the list.")
@click.argument("number")
@reporting_errors
def add(config_file: Path | None, account: str, *, is_pattern: bool, note: str, number: str) -> None:
    r"""Block a phone number or SIP URI, at once, and print the id of the block.

    A number is read as a click's is: where the account has a region, every way of writing it is one number.
    Without a region only spaces, dots, dashes and brackets make no difference: nobody can know there that
    +15551234, 15551234 and 0015551234 are one phone, so block each, or a pattern for them all. Of a SIP URI
    capitals make no difference.

    Example: c2cd block add --account acme --note "wants no calls" +15551234567

    Example: c2cd block add --account acme --pattern '^(\+|00)?1900'
    """
    config = load_config(find_config(config_file))
    region = require_account(config, account).region
    text = _read_pattern(number) if is_pattern else phone_of(read_contact(number, region).text)
    by, now = who_runs_this(), _clock.wall()
    block_id = with_database(
        config,
        lambda database: Blocks(database).add(
            account, "pattern" if is_pattern else "number", text, by, now, note=note
        ),
    )
    click.echo(block_id)


@block.command("list")
@config_option
@click.option(
    "--account", help="The id of an account; all accounts if not given.", shell_complete=account_ids
)
@click.option("--all", "with_removed", is_flag=True, help="Show those that were removed, too.")
@reporting_errors
def list_blocks(config_file: Path | None, account: str | None, *, with_removed: bool) -> None:
    """List the blocks: id, account, kind, text, by whom and when added, state and note.

    The state is in-force, or who removed it and when.

    Example: c2cd block list --account acme --all
    """
    config = load_config(find_config(config_file))
    rows = []
    for known in with_database(config, lambda database: Blocks(database).all(account)):
        if known.removed_at is not None and not with_removed:
            continue
        state = (
            "in-force"
            if known.removed_at is None
            else f"removed by {known.removed_by} {iso_time(known.removed_at)}"
        )
        added = (known.added_by, iso_time(known.added_at))
        rows.append((known.id, known.account_id, known.kind, known.text, *added, state, known.note))
    Table("ID", "ACCOUNT", "KIND", "TEXT", "BY", "ADDED", "STATE", "NOTE").show([rows])


@block.command()
@config_option
@click.argument("block_id")
@reporting_errors
def remove(config_file: Path | None, block_id: str) -> None:
    """Remove the block with this id (see `c2cd block list`), at once.

    Example: c2cd block remove 1f0c77ab90de
    """
    config = load_config(find_config(config_file))
    by, now = who_runs_this(), _clock.wall()
    if not with_database(config, lambda database: Blocks(database).remove(block_id, by, now)):
        message = f"no block with the id {block_id!r} is left to remove; see c2cd block list"
        raise ConfigError(message)


def _read_pattern(text: str) -> str:
    try:
        msgspec.convert(text, Pattern)
    except msgspec.ValidationError as error:
        message = f"not a pattern: {error}"
        raise ConfigError(message) from error
    for fault in pattern_faults([text], "pattern"):
        raise ConfigError(fault.message)
    return text
