"""``c2cd hangup``: the end of a live call, by the daemon, which then knows who wanted it."""

import asyncio
import sys
from http import HTTPStatus
from pathlib import Path

import click

from c2cd.cli.asking import Refused, ask_daemon
from c2cd.cli.completing import live_calls
from c2cd.cli.database import configured, look, require_account, with_database
from c2cd.cli.options import config_option, reporting_errors
from c2cd.cli.owner import who_runs_this
from c2cd.cli.running import is_served
from c2cd.cli.showing import SHORT, outcome_cell, talk_time
from c2cd.clock import Budget, Clock, SystemClock, sleep
from c2cd.config import Config
from c2cd.errors import C2cdError, SwitchForbids, Unavailable
from c2cd.model.call import Call
from c2cd.store.looking import Look
from c2cd.store.tokens import Tokens

_clock = SystemClock()
# The exit code where no such call lives.
NO_CALL = 3
# Seconds that the two phones may take to end it, and between two looks.
PATIENCE, APART = 10.0, 0.1


class NoSuchCall(C2cdError):
    """No live call is meant, or more than one."""


class StillLives(C2cdError):
    """A call goes on that was to be hung up."""


@click.command()
@config_option
@click.argument("call_id", shell_complete=live_calls)
@reporting_errors
def hangup(config_file: Path | None, call_id: str) -> None:
    """Hang up a live call, ringing or talking, and wait until it has ended.

    CALL_ID is as c2cd calls shows it, or whole. The history then has `admin` and who ran this as ended_by.
    The daemon must run, and its AMI user may have to be given the right (write = …,call in manager.conf).

    Exits with 0 once the call has ended, and with 3 where no such call lives.

    Example: c2cd hangup 1f0c77
    """
    config = configured(config_file, None)
    try:
        with look(config) as database:
            call = _find(database, call_id)
        _hang_up(config, call)
        with look(config) as database:
            ended = asyncio.run(_end_of(database, call, _clock))
    except NoSuchCall as error:
        click.echo(f"c2cd: {error}", err=True)
        sys.exit(NO_CALL)
    outcome = outcome_cell(ended)
    words, by = click.style(outcome.text, fg=outcome.colour), ended.ended_by or "a phone"
    click.echo(f"{ended.id} has ended: {words}, talked {talk_time(ended)}, ended by {by}")


def _find(database: Look, named: str) -> Call:
    """Give the live call of this id, or the one whose id ends so.

    Less of an end than calls are shown by is none: the call that was meant may be over, and another have it.
    """
    live = database.live_calls()
    found = [call for call in live if call.id == named] or [
        call for call in live if len(named) >= SHORT and call.id.endswith(named)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(call.id.rpartition("-")[2] for call in found)
        message = f"{named!r} may be any of {ids}: give more of it"
    elif (call := database.find_call(named)) is not None:
        message = f"call {named} has ended already: {outcome_cell(call).text}"
    else:
        message = f"no live call {named!r}; see c2cd calls for those that there are"
    raise NoSuchCall(message)


def _hang_up(config: Config, call: Call) -> None:
    """Have the daemon do it, with a token that lasts no longer than the question."""
    if not is_served(Path(config.store.path)):
        message = (
            "c2cd does not run, and nobody else can say who ended a call: start it (systemctl start c2cd),"
            " or have Asterisk do it (asterisk -rx 'core show channels', 'channel request hangup …')"
        )
        raise Unavailable(message)
    by, now = who_runs_this(), _clock.wall()
    token_id, secret = with_database(config, lambda database: Tokens(database).lend(call.account_id, by, now))
    try:
        path = f"/v2/accounts/{call.account_id}/channels/{call.id}"
        ask_daemon(config.http, path, {"action": "hangup"}, secret)
    except Refused as refused:
        if refused.status == HTTPStatus.NOT_FOUND:
            require_account(config, call.account_id)  # calls outlive theirs
            message = f"call {call.id} does not live any more; see c2cd history"
            raise NoSuchCall(message) from refused
        if refused.status == HTTPStatus.NOT_IMPLEMENTED:
            message = f"{refused} (its user is ami.username, {config.ami.username}); then manager reload"
            raise SwitchForbids(message) from refused
        raise
    finally:
        with_database(config, lambda database: Tokens(database).take_back(token_id))


async def _end_of(database: Look, call: Call, clock: Clock) -> Call:
    """Wait until the row of a call has ended."""
    budget = Budget(clock, PATIENCE)
    while (row := database.find_call(call.id) or call).state != "ended":
        if not budget.left():
            message = f"the switch took the order, but call {call.id} has not ended yet; see c2cd calls"
            raise StillLives(message)
        await sleep(clock, APART)
    return row
