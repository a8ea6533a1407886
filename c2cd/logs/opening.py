"""Opens both logs, and closes them."""

import contextlib
import logging
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from c2cd.logs.events import Stdout, written_as_lines
from c2cd.logs.file import LineFile
from c2cd.logs.journal import ERROR, INFO, STDERR, STDOUT, Journal, is_journal, with_priority
from c2cd.logs.losses import LOST_LINES
from c2cd.logs.scribe import Scribe
from c2cd.model.journal import Entry

T = TypeVar("T")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# The journal has the time itself.
_JOURNAL_FORMAT = "%(levelname)s %(name)s: %(message)s"
_PRIORITIES = {logging.DEBUG: 7, logging.WARNING: 4, logging.ERROR: ERROR, logging.CRITICAL: 2}

log = logging.getLogger(__name__)


class _ForJournal(logging.Formatter):
    """Begins each line of a message with its priority."""

    def format(self, record: logging.LogRecord) -> str:
        """Make the text of a message."""
        return with_priority(super().format(record), _PRIORITIES.get(record.levelno, INFO))


class _HandOver(logging.Handler):
    """Makes text of a message where it is said, and has it written elsewhere."""

    def __init__(self, put: Callable[[str], object]) -> None:
        super().__init__()
        self.setFormatter(_ForJournal(_JOURNAL_FORMAT) if is_journal(STDERR) else logging.Formatter(_FORMAT))
        self._put = put

    def emit(self, record: logging.LogRecord) -> None:
        """Hand over without waiting."""
        self._put(self.format(record))


class _EventLog:
    """Where events are written. Another place is turned to by the thread that writes, before it writes on."""

    def __init__(self) -> None:
        self._opened: deque[tuple[Callable[[Sequence[Entry]], None], Callable[[], None]]] = deque()
        self._newest: tuple[str, bool] | None = None

    def open(self, events: str, *, mask_contacts: bool) -> None:
        """Open a place to turn to, if it is another. OSError: it can't be, and all stays as it was."""
        if self._newest == (events, mask_contacts):
            return
        stream = Journal if is_journal(STDOUT) else Stdout
        place = stream() if events == "-" else LineFile(Path(events))
        self._opened.append((written_as_lines(place.write, mask_contacts=mask_contacts), place.close))
        self._newest = events, mask_contacts

    def write(self, entries: Sequence[Entry]) -> None:
        """Write to the newest place, and close those before it."""
        while len(self._opened) > 1:
            _, close = self._opened.popleft()
            close()
        write, _ = self._opened[0]
        write(entries)

    def close(self) -> None:
        """Close what is open."""
        for _, close in self._opened:
            close()


class Logs:
    """Both logs, while they are open. Call it with an entry to have that written to the event log."""

    def __init__(self, put: Callable[[Entry], None], event_log: _EventLog) -> None:
        self._put = put
        self._event_log = event_log

    def __call__(self, entry: Entry) -> None:
        """Hand over without waiting."""
        self._put(entry)

    def change(self, level: str, events: str, *, mask_contacts: bool) -> None:
        """Write both from now on as ``open_logs`` has it. OSError: then all stays as it was."""
        self._event_log.open(events, mask_contacts=mask_contacts)
        logging.getLogger().setLevel(level.upper())


@contextmanager
def open_logs(level: str, events: str, *, mask_contacts: bool = False) -> Iterator[Logs]:
    """Write both logs while the block runs: messages from ``level`` on, and the events that it hands over.

    The events go to a file or to ``-``, stdout, and with ``mask_contacts`` have of a contact only the last
    two signs (messages have nothing of it). A file that is moved away by logrotate is opened anew.
    OSError where it can't be opened. Where stdout is systemd's journal they go there with fields, and
    messages have their priority where stderr is.

    At the end, where somebody who does not read keeps a log, the process ends: with 0 if the block did well.
    """
    with contextlib.ExitStack() as opened:
        event_log = _EventLog()
        event_log.open(events, mask_contacts=mask_contacts)
        opened.callback(event_log.close)
        put_message = opened.enter_context(_written("messages", _write_stderr))
        opened.enter_context(_messages(put_message, level.upper()))
        yield Logs(opened.enter_context(_written("events", event_log.write)), event_log)


@contextmanager
def _written(name: str, write: Callable[[Sequence[T]], object]) -> Iterator[Callable[[T], None]]:
    scribe = Scribe(name, write, _tell_gap)
    code = os.EX_IOERR
    try:
        yield scribe.put
        code = os.EX_OK
    finally:
        if not scribe.end():
            # Its thread holds the stream's locks, for which Python would wait at the end, for ever.
            os._exit(code)


def _tell_gap(dropped: int) -> None:
    log.warning("%d lines of a log were dropped: what reads it is too slow", dropped)


def _write_stderr(messages: Sequence[str]) -> None:
    try:
        sys.stderr.write("\n".join([*messages, ""]))
        sys.stderr.flush()
    except (OSError, ValueError):  # nobody is there any more who could be told
        LOST_LINES["messages"] += len(messages)


@contextmanager
def _messages(put: Callable[[str], object], level: str) -> Iterator[None]:
    root, hand_over = logging.getLogger(), _HandOver(put)
    before = root.level
    root.addHandler(hand_over)
    root.setLevel(level)
    for noisy in ("aiosqlite", "asyncio", "panoramisk", "uvicorn"):
        logging.getLogger(noisy).setLevel("WARNING")
    try:
        yield
    finally:
        root.removeHandler(hand_over)
        root.setLevel(before)
