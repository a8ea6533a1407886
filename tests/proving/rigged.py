"""``c2cd`` that dies where it is told to, and whose clock can be set.

``python -m tests.proving.rigged FOLDER COMMAND…`` is that command of c2cd's.

At its start, and at each SIGUSR1, it reads ``FOLDER/rig.json``: ``skew`` is how many seconds its wall clock
is off, ``point`` and ``count`` where it kills itself, and at which passing. At the signal it then writes to
``FOLDER/tasks.json`` which tasks it has.
"""

import asyncio
import functools
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from c2cd.cli import main
from c2cd.clock import SystemClock
from c2cd.store.history import History
from c2cd.switch.wire import Wire

P = ParamSpec("P")
T = TypeVar("T")

# In the order in which a click passes them.
POINTS = ("before commit", "after commit", "after send", "after response", "before save", "after save")


class Rig:
    """What was asked of this run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._skew = 0.0
        self._point = ""
        self._count = 0

    def read(self) -> None:
        """Take what is asked now."""
        asked = json.loads((self._folder / "rig.json").read_text())
        self._skew, self._point, self._count = asked["skew"], asked["point"], asked["count"]

    def tell(self, *_: object) -> None:
        """Take what is asked now, and tell how things are."""
        self.read()
        whole = self._folder / "tasks.new"
        whole.write_text(json.dumps([task.get_name() for task in asyncio.all_tasks()]))
        whole.rename(self._folder / "tasks.json")

    def passes(self, point: str) -> None:
        """Die if it is this point's turn."""
        if point == self._point:
            self._count -= 1
            if self._count == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def put_in(self) -> None:
        """Stand at every point, and where the time comes from."""
        wall = SystemClock.wall
        SystemClock.wall = lambda clock: wall(clock) + self._skew  # type: ignore[assignment, method-assign]
        History.add = self._around(History.add, "commit")  # type: ignore[assignment, method-assign]
        History.save = self._around(History.save, "save")  # type: ignore[assignment, method-assign]
        ask = Wire.ask

        async def asking(wire: Wire, action: Any, seconds: float) -> Any:
            if action["Action"] != "Originate":
                return await ask(wire, action, seconds)
            answering = asyncio.ensure_future(ask(wire, action, seconds))
            await asyncio.sleep(0)  # in which it is written
            self.passes("after send")
            answer = await answering
            self.passes("after response")
            return answer

        Wire.ask = asking  # type: ignore[assignment, method-assign]

    def _around(self, method: Callable[P, Awaitable[T]], name: str) -> Callable[P, Awaitable[T]]:
        @functools.wraps(method)
        async def rigged(*arguments: P.args, **named: P.kwargs) -> T:
            self.passes(f"before {name}")
            result = await method(*arguments, **named)
            self.passes(f"after {name}")
            return result

        return rigged


if __name__ == "__main__":
    rig = Rig(Path(sys.argv.pop(1)))
    rig.read()
    rig.put_in()
    signal.signal(signal.SIGUSR1, rig.tell)
    main(prog_name="c2cd")
