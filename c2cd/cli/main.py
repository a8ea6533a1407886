"""``c2cd``: one command, and what stands under it."""

import asyncio
import os
import sys
from functools import partial
from pathlib import Path

import click
import uvloop

from c2cd.cli.apikey import apikey
from c2cd.cli.backup import backup
from c2cd.cli.block import block
from c2cd.cli.check import run_checks
from c2cd.cli.demo import run_demo
from c2cd.cli.options import config_option, naming_file, reporting_errors
from c2cd.cli.restore import restore
from c2cd.cli.sign import sign
from c2cd.cli.token import token
from c2cd.clock import SystemClock
from c2cd.config import find_config, load_config
from c2cd.daemon import serve
from c2cd.logs.opening import open_logs


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="c2cd")
def main() -> None:
    """Click-to-call for Asterisk: an HTTP request makes an extension and a contact ring and talk."""


main.add_command(token)
main.add_command(apikey)
main.add_command(block)
main.add_command(sign)
main.add_command(backup)
main.add_command(restore)


@main.command("serve")
@config_option
@partial(reporting_errors, lasting=os.EX_CONFIG)
def serve_command(config_file: Path | None) -> None:
    """Run the daemon in the foreground, until SIGTERM or Ctrl-C.

    Messages go to stderr, the event log to stdout or to the file that [log] events names. It exits with 78
    where another start is no help: the configuration is wrong, or the database damaged or too new.

    Example: c2cd serve --config /etc/c2cd/c2cd.toml
    """
    path = find_config(config_file)
    config = load_config(path)
    log = config.log
    with open_logs(log.level, log.events, mask_contacts=log.mask_contacts) as journal, naming_file(path):
        uvloop.run(serve(config, SystemClock(), journal))


@main.command()
@config_option
def check(config_file: Path | None) -> None:
    """Tell, a line each, whether configuration, AMI and database are right; exit 1 if one is not.

    Example: c2cd check
    """
    sys.exit(asyncio.run(run_checks(find_config(config_file), SystemClock())))


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
