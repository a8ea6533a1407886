"""``c2cd`` with a watch on its loop: ``python -m tests.loop_watch FILE COMMAND…``.

At each SIGUSR1 it writes to FILE how many milliseconds the longest callback since the last one took, and
which it was. They are CPU time of the loop's own thread, so that no other process, and no other thread of
its own, is counted. ``longest`` asks such a process.
"""

import asyncio
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

import uvloop

from c2cd.cli import main
from tests.process import eventually


class Watch:
    """Takes the time of every callback of the loop."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._longest = 0.0
        self._which = ""

    def begin(self) -> None:
        """Stand where the loop runs its callbacks."""
        run = asyncio.Handle._run

        def watched(handle: asyncio.Handle) -> None:
            began = time.thread_time()
            run(handle)
            took = time.thread_time() - began
            if took > self._longest:
                self._longest, self._which = took, repr(handle)

        asyncio.Handle._run = watched  # type: ignore[method-assign, assignment]  # there is no other way in

    def tell(self, *_: object) -> None:
        """Write down what was seen, and begin anew."""
        whole = self._file.with_suffix(".new")
        whole.write_text(f"{self._longest * 1000:.3f} {self._which}")
        whole.rename(self._file)
        self._longest, self._which = 0.0, ""


async def longest(pid: int, seen: Path) -> str:
    """Have a watched process tell its longest callback since the last time: milliseconds, and which."""

    def told() -> str | None:
        return seen.read_text() if seen.exists() else None

    await asyncio.to_thread(seen.unlink, missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    return await eventually(partial(asyncio.to_thread, told), 30)


if __name__ == "__main__":
    watch = Watch(Path(sys.argv.pop(1)))
    watch.begin()
    uvloop.run = asyncio.run  # type: ignore[assignment] # of uvloop's own handles nobody can take the time
    signal.signal(signal.SIGUSR1, watch.tell)
    main(prog_name="c2cd")
