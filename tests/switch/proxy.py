"""A TCP proxy whose faults are on the wire: in front of the simulated switch, or of a real Asterisk.

async with Proxy(ami_port).listening() as port:
    ...
    proxy.stall()     both directions stand still, the connections stay open
    proxy.cut()       all connections end
    proxy.interject() what the server never said, between two of its messages
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_END = b"\r\n\r\n"


class Proxy:
    """Passes bytes on and keeps a record of them.

    ``sent`` is all that came from clients and ``answered`` all that came from the server, whether or not it
    was passed on. ``piece`` is how many bytes are passed on at a time, 0 for all. While ``refusing``, who
    connects is hung up on.
    """

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.sent = bytearray()
        self.answered = bytearray()
        self.connections = 0
        self.piece = 0
        self.refusing = False
        self._target = host, port
        self._towards_server = asyncio.Event()
        self._towards_client = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_passed: dict[asyncio.StreamWriter, bytes] = {}  # to each client, of what its server said
        self._to_interject: dict[asyncio.StreamWriter, bytearray] = {}
        self.flow()

    def stall(self, *, answers_only: bool = False) -> None:
        """Hold back what comes from now on, in both directions or on its way to the client alone."""
        self._towards_client.clear()
        if not answers_only:
            self._towards_server.clear()

    def flow(self) -> None:
        """Pass on what was held back, and what follows."""
        self._towards_client.set()
        self._towards_server.set()

    def cut(self) -> None:
        """End all connections, on both sides; what is held back is lost with them."""
        for writer in self._writers:
            writer.transport.abort()

    def interject(self, messages: bytes) -> None:
        """Say whole messages to every client, each as soon as none of its server's is on its way to it."""
        for client, waiting in self._to_interject.items():
            waiting.extend(messages)
            self._interject_between(client)

    @property
    def behind(self) -> int:
        """How many bytes were said to clients and are not yet taken by the network."""
        return sum(client.transport.get_write_buffer_size() for client in self._to_interject)

    def _interject_between(self, client: asyncio.StreamWriter) -> None:
        if self._last_passed[client] == _END and self._to_interject[client]:
            client.write(self._to_interject[client])
            self._to_interject[client] = bytearray()

    @asynccontextmanager
    async def listening(self, port: int = 0) -> AsyncIterator[int]:
        """Listen on a port of loopback, which is given, until the block ends; then cut."""
        server = await asyncio.start_server(self._pass, "127.0.0.1", port)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            self.cut()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.refusing:
            writer.transport.abort()
            return
        try:
            server_reader, server_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, server_writer}
        self._last_passed[writer], self._to_interject[writer] = b"", bytearray()
        pumps = [
            asyncio.create_task(self._pump(reader, server_writer, self.sent, self._towards_server)),
            asyncio.create_task(self._pump(server_reader, writer, self.answered, self._towards_client)),
        ]
        self._tasks |= set(pumps)

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        record: bytearray,
        flowing: asyncio.Event,
    ) -> None:
        try:
            with suppress(ConnectionError):
                while data := await reader.read(65536):
                    record += data
                    await self._pass_on(data, writer, flowing)
        finally:
            self._writers.discard(writer)
            self._to_interject.pop(writer, None)
            self._last_passed.pop(writer, None)
            writer.transport.abort()

    async def _pass_on(self, data: bytes, writer: asyncio.StreamWriter, flowing: asyncio.Event) -> None:
        """Pass on what came for ``writer``, once it flows."""
        step = self.piece or len(data)
        for start in range(0, len(data), step):
            await flowing.wait()
            self._write(data[start : start + step], writer)
            if self.piece:  # turns in which the other side reads this piece alone
                await asyncio.sleep(0)
                await asyncio.sleep(0)

    def _write(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        if self._is_client(writer):
            self._last_passed[writer] = (self._last_passed[writer] + data)[-len(_END) :]
            self._interject_between(writer)

    def _is_client(self, writer: asyncio.StreamWriter) -> bool:
        return writer in self._to_interject
