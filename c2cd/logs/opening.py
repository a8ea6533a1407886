"""Opens both logs, and closes them."""

import contextlib
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from c2cd.logs.events import write_stdout, written_as_lines
from c2cd.logs.file import LineFile
from c2cd.logs.scribe import Scribe
from c2cd.model.journal import Entry

T = TypeVar("T")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

log = logging.getLogger(__name__)


class _HandOver(logging.Handler):
    """Makes text of a message where it is said, and has it written elsewhere."""

    def __init__(self, put: Callable[[str], object]) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter(_FORMAT))
        self._put = put

    def emit(self, record: logging.LogRecord) -> None:
        """Hand over without waiting."""
        self._put(self.format(record))


@contextmanager
def open_logs(level: str, events: str, *, mask_contacts: bool = False) -> Iterator[Callable[[Entry], None]]:
    """Write both logs while the block runs: messages from ``level`` on, and the events that it hands over.

    The events go to a file or to ``-``, stdout, and with ``mask_contacts`` have of a contact only the last
    two signs (messages have nothing of it). A file that is moved away by logrotate is opened anew.
    OSError where it can't be opened.

    At the end, where somebody who does not read keeps a log, the process ends: with 0 if the block did well.
    """
    with contextlib.ExitStack() as opened:
        lines = write_stdout
        if events != "-":
            file = LineFile(Path(events))
            opened.callback(file.close)
            lines = file.write
        put_message = opened.enter_context(_written("messages", _write_stderr))
        opened.enter_context(_messages(put_message, level.upper()))
        yield opened.enter_context(_written("events", written_as_lines(lines, mask_contacts=mask_contacts)))


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
    with contextlib.suppress(OSError, ValueError):  # nobody is there any more who could be told
        sys.stderr.write("\n".join([*messages, ""]))
        sys.stderr.flush()


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
