"""Lines of the event log as ``c2cd events`` reads them, and which of them are wanted."""

import json
from datetime import datetime

import msgspec
from msgspec import Struct

from c2cd.model.journal import Entry, iso_time

# Without a time or a call that is asked for.
_LATEST = 20


class Line(Struct, frozen=True):
    """A line as it stands, and what it says; None where that can't be read."""

    raw: bytes
    entry: Entry | None


def read_line(raw: bytes) -> Line:
    """Read a line, whatever it is."""
    try:
        entry = msgspec.convert(json.loads(raw), Entry)
        datetime.fromisoformat(entry.time)
    except ValueError:  # msgspec's and json's errors are such
        return Line(raw, None)
    return Line(raw, entry)


class Wanted:
    """Which lines are wanted: of an account, a button, a call; from a time on, in Unix seconds.

    ``call`` is the id of a call, or its end, as it is shown.
    """

    def __init__(
        self, account: str | None, button: str | None, call: str | None, since: float | None
    ) -> None:
        self.account = account
        self.button = button
        self.call = call
        self.since = since
        self._earliest = "" if since is None else iso_time(since)
        self._is_reached = since is None

    @property
    def latest(self) -> int | None:
        """So many of the last lines are wanted; None for all."""
        return _LATEST if self.since is None and self.call is None else None

    def takes(self, line: Line) -> bool:
        """Tell whether a line is wanted. One that can't be read is wanted with those beside it."""
        entry = line.entry
        if entry is None:
            return self._is_reached and self.account is None and self.button is None and self.call is None
        self._is_reached = entry.time >= self._earliest
        return (
            self._is_reached
            and self.account in {None, entry.account_id}
            and self.button in {None, entry.clicktocall_id}
            and (self.call is None or (entry.call_id or "").endswith(self.call))
        )
