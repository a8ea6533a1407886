"""``c2cd calls``: the calls that live, once or as they go on."""

import asyncio
from pathlib import Path

import click

from c2cd.cli.completing import account_ids
from c2cd.cli.database import configured, look
from c2cd.cli.options import config_option, reporting_errors
from c2cd.cli.running import STALE, is_served
from c2cd.cli.showing import LIVE_CUTS, LIVE_TITLES, call_json, live_row, short_id
from c2cd.cli.table import Table, is_terminal
from c2cd.cli.watching import watch_calls
from c2cd.clock import SystemClock

_clock = SystemClock()


@click.command()
@config_option
@click.option(
    "--account", help="The id of an account; all accounts if not given.", shell_complete=account_ids
)
@click.option("--watch", is_flag=True, help="Show them as they go on, on a terminal, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line, as the API's history has it.")
@reporting_errors
def calls(config_file: Path | None, account: str | None, *, watch: bool, as_json: bool) -> None:
    """List the calls that have not ended, the newest first: id, account, button, extension, contact, time.

    Beside extension and contact stands what their phones do: waiting, dialled, ringing, answered, talking or
    hung up. An id is as long as c2cd hangup needs it; in a pipe ids are whole, the button's too. With --watch
    a call that has ended stays for some seconds, with what became of it.

    Exits with 0 also where there are none.

    Example: c2cd calls --watch
    """
    if watch and (as_json or not is_terminal()):
        message = "--watch draws on a terminal; to follow calls by a program read the event log"
        raise click.UsageError(message)
    config = configured(config_file, account)
    path = Path(config.store.path)
    with look(config) as database:
        if watch:
            asyncio.run(watch_calls(database, path, account, _clock))
            return
        live = database.live_calls(account)
        names = database.button_names() if is_terminal() else {}
    if live and not is_served(path):
        click.secho(STALE, fg="yellow", err=True)
    if as_json:
        for call in live:
            click.echo(call_json(call))
        return
    now = _clock.wall()
    rows = [
        live_row(
            call,
            now,
            call_id=short_id(call.id) if is_terminal() else call.id,
            button=names.get(call.button_id, call.button_id),
        )
        for call in live
    ]
    Table(*LIVE_TITLES, cuts=LIVE_CUTS).show([rows])
