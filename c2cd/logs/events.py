"""The event log: what happened to clicks and calls, one JSON object a line, for programs to read."""

import contextlib
import json
import re
import sys
from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from c2cd.logs.losses import Losses
from c2cd.model.journal import Entry

_SIP_URI = re.compile(r"(sips?:)([A-Za-z0-9_.+-]+)(@[A-Za-z0-9.:-]+)")
_LAST = 2
_encode = msgspec.json.Encoder().encode


def written_as_lines(
    write: Callable[[Sequence[bytes]], object], *, mask_contacts: bool
) -> Callable[[Sequence[Entry]], None]:
    """Give what makes lines of entries and hands them on; with ``mask_contacts`` little of a contact."""

    def write_entries(entries: Sequence[Entry]) -> None:
        write([line_of(_masked(entry) if mask_contacts else entry) for entry in entries])

    return write_entries


class Stdout:
    """The event log on stdout, where that is not the journal. Where nobody reads it lines are lost."""

    def __init__(self) -> None:
        self._losses = Losses("stdout")

    def write(self, lines: Sequence[bytes]) -> None:
        """Write lines."""
        try:
            sys.stdout.write(b"\n".join([*lines, b""]).decode("ascii"))
            sys.stdout.flush()
        except OSError as error:
            self._losses.lose(len(lines), error)
        else:
            self._losses.over()

    def close(self) -> None:
        """Leave it open, since it is not ours."""


def line_of(entry: Entry) -> bytes:
    """Write an entry as JSON, in printable ASCII: no text of a request steers the terminal that shows it."""
    with contextlib.suppress(UnicodeEncodeError):  # half a pair of surrogates: JSON can say it none the less
        line = _encode(entry)
        if line.isascii() and b"\x7f" not in line:  # for DEL journalctl would show none of the line
            return line
    return json.dumps(msgspec.to_builtins(entry), separators=(",", ":")).encode()


def _masked(entry: Entry) -> Entry:
    """Leave of a number, or of the user of a SIP URI, or of what is neither, the last two signs."""
    if entry.contact is None:
        return entry
    uri = _SIP_URI.fullmatch(entry.contact)
    scheme, shown, host = uri.groups() if uri else ("", entry.contact, "")
    return replace(entry, contact=f"{scheme}{'*' * (len(shown) - _LAST)}{shown[-_LAST:]}{host}")
