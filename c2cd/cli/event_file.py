"""The event log's file, read back into those that logrotate has moved away, and followed."""

import errno
import gzip
import os
import re
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from c2cd.cli.event_lines import Line, Wanted, read_line
from c2cd.clock import Clock, sleep

# Seconds between two looks for new lines.
POLL = 0.2
# What logrotate makes of a name, with dateext or without.
_MOVED = re.compile(r"[.-][0-9][0-9.-]*(\.gz)?")


class Tail:
    """A file to whose end lines are written; after logrotate it is not there before the next line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._begun = b""
        self._file: BinaryIO | None = None
        with suppress(FileNotFoundError):
            self._file = path.open("rb")

    def lines(self) -> Iterator[bytes]:
        """Give the lines that have come whole since the last time; one that is begun waits for its end."""
        if self._file is None:
            return
        if os.fstat(self._file.fileno()).st_size < self._file.tell():  # made empty where it is
            self._file.seek(0)
            self._begun = b""
        for part in self._file:
            self._begun += part
            if part.endswith(b"\n"):
                line, self._begun = self._begun, b""
                yield line[:-1]

    @property
    def is_there(self) -> bool:
        """Whether there was such a file."""
        return self._file is not None

    def has_moved(self) -> bool:
        """Tell whether another file has its name by now."""
        return self._path.exists() and not self.is_at(self._path)

    def is_at(self, path: Path) -> bool:
        """Tell whether this is the file at a path."""
        return self._file is not None and os.path.samestat(path.stat(), os.fstat(self._file.fileno()))

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


async def file_lines(path: Path, wanted: Wanted, clock: Clock, *, follow: bool) -> AsyncIterator[Line]:
    """Give the lines that are wanted and, to ``follow`` the file, those to come, for ever.

    OSError where it can't be read, and FileNotFoundError where neither it is there nor one that was moved.
    """
    tail = Tail(path)
    try:
        for line in _past(tail, path, wanted):
            yield line
        is_leaving = False
        while follow:
            for raw in tail.lines():
                if wanted.takes(line := read_line(raw)):
                    yield line
            if is_leaving:  # it was read once more after somebody had seen the new one
                tail.close()
                tail = Tail(path)
            is_leaving = tail.has_moved()
            await sleep(clock, POLL)
    finally:
        tail.close()


def _past(tail: Tail, path: Path, wanted: Wanted) -> Iterator[Line]:
    if not tail.is_there and not _moved(path, None):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    moved = [file for file in _moved(path, wanted.since) if not tail.is_at(file)]
    if wanted.latest is None:
        for file in reversed(moved):
            yield from _chosen(_read(file), wanted)
        yield from _chosen(tail.lines(), wanted)
        return
    found: list[Line] = []
    for lines in (tail.lines(), *map(_read, moved)):
        found = [*deque(_chosen(lines, wanted), wanted.latest - len(found)), *found]
        if len(found) == wanted.latest:
            break
    yield from found


def _chosen(lines: Iterator[bytes], wanted: Wanted) -> Iterator[Line]:
    return filter(wanted.takes, map(read_line, lines))


def _moved(path: Path, since: float | None) -> list[Path]:
    """List the files that were moved away and may hold lines from ``since`` on, the latest first."""
    files = {
        file: file.stat().st_mtime
        for file in path.parent.iterdir()
        if file.name.startswith(path.name) and _MOVED.fullmatch(file.name.removeprefix(path.name))
    }
    # One that is being compressed stands beside what it becomes.
    whole = [file for file in files if file.suffix != ".gz" or file.with_suffix("") not in files]
    return sorted(
        (file for file in whole if files[file] >= (since or 0)), key=files.__getitem__, reverse=True
    )


def _read(file: Path) -> Iterator[bytes]:
    opened = gzip.open if file.suffix == ".gz" else Path.open
    with suppress(FileNotFoundError, EOFError), opened(file, "rb") as lines:
        for line in lines:
            yield line.rstrip(b"\n")
