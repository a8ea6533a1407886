"""``c2cd events``: the event log for people, as it stands and as it goes on."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import click

from c2cd.cli.completing import account_ids, button_ids, live_calls
from c2cd.cli.event_file import file_lines
from c2cd.cli.event_journal import journal_lines
from c2cd.cli.event_lines import Line, Wanted
from c2cd.cli.options import config_option, reporting_errors
from c2cd.cli.table import shown
from c2cd.cli.telling import tell
from c2cd.cli.when import When
from c2cd.clock import SystemClock
from c2cd.config import find_config, load_config
from c2cd.errors import Unavailable

_clock = SystemClock()


@click.command()
@config_option
@click.option("-f", "--follow", is_flag=True, help="Go on with what happens, until Ctrl-C.")
@click.option("--account", metavar="ID", help="Of this account only.", shell_complete=account_ids)
@click.option("--button", metavar="ID", help="Of this button only.", shell_complete=button_ids)
@click.option(
    "--call",
    metavar="ID",
    help="Of this call only; the end of its id, as it is shown, is enough.",
    shell_complete=live_calls,
)
@click.option(
    "--since",
    metavar="WHEN",
    type=When(_clock),
    help="From then on: 10m, 2h, 1d, 2026-11-23 or 2026-11-23T10:00.",
)
@click.option("--json", "as_json", is_flag=True, help="The lines as they stand in the log.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="auto: on a terminal, unless $NO_COLOR is set.",
)
@reporting_errors
def events(  # noqa: PLR0913, PLR0917 - one for each option
    config_file: Path | None,
    account: str | None,
    button: str | None,
    call: str | None,
    since: float | None,
    color: str,
    *,
    follow: bool,
    as_json: bool,
) -> None:
    """Show what happened to clicks and calls, a line each: the event log, for people.

    A line has the local time, the account, the end of the call's id, in one colour for all lines of the
    call, and what happened. Without --since and --call these are the last 20 lines. They come from the file
    that [log] events names, and from those that logrotate has made of it; else from the journal.

    It ends as tail does: by Ctrl-C, and when nobody reads it any more.

    Example: c2cd events --follow --account acme

    Example: c2cd events --since 1d --json
    """
    config = load_config(find_config(config_file))
    for number in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    wanted = Wanted(account, button, call, since)
    if config.log.events == "-":
        lines = journal_lines(wanted, follow=follow)
    else:
        lines = file_lines(Path(config.log.events), wanted, _clock, follow=follow)
    width = max(len(known.id) for known in config.accounts)
    try:
        asyncio.run(_show(lines, width, as_json=as_json, is_coloured=_is_coloured(color)))
    except PermissionError as error:
        message = f"{error.filename}: {error.strerror}; root and the group c2cd may read it"
        raise Unavailable(message) from error


async def _show(lines: AsyncIterator[Line], width: int, *, as_json: bool, is_coloured: bool) -> None:
    async for line in lines:
        if as_json:
            if line.entry is not None:
                click.echo(line.raw)
        elif line.entry is None:
            click.echo(shown(line.raw.decode(errors="backslashreplace")))
        else:
            click.echo(tell(line.entry, width), color=is_coloured)


def _is_coloured(color: str) -> bool:
    if color == "auto":
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return color == "always"
