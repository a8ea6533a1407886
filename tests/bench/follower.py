"""A process that holds event streams open, and reads what comes.

    python -m tests.bench.follower PORT

On stdin it gets a line of JSON: a list of requests' targets, each with its headers. It prints a line once
all of them are open. For each further line it prints a JSON object of how many ``messages`` have come so far.
When all streams have ended it prints such an object once more, with how many of them had ``ended`` well: the
end of their body came. It has a process of its own, so that who clicks does not wait for it.
"""

import asyncio
import json
import sys

import click

from tests.bench.ways.http import request, status

_MESSAGE = b"\ndata: "
_END = b"0\r\n\r\n"


class Follower:
    """What all streams together have said."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writers: list[asyncio.StreamWriter] = []  # a connection lives as long as its writer
        self.messages = 0
        self.ended = 0

    async def open(self, target: str, headers: dict[str, str]) -> asyncio.StreamReader:
        """Open a stream, and wait for its first bytes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers.append(writer)
        writer.write(request("GET", target, b"", **headers))
        head = await reader.readuntil(b"\r\n\r\n")
        if status(head) != 200:
            raise RuntimeError(f"{target}: {(head + await reader.read(1000)).decode()}")
        await reader.readuntil(b"\n\n")
        return reader

    async def follow(self, reader: asyncio.StreamReader) -> None:
        """Read a stream to its end; a message may come in two parts."""
        kept = b""
        while data := await reader.read(1 << 16):
            come = kept + data
            self.messages += come.count(_MESSAGE)
            kept = come[-len(_MESSAGE) + 1 :]
        self.ended += kept.endswith(_END)

    def told(self) -> str:
        """Write what there was so far."""
        return json.dumps({"messages": self.messages, "ended": self.ended})


async def _answer(follower: Follower) -> None:
    while await asyncio.to_thread(sys.stdin.readline):
        click.echo(follower.told())


async def main(port: int) -> None:
    """Do as stdin says, until the streams have ended."""
    follower = Follower(port)
    wanted: list[tuple[str, dict[str, str]]] = json.loads(sys.stdin.readline())
    readers = [await follower.open(target, headers) for target, headers in wanted]
    click.echo("open")
    answering = asyncio.create_task(_answer(follower))
    await asyncio.gather(*(follower.follow(reader) for reader in readers))
    click.echo(follower.told())
    answering.cancel()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
