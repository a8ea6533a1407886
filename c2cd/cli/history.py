"""``c2cd history``: what became of calls."""

import csv
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from c2cd.cli.completing import account_ids, button_ids
from c2cd.cli.database import configured, look
from c2cd.cli.options import config_option, reporting_errors
from c2cd.cli.showing import call_json, local_time, outcome_cell, short_id, talk_time
from c2cd.cli.table import Row, Table, is_terminal, shown
from c2cd.cli.when import When
from c2cd.clock import SystemClock
from c2cd.config import Config
from c2cd.errors import ConfigError, Denied
from c2cd.guard.number import read_contact
from c2cd.model.call import Call, Result
from c2cd.model.journal import iso_time
from c2cd.store.looking import Wanted

_clock = SystemClock()
_WHEN = When(_clock)
# Of a table, where --limit does not say otherwise.
_SCREENFUL = 50
_TITLES = ("CLICKED", "ACCOUNT", "BUTTON", "EXTENSION", "CONTACT", "RESULT", "TALKED", "CALL")
_COLUMNS = (
    *("call_id", "account_id", "button_id", "requested_at", "contact", "extension", "dial_first", "state"),
    *("result", "cause", "bridged_at", "ended_at", "talk_seconds", "ended_by", "clicked_by"),
)
# What a spreadsheet takes for a formula begins so; a phone number does no harm as one.
_FORMULA, _PHONE = "=+-@\t\r", re.compile(r"\+?[0-9*#]+")


@click.command()
@config_option
@click.option(
    "--account", help="The id of an account; all accounts if not given.", shell_complete=account_ids
)
@click.option("--button", help="The id of a button.", shell_complete=button_ids)
@click.option("--since", type=_WHEN, metavar="WHEN", help="Clicked then or later: 10m, 2h, 1d, 2026-11-23 …")
@click.option("--until", type=_WHEN, metavar="WHEN", help="Clicked then or before: … or 2026-11-23T10:00.")
@click.option("--result", type=click.Choice(["success", "error", "unknown"]), help="What became of it.")
@click.option("--contact", metavar="NUMBER", help="Whom it was to, written as in a click.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help=f"How many at most; {_SCREENFUL} if not given, all with --json and --csv.",
)
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line, as the API's history has it.")
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated values (RFC 4180) with a header.")
@reporting_errors
def history(  # noqa: PLR0913 - an argument for each option
    config_file: Path | None,
    *,
    account: str | None,
    button: str | None,
    since: float | None,
    until: float | None,
    result: Result | None,
    contact: str | None,
    limit: int | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List calls, the newest first: when clicked, account, button, extension, contact, result and talk time.

    Times are local in the table, and UTC with --json and --csv. In CSV a value that a spreadsheet would take
    for a formula has an apostrophe before it, but for phone numbers, which stay as they are.

    Exits with 0 also where there are none.

    Example: c2cd history --since 2026-11-01 --result error --csv > failed.csv
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv are two ways to write it; give one")
    config = configured(config_file, account)
    contacts = None if contact is None else _readings(config, account, contact)
    wanted = Wanted(
        account_id=account, button_id=button, since=since, until=until, result=result, contacts=contacts
    )
    with look(config) as database:
        if as_json:
            for page in database.calls(wanted, limit):
                for call in page:
                    click.echo(call_json(call))
        elif as_csv:
            _write_csv(database.calls(wanted, limit))
        else:
            names = database.button_names() if is_terminal() else {}
            pages = database.calls(wanted, limit or _SCREENFUL)
            Table(*_TITLES, cuts=(2, 4)).show([_row(call, names) for call in page] for page in pages)


def _readings(config: Config, account_id: str | None, text: str) -> frozenset[str]:
    """Give what clicks of the accounts would dial for a number, which is what their rows have."""
    found, fault = set(), ""
    for account in config.accounts:
        if account_id in {None, account.id}:
            try:
                found.add(read_contact(text, account.region).text)
            except Denied as denied:
                fault = str(denied)
    if not found:
        message = f"--contact {text!r}: {fault}"
        raise ConfigError(message)
    return frozenset(found)


def _row(call: Call, names: dict[str, str]) -> Row:
    return (
        local_time(call.requested_at),
        call.account_id,
        names.get(call.button_id, call.button_id),
        call.extension,
        call.contact,
        outcome_cell(call),
        talk_time(call),
        short_id(call.id) if is_terminal() else call.id,
    )


def _write_csv(pages: Iterable[list[Call]]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(_COLUMNS)
    for page in pages:
        for call in page:
            values = {name: getattr(call, name, call.id) for name in _COLUMNS}
            writer.writerow(csv_field(name, value) for name, value in values.items())
        sys.stdout.flush()


def csv_field(name: str, value: object) -> str:
    """Write a value for a spreadsheet: moments as ISO 8601 in UTC, nothing for what is not known."""
    if value is None:
        return ""
    if name.endswith("_at") and isinstance(value, float):
        return iso_time(value)
    text = shown(str(value))
    return f"'{text}" if text[:1] in _FORMULA and text and not _PHONE.fullmatch(text) else text
