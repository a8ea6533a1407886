"""The event log in systemd's journal, with a field for each key: https://systemd.io/JOURNAL_NATIVE_PROTOCOL/."""

import json
import os
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

from c2cd.logs.losses import Losses

SOCKET = Path("/run/systemd/journal/socket")
STDOUT, STDERR = 1, 2
# Priorities of syslog(3); what was refused is worth a second look.
ERROR, NOTICE, INFO = 3, 5, 6


def is_journal(descriptor: int) -> bool:
    """Tell whether what is open as ``descriptor`` leads to the journal: systemd.exec(5), $JOURNAL_STREAM."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def with_priority(text: str, priority: int) -> str:
    """Begin each line of a message for people as sd-daemon(3) says, for a stream that is the journal."""
    return "\n".join(f"<{priority}>{line}" for line in text.split("\n"))


class Journal:
    """The journal behind its socket, which is looked up for each line: it may be made anew meanwhile.

    While journald reads nothing ``write`` waits. What can't be sent is lost, and counted: where no journald
    is, and a line that is too large for a datagram, about 200 KB, which none of ours comes near.
    """

    def __init__(self, path: Path = SOCKET) -> None:
        self._path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._losses = Losses(self._path)

    def write(self, lines: Sequence[bytes]) -> None:
        """Send each line with its keys as fields."""
        for line in lines:
            try:
                self._socket.sendto(_message(line), self._path)
            except OSError as error:
                self._losses.lose(1, error)
            else:
                self._losses.over()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def _message(line: bytes) -> bytes:
    return b"".join(_field(name, value) for name, value in _fields(line))


def _fields(line: bytes) -> Iterator[tuple[str, str]]:
    keys = json.loads(line)
    yield "MESSAGE", line.decode()
    yield "PRIORITY", str(NOTICE if keys["event"] == "click.denied" else INFO)
    yield "SYSLOG_IDENTIFIER", "c2cd"
    for key, value in keys.items():
        if value is not None:
            yield f"C2CD_{key.upper()}", str(value)


def _field(name: str, value: str) -> bytes:
    """Write a field; one of several lines has its length before it, in 64 bits, the lowest byte first."""
    content = value.encode(errors="backslashreplace")
    if b"\n" in content:
        return b"%s\n%s%s\n" % (name.encode(), len(content).to_bytes(8, "little"), content)
    return b"%s=%s\n" % (name.encode(), content)
