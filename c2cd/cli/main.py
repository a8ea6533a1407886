"""``c2cd``: one command, and what stands under it."""

import asyncio
import faulthandler
import io
import os
import sys
from functools import partial
from pathlib import Path

import click
import uvloop

from c2cd.cli.apikey import apikey
from c2cd.cli.backup import backup
from c2cd.cli.block import block
from c2cd.cli.buttons import buttons
from c2cd.cli.calls import calls
from c2cd.cli.check import check_config, run_checks
from c2cd.cli.completion import completion
from c2cd.cli.demo import run_demo
from c2cd.cli.events import events
from c2cd.cli.hangup import hangup
from c2cd.cli.history import history
from c2cd.cli.options import config_option, naming_file, reporting_errors
from c2cd.cli.restore import restore
from c2cd.cli.setup import setup
from c2cd.cli.sign import sign
from c2cd.cli.token import token
from c2cd.clock import SystemClock
from c2cd.config import find_config, load_config, require_secret
from c2cd.daemon import serve
from c2cd.logs.opening import open_logs
from c2cd.reloading import Reloader


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="c2cd")
@click.pass_context
def main(context: click.Context) -> None:
    """Click-to-call for Asterisk: an HTTP request makes an extension and a contact ring and talk.

    Every command exits with 0 where all went well, 1 where something failed, which it says on stderr, and 2
    where it was called wrongly; others are told in its help. Colours are left out where NO_COLOR is set.
    """
    if os.environ.get("NO_COLOR"):
        context.color = False
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal may lack the signs of a button's name
        sys.stdout.reconfigure(errors="backslashreplace")


main.add_command(token)
main.add_command(apikey)
main.add_command(block)
main.add_command(sign)
main.add_command(backup)
main.add_command(buttons)
main.add_command(calls)
main.add_command(history)
main.add_command(hangup)
main.add_command(completion)
main.add_command(setup)
main.add_command(events)
main.add_command(restore)


@main.command("serve")
@config_option
@partial(reporting_errors, lasting=os.EX_CONFIG)
def serve_command(config_file: Path | None) -> None:
    """Run the daemon in the foreground, until SIGTERM or Ctrl-C.

    Messages go to stderr, the event log to stdout or to the file that [log] events names. It exits with 78
    where another start is no help: the configuration is wrong, or the database damaged or too new.

    At SIGHUP it reads accounts, limits and [log] again; calls go on.

    Example: c2cd serve --config /etc/c2cd/c2cd.toml
    """
    path = find_config(config_file)
    config = load_config(path)
    log = config.log
    faulthandler.enable()  # what the watchdog finds is ended with ABRT, and shows where it stood
    with open_logs(log.level, log.events, mask_contacts=log.mask_contacts) as logs, naming_file(path):
        require_secret(config.ami)
        uvloop.run(serve(config, SystemClock(), logs, reloader=Reloader(path, config, logs)))


@main.command()
@config_option
@click.option("--only-config", is_flag=True, help="Look at the file alone, as before a reload.")
def check(config_file: Path | None, *, only_config: bool) -> None:
    """Tell, a line each, whether configuration, AMI and database are right; exit 1 if one is not.

    Example: c2cd check
    """
    path = find_config(config_file)
    sys.exit(check_config(path) if only_config else asyncio.run(run_checks(path, SystemClock())))


@main.command()
@click.option(
    "--port", default=8000, show_default=True, help="The port of loopback to listen on; 0 for a free one."
)
@reporting_errors
def demo(port: int) -> None:
    """Run everything on a simulated switch and a temporary database, ready to click. No phone rings.

    Example: c2cd demo --port 8080
    """
    uvloop.run(run_demo(port, SystemClock()))
