"""What systemd is told, where it started us: sd_notify(3), and its watchdog."""

import contextlib
import os
import socket
from collections.abc import Callable

from c2cd.clock import Clock, sleep

# Beats in the time after which systemd takes us for dead.
_BEATS = 3


def notify(*states: str) -> None:
    """Tell systemd these states in one message, as ``READY=1``; nothing happens if it did not start us."""
    path = os.environ.get("NOTIFY_SOCKET")
    if path:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifier, contextlib.suppress(OSError):
            # An init that has crashed reads no more, and must not stop the loop.
            notifier.setblocking(False)  # noqa: FBT003 - the standard library's
            notifier.connect("\0" + path[1:] if path.startswith("@") else path)
            notifier.send("\n".join(" ".join(state.splitlines()) for state in states).encode())


def watchdog_seconds() -> float | None:
    """Tell how often this process has to give a sign of life; None where nobody waits for one."""
    microseconds, whose = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID")
    is_meant = whose is None or whose == str(os.getpid())
    return int(microseconds) / 1_000_000 if is_meant and microseconds.isdecimal() else None


async def feed_watchdog(clock: Clock, is_well: Callable[[], bool]) -> None:
    """Give the signs of life, each after the loop has turned and only while all is well, until cancelled."""
    seconds = watchdog_seconds()
    while seconds is not None:
        if is_well():
            notify("WATCHDOG=1")
        await sleep(clock, seconds / _BEATS)
