"""``c2cd buttons``: what can be clicked."""

from pathlib import Path

import click
from msgspec import UNSET

from c2cd.cli.completing import account_ids
from c2cd.cli.database import configured, look
from c2cd.cli.options import config_option, reporting_errors
from c2cd.cli.showing import json_line
from c2cd.cli.table import Row, Table
from c2cd.model.button import Button
from c2cd.model.journal import iso_time


@click.command()
@config_option
@click.option(
    "--account", help="The id of an account; all accounts if not given.", shell_complete=account_ids
)
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line: the document, and the ids.")
@reporting_errors
def buttons(config_file: Path | None, account: str | None, *, as_json: bool) -> None:
    """List the buttons: id, account, name, extension, who may click, throttle and whitelist.

    Who may click is token, public (anybody), or link (signed ones, and manage tokens). The throttle is in
    clicks a minute, - where the account's limit holds.

    Example: c2cd buttons --account acme
    """
    with look(configured(config_file, account)) as database:
        known = database.buttons(account)
    if as_json:
        for button in known:
            ids = {
                "id": button.id,
                "account_id": button.account_id,
                "created_at": iso_time(button.created_at),
            }
            click.echo(json_line({**button.document, **ids}))
        return
    titles = ("ID", "ACCOUNT", "NAME", "EXTENSION", "CLICKED BY", "THROTTLE", "WHITELIST")
    Table(*titles, cuts=(2, 6)).show([[_row(button) for button in known]])


def _row(button: Button) -> Row:
    means = button.means
    who = "link" if means.signature_required is True else "token" if means.auth_required else "public"
    throttle = "-" if means.throttle is UNSET else str(means.throttle)
    whitelist = "-" if means.whitelist is UNSET else " ".join(means.whitelist)
    return button.id, button.account_id, means.name, means.extension, who, throttle, whitelist
