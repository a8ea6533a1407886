"""``c2cd sign``: a link that clicks a button once."""

from pathlib import Path

import click

from c2cd.cli.completing import account_ids, button_ids
from c2cd.cli.database import require_account, with_database
from c2cd.cli.options import config_option, reporting_errors
from c2cd.cli.owner import as_owner_of
from c2cd.clock import SystemClock
from c2cd.config import find_config, load_config
from c2cd.errors import ConfigError
from c2cd.guard.number import read_contact
from c2cd.guard.signing import Signer, make_link
from c2cd.store.buttons import Buttons
from c2cd.store.signing_key import load_signing_key

_MINUTE = 60.0
_LONGEST = 31 * 24 * 60
_clock = SystemClock()


@click.command()
@config_option
@click.option(
    "--account",
    "account_id",
    required=True,
    help="The id of an account in the configuration.",
    shell_complete=account_ids,
)
@click.option(
    "--button", "button_id", required=True, help="The id of one of its buttons.", shell_complete=button_ids
)
@click.option("--contact", "text", help="Whom the link calls.")
@click.option("--pattern", help="Or what must be found in the contact (RE2).")
@click.option(
    "--minutes",
    type=click.IntRange(min=1, max=_LONGEST),
    default=60,
    show_default=True,
    help="How long the link holds.",
)
@reporting_errors
def sign(  # noqa: PLR0913, PLR0917 - an argument for each option
    config_file: Path | None,
    account_id: str,
    button_id: str,
    text: str | None,
    pattern: str | None,
    minutes: int,
) -> None:
    """Sign a link that clicks a button once, and print it, alone, on stdout.

    It is what connect takes as `signed`.

    Example: c2cd sign --account acme --button 6f2d… --contact +15551234567
    """
    config = load_config(find_config(config_file))
    account = require_account(config, account_id)
    contact = None if text is None else read_contact(text, account.region)
    expires_at = _clock.wall() + minutes * _MINUTE
    link = make_link(account_id, button_id, expires_at, contact=contact, pattern=pattern)
    if with_database(config, lambda database: Buttons(database).find(account_id, button_id)) is None:
        message = f"account {account_id!r} has no button {button_id!r}; see c2cd buttons"
        raise ConfigError(message)
    with as_owner_of(Path(config.store.path)):
        signer = Signer(load_signing_key(config.store.signing_key_path))
    click.echo(signer.sign(link))
