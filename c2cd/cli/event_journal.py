"""The event log in systemd's journal, read by journalctl."""

import asyncio
import os
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from typing import cast

import click

from c2cd.calls.composing import PREFIX
from c2cd.cli.event_lines import Line, Wanted, read_line
from c2cd.errors import Unavailable
from c2cd.model.journal import VERSION

_LONGEST = 1_000_000  # bytes of a line
_WHO_MAY = "root and the groups systemd-journal and adm may read it"


async def journal_lines(wanted: Wanted, *, follow: bool) -> AsyncIterator[Line]:
    """Give the lines that are wanted and, to ``follow`` the journal, those to come. Unavailable."""
    command = ["journalctl", *_arguments(wanted, follow=follow)]
    try:
        process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, limit=_LONGEST)
    except FileNotFoundError as error:
        message = 'log.events is "-", and there is no journalctl here that could read the journal'
        raise Unavailable(message) from error
    seen = False
    async for raw in cast("asyncio.StreamReader", process.stdout):  # it is a pipe
        if wanted.takes(line := read_line(raw.rstrip(b"\n"))):
            seen = True
            yield line
    if code := await process.wait():  # it has said why
        message = f"the journal can't be read: journalctl ended with {code}; {_WHO_MAY}"
        raise Unavailable(message)
    if not seen and os.geteuid() != 0:
        click.echo(f"c2cd: there is no such line in what this user sees of the journal: {_WHO_MAY}", err=True)


def _arguments(wanted: Wanted, *, follow: bool) -> Iterator[str]:
    """Give what makes journalctl find the lines; what it can't find by a field is found by who asks."""
    yield from ("-q", "-u", "c2cd", "-o", "cat")
    yield from ("-n", "all" if wanted.latest is None else str(wanted.latest))
    if follow:
        yield "-f"
    if wanted.since is not None:
        yield f"--since=@{int(wanted.since)}"
    yield f"C2CD_V={VERSION}"
    if wanted.account is not None:
        yield f"C2CD_ACCOUNT_ID={wanted.account}"
    if wanted.button is not None:
        yield f"C2CD_CLICKTOCALL_ID={wanted.button}"
    if wanted.call is not None and wanted.call.startswith(PREFIX):
        yield f"C2CD_CALL_ID={wanted.call}"
