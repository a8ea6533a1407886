"""A log as a file: whole lines, whatever logrotate, a full disk or a former run has done to it."""

import errno
import logging
import logging.handlers
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from c2cd.logs.scribe import LOST_LINES

log = logging.getLogger(__name__)


class LineFile(logging.handlers.WatchedFileHandler):
    """A file of whole lines: what a full disk, or the end of a former run, has torn is ended before the next.

    One that was moved away is made anew. What can't be written is lost: that is said once, and once more,
    with how many, when it is over.
    """

    stream: Any  # of bytes

    def __init__(self, path: Path) -> None:
        self._lost = 0
        super().__init__(path)

    def _open(self) -> Any:  # noqa: ANN401 - logging has a stream of text here
        """Open for appending, unbuffered. OSError where that can't be done."""
        path = Path(self.baseFilename)
        self._is_torn = False
        if path.is_file() and path.stat().st_size:  # a pipe would have to be waited for
            with path.open("rb") as there:
                there.seek(-1, os.SEEK_END)
                self._is_torn = there.read(1) != b"\n"
        return path.open("ab", buffering=0)

    def write(self, lines: Sequence[bytes]) -> None:
        """Write lines, which have no end of their own yet, at once; or count those that are lost."""
        there = 0
        try:
            if self.stream is None or self.stream.closed:  # it could not be opened anew the last time
                self.stream = self._open()
                self._statstream()
            self.reopenIfNeeded()
            lump = b"\n" * self._is_torn + b"".join(line + b"\n" for line in lines)
            written: int = self.stream.write(lump)
            if written:
                there = lump.count(b"\n", self._is_torn, written)
                self._is_torn = lump[written - 1 : written] != b"\n"
            if written < len(lump):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301 - as the next write would
        except OSError as error:
            if not self._lost:
                log.error("the event log can't be written: %s: %s", self.baseFilename, error.strerror)  # noqa: TRY400
            self._lost += len(lines) - there
            LOST_LINES["events"] += len(lines) - there
        else:
            if self._lost:
                log.warning("the event log can be written again; %d lines of it were lost", self._lost)
            self._lost = 0

    def flush(self) -> None:
        """Do nothing: no line waits."""
