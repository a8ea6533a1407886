"""What systemd is to a process: the socket that it is told by, held by a test."""

import asyncio
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

_LONGEST = 4096


class Init:
    """Reads what was told, a message at a time. ``path`` is what NOTIFY_SOCKET is to say."""

    def __init__(self, path: str, told: socket.socket) -> None:
        self.path = path
        self._told = told

    async def next(self, within: float = 10.0) -> list[str]:
        """Wait for the next message, and give its states."""
        message = asyncio.get_running_loop().sock_recv(self._told, _LONGEST)
        return (await asyncio.wait_for(message, within)).decode().split("\n")

    async def until(self, state: str) -> list[str]:
        """Wait for a state, and give all that were told until then, with it."""
        states: list[str] = []
        while state not in states:
            states += await self.next()
        return states

    def waiting(self) -> list[str]:
        """Give at once what was told and not read yet."""
        states: list[str] = []
        while True:
            try:
                states += self._told.recv(_LONGEST).decode().split("\n")
            except BlockingIOError:
                return states


@contextmanager
def listening_init(monkeypatch: pytest.MonkeyPatch, path: str | None = None) -> Iterator[Init]:
    """Be the init of every process that is started meanwhile, by an abstract name if there is no path."""
    path = path or f"@c2cd-test-{secrets.token_hex(8)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind("\0" + path[1:] if path.startswith("@") else path)
        told.setblocking(False)  # noqa: FBT003 - the standard library's
        monkeypatch.setenv("NOTIFY_SOCKET", path)
        yield Init(path, told)
