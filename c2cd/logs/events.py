"""The event log: what happened to clicks and calls, one JSON object a line, for programs to read."""

import contextlib
import json
import logging
import re
import sys
from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from c2cd.model.journal import Entry

log = logging.getLogger(__name__)

_SIP_URI = re.compile(r"(sips?:)([A-Za-z0-9_.+-]+)(@[A-Za-z0-9.:-]+)")
_LAST = 2
_encode = msgspec.json.Encoder().encode


def written_as_lines(
    write: Callable[[Sequence[bytes]], object], *, mask_contacts: bool
) -> Callable[[Sequence[Entry]], None]:
    """Give what makes lines of entries and hands them on; with ``mask_contacts`` little of a contact."""

    def write_entries(entries: Sequence[Entry]) -> None:
        write([_line(_masked(entry) if mask_contacts else entry) for entry in entries])

    return write_entries


def write_stdout(lines: Sequence[bytes]) -> None:
    """Write lines to stdout. Where nobody reads them any more they are lost, which is said each time."""
    try:
        sys.stdout.write(b"\n".join([*lines, b""]).decode("ascii"))
        sys.stdout.flush()
    except OSError as error:
        log.error("the event log can't be written: stdout: %s", error.strerror)  # noqa: TRY400


def _line(entry: Entry) -> bytes:
    """Write an entry as JSON, in ASCII: no text of a request steers the terminal that shows it."""
    with contextlib.suppress(UnicodeEncodeError):  # half a pair of surrogates: JSON can say it none the less
        line = _encode(entry)
        if line.isascii():
            return line
    return json.dumps(msgspec.to_builtins(entry), separators=(",", ":")).encode()


def _masked(entry: Entry) -> Entry:
    """Leave of a number, or of the user of a SIP URI, or of what is neither, the last two signs."""
    if entry.contact is None:
        return entry
    uri = _SIP_URI.fullmatch(entry.contact)
    scheme, shown, host = uri.groups() if uri else ("", entry.contact, "")
    return replace(entry, contact=f"{scheme}{'*' * (len(shown) - _LAST)}{shown[-_LAST:]}{host}")
