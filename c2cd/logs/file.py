"""A log as a file: whole lines, whatever logrotate, a full disk or a former run has done to it."""

import errno
import logging.handlers
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from c2cd.logs.losses import Losses


class LineFile(logging.handlers.WatchedFileHandler):
    """A file of whole lines: what a full disk, or the end of a former run, has torn is ended before the next.

    One that was moved away is made anew. What can't be written is lost: that is said once, and once more,
    with how many, when it is over.
    """

    stream: Any  # of bytes

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._losses = Losses(self.baseFilename)

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
            self._losses.lose(len(lines) - there, error)
        else:
            self._losses.over()

    def flush(self) -> None:
        """Do nothing: no line waits."""
