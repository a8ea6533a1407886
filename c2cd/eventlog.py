"""Both logs: messages for people on stderr, and the event log, an interface: one JSON object a line.

Both are written by a thread of their own, so that a slow terminal, pipe or disk never stops the loop;
what it can't take any more is dropped and counted.
"""

import contextlib
import errno
import json
import logging
import logging.handlers
import os
import queue
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from c2cd.model.journal import Entry

_WAITING = 10_000
LONGEST_FAREWELL = 2.0
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_SIP_URI = re.compile(r"(sips?:)([A-Za-z0-9_.+-]+)(@[A-Za-z0-9.:-]+)")
_LAST = 2

log = logging.getLogger(__name__)
_events = logging.getLogger("c2cd-events")


class _Queue(logging.handlers.QueueHandler):
    """Hands records to the thread; those that find its queue full are dropped and counted."""

    dropped = 0

    def enqueue(self, record: logging.LogRecord) -> None:
        """Hand over without waiting."""
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            self.dropped += 1
        else:
            if self.dropped:
                dropped, self.dropped = self.dropped, 0
                log.warning("%d lines of a log were dropped: what reads it is too slow", dropped)


class _Listener(logging.handlers.QueueListener):
    """Takes records from the queue to the handler."""

    def __init__(self, waiting: "queue.Queue[Any]", handler: logging.Handler) -> None:
        super().__init__(waiting, handler)
        self._waiting = waiting
        self.is_stuck = False

    def enqueue_sentinel(self) -> None:
        """Ask for the end, behind all that waits, even if the queue is full at the moment."""
        with contextlib.suppress(queue.Full):
            self._waiting.put(None, timeout=LONGEST_FAREWELL)

    def stop(self) -> None:
        """Wait until all that waits is written, but not for ever for somebody who does not read."""
        self.enqueue_sentinel()
        if self._thread is not None:
            self._thread.join(LONGEST_FAREWELL)
            self.is_stuck = self._thread.is_alive()
            self._thread = None


class _File(logging.handlers.WatchedFileHandler):
    """A file of whole lines: what a full disk, or the end of a former run, has torn is ended before the next.

    What can't be written is lost: that is said once, and once more, with how many, when it is over.
    """

    stream: Any  # of bytes

    def __init__(self, path: Path) -> None:
        self._lost = 0
        super().__init__(path)

    def _open(self) -> Any:  # noqa: ANN401 - logging has a stream of text here
        """Open for appending, each line by one write. OSError where that can't be done."""
        path = Path(self.baseFilename)
        self._is_torn = False
        if path.is_file() and path.stat().st_size:  # a pipe would have to be waited for
            with path.open("rb") as there:
                there.seek(-1, os.SEEK_END)
                self._is_torn = there.read(1) != b"\n"
        return path.open("ab", buffering=0)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or count it as lost."""
        try:
            if self.stream is None or self.stream.closed:  # it could not be opened anew the last time
                self.stream = self._open()
                self._statstream()
            self.reopenIfNeeded()
            line = b"\n" * self._is_torn + self.format(record).encode() + b"\n"
            written: int = self.stream.write(line)
            if written:
                self._is_torn = line[written - 1 : written] != b"\n"
            if written < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301 - as the next write would
        except OSError as error:
            if not self._lost:
                log.error("the event log can't be written: %s: %s", self.baseFilename, error.strerror)  # noqa: TRY400
            self._lost += 1
        else:
            if self._lost:
                log.warning("the event log can be written again; %d lines of it were lost", self._lost)
            self._lost = 0

    def flush(self) -> None:
        """Do nothing: no line waits."""


class _Lines(logging.Formatter):
    """Makes lines of entries, in ASCII: no text of a request steers the terminal that shows it."""

    def __init__(self, *, mask_contacts: bool) -> None:
        super().__init__()
        self._mask_contacts = mask_contacts

    def format(self, record: logging.LogRecord) -> str:
        """Write an entry as JSON."""
        entry: Any = record.msg
        if self._mask_contacts and entry.contact is not None:
            entry = replace(entry, contact=_masked(entry.contact))
        return json.dumps(msgspec.to_builtins(entry), separators=(",", ":"))


def _masked(contact: str) -> str:
    """Leave of a number, or of the user of a SIP URI, or of what is neither, the last two signs."""
    uri = _SIP_URI.fullmatch(contact)
    scheme, shown, host = uri.groups() if uri else ("", contact, "")
    return f"{scheme}{'*' * (len(shown) - _LAST)}{shown[-_LAST:]}{host}"


def write_event(entry: Entry) -> None:
    """Write a line of the event log."""
    _events.info(entry)


@contextmanager
def open_logs(level: str, events: str, *, mask_contacts: bool = False) -> Iterator[None]:
    """Write both logs while the block runs: messages from ``level`` on, events to a file or ``-``, stdout.

    With ``mask_contacts`` the event log has of a contact only the last two signs (messages have nothing
    of it). A file that is moved away by logrotate is opened anew. OSError where it can't be opened.
    At the end, where somebody who does not read keeps a log, the process ends: with 0 if the block did well.
    """
    messages = logging.StreamHandler(sys.stderr)
    messages.setFormatter(logging.Formatter(_FORMAT))
    entries = _Lines(mask_contacts=mask_contacts)
    lines: logging.Handler = logging.StreamHandler(sys.stdout) if events == "-" else _File(Path(events))
    root = logging.getLogger()
    with _listening(root, messages, level.upper()), _listening(_events, lines, "INFO", entries):
        for noisy in ("aiosqlite", "asyncio", "panoramisk", "uvicorn"):
            logging.getLogger(noisy).setLevel("WARNING")
        yield


@contextmanager
def _listening(
    logger: logging.Logger, handler: logging.Handler, level: str, formatter: logging.Formatter | None = None
) -> Iterator[None]:
    waiting: queue.Queue[Any] = queue.Queue(_WAITING)
    hand_over = _Queue(waiting)
    hand_over.setFormatter(formatter)
    listener = _Listener(waiting, handler)
    before = logger.level, logger.propagate
    logger.addHandler(hand_over)
    logger.setLevel(level)
    logger.propagate = False
    listener.start()
    code = os.EX_IOERR
    try:
        yield
        code = os.EX_OK
    finally:
        logger.removeHandler(hand_over)
        logger.level, logger.propagate = before
        listener.stop()
        if listener.is_stuck:
            # Its thread holds the stream's locks, for which Python would wait at the end, for ever.
            os._exit(code)
        handler.close()
