"""A terminal that a command is run in: a real pseudo-terminal, and an emulator that shows what is on it."""

import asyncio
import os
import termios
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import pyte

from tests.process import PATIENCE, eventually


class Terminal:
    """What a command has written, and what of it is on the screen."""

    def __init__(self, process: asyncio.subprocess.Process, keyboard: int, columns: int, lines: int) -> None:
        self.process = process
        self.screen = pyte.Screen(columns, lines)
        self.written = b""
        self._stream = pyte.ByteStream(self.screen)
        self._keyboard = keyboard

    def read(self) -> None:
        """Take what has been written since."""
        try:
            more = os.read(self._keyboard, 65536)
        except OSError:  # everybody who could write has ended
            more = b""
        if not more:
            asyncio.get_running_loop().remove_reader(self._keyboard)
        self.written += more
        self._stream.feed(more)

    @property
    def lines(self) -> list[str]:
        """The lines of the screen, without blanks at their ends."""
        return [line.rstrip() for line in self.screen.display]

    def type(self, keys: bytes) -> None:
        """Press keys; 3 is Ctrl-C."""
        os.write(self._keyboard, keys)

    def resize(self, columns: int, lines: int) -> None:
        """Be of another size from now on."""
        termios.tcsetwinsize(self._keyboard, (lines, columns))
        self.screen.resize(lines, columns)

    async def until(self, *words: str) -> list[str]:
        """Wait until all of these stand on the screen, and give its lines."""

        async def shows() -> list[str] | None:
            text = "\n".join(self.lines)
            return self.lines if all(word in text for word in words) else None

        try:
            return await eventually(shows, PATIENCE)
        except TimeoutError as error:
            raise AssertionError("\n".join([f"not all of {words} in:", *self.lines])) from error

    async def end(self) -> int:
        """Wait until the command has ended; give its exit code."""
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


@asynccontextmanager
async def terminal(
    *command: str, columns: int = 100, lines: int = 24, env: Mapping[str, str] | None = None
) -> AsyncIterator[Terminal]:
    """Run a command in a terminal of its own while the block runs."""
    keyboard, screen = os.openpty()
    termios.tcsetwinsize(screen, (lines, columns))
    arguments: Sequence[str] = ("setsid", "--ctty", *command)  # so that Ctrl-C reaches it
    variables = {**os.environ, "TERM": "xterm-256color", **(env or {})}
    process = await asyncio.create_subprocess_exec(
        *arguments, stdin=screen, stdout=screen, stderr=screen, env=variables
    )
    os.close(screen)
    shown = Terminal(process, keyboard, columns, lines)
    asyncio.get_running_loop().add_reader(keyboard, shown.read)
    try:
        yield shown
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        asyncio.get_running_loop().remove_reader(keyboard)
        os.close(keyboard)
