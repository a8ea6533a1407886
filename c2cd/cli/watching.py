"""``c2cd calls --watch``: live calls drawn in place, and those that have just ended."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from c2cd.cli.running import STALE, is_served
from c2cd.cli.showing import LIVE_CUTS, LIVE_TITLES, live_row, local_time, outcome_cell, short_id
from c2cd.cli.table import Cell, Table, cut
from c2cd.clock import Clock, deadline
from c2cd.model.call import Call
from c2cd.store.looking import Look, Wanted

# Seconds between two looks, and how long a call that has ended stays.
APART = 0.5
KEPT = 8.0

# The other screen, without a cursor; and back.
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
# Where the drawing begins; the rest of a line, and of the screen, is cleared behind what is drawn.
_HOME, _END_OF_LINE, _END_OF_SCREEN = "\x1b[H", "\x1b[K", "\x1b[J"


class Watched:
    """The calls that are on the screen: those that live, and for a while those that lived a moment ago."""

    def __init__(self, look: Look, account_id: str | None, clock: Clock) -> None:
        self._look = look
        self._account_id = account_id
        self._clock = clock
        self._looked_at = clock.wall()
        self._live: set[str] = set()
        self._ended: dict[str, tuple[float, Call]] = {}

    def look(self) -> list[Call]:
        """Give them as they are now, the newest first."""
        now, wall = self._clock.monotonic(), self._clock.wall()
        live = {call.id: call for call in self._look.live_calls(self._account_id)}
        gone = [self._look.find_call(call_id) for call_id in self._live - live.keys()]
        # Those that came and went since the last look; a second more, for rows that were not yet there.
        recent = Wanted(account_id=self._account_id, since=self._looked_at - 1.0)
        # One that was clicked between the two queries lives, and the next look has it.
        gone += [call for page in self._look.calls(recent) for call in page if call.state == "ended"]
        for call in gone:
            if call is not None and call.id not in live and call.id not in self._ended:
                self._ended[call.id] = now, call
        self._live, self._looked_at = set(live), wall
        self._ended = {
            key: kept for key, kept in self._ended.items() if now - kept[0] < KEPT or kept[0] == now
        }
        return sorted(
            [*live.values(), *(call for _, call in self._ended.values())],
            key=lambda call: (call.requested_at, call.id),
            reverse=True,
        )


def draw(  # noqa: PLR0913 - all that is on the screen
    calls: Sequence[Call], names: Mapping[str, str], wall: float, *, served: bool, columns: int, lines: int
) -> str:
    """Draw the screen over what was there: nothing is cleared that is drawn again, so nothing flickers."""
    live = sum(call.ended_at is None for call in calls)
    head = f"{live} live {'call' if live == 1 else 'calls'}   {local_time(wall)}   Ctrl-C ends this"
    screen = [cut(head, columns), "" if served else click.style(cut(STALE, columns), fg="yellow")]
    room = max(1, lines - len(screen) - 1)
    most = room if len(calls) <= room else room - 1
    table = Table(*LIVE_TITLES, "", cuts=LIVE_CUTS)
    rows = [
        (
            *live_row(
                call, wall, call_id=short_id(call.id), button=names.get(call.button_id, call.button_id)
            ),
            Cell("") if call.ended_at is None else outcome_cell(call),
        )
        for call in calls[:most]
    ]
    laid = table.lines(rows, columns)
    screen += [table.head(columns), *laid]
    if len(calls) > most:
        screen.append(cut(f"… and {len(calls) - most} more", columns))
    if os.environ.get("NO_COLOR"):
        screen = [click.unstyle(line) for line in screen]
    return _HOME + f"{_END_OF_LINE}\n".join(screen[:lines]) + _END_OF_LINE + _END_OF_SCREEN


async def watch_calls(look: Look, database: Path, account_id: str | None, clock: Clock) -> None:
    """Draw them twice a second until Ctrl-C, or TERM; the terminal is then as it was before."""
    watched, names, stop = Watched(look, account_id, clock), dict[str, str](), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with _other_screen():
        while not stop.is_set():
            calls = watched.look()
            if not {call.button_id for call in calls} <= names.keys():
                names = look.button_names()
            columns, lines = shutil.get_terminal_size()
            served = is_served(database)
            _write(draw(calls, names, clock.wall(), served=served, columns=columns, lines=lines))
            with suppress(TimeoutError):
                async with deadline(clock, APART):
                    await stop.wait()


@contextmanager
def _other_screen() -> Iterator[None]:
    _write(_ENTER)
    try:
        yield
    finally:
        _write(_LEAVE)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
