"""A lean HTTP client that keeps its connection: what it costs is nobody's who is measured."""

import asyncio
import re

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_CHUNKED = re.compile(rb"(?i)\r\ntransfer-encoding: *chunked\r\n")
_RETRY_AFTER = re.compile(rb"(?i)\r\nretry-after: *(\d+)")


class Client(asyncio.Protocol):
    """One connection, on which one request at a time is answered."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[bytes] | None = None
        self._come = bytearray()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def ask(self, request: bytes) -> bytes:
        """Send a request, and give the answer, head and body; ConnectionError where none comes.

        A server that is full has answered before it was asked.
        """
        assert self._answer is None
        if self._is_whole():
            return bytes(self._come)
        if self._transport.is_closing():
            raise ConnectionResetError
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._answer
        finally:
            self._answer = None

    def data_received(self, data: bytes) -> None:
        """Take what came, until the answer is whole; nothing comes behind it that was not asked for."""
        self._come += data
        if self._is_whole() and self._answer is not None and not self._answer.done():
            self._answer.set_result(bytes(self._come))
            self._come.clear()

    def _is_whole(self) -> bool:
        head = self._come.find(b"\r\n\r\n")
        if head < 0:
            return False
        if _CHUNKED.search(self._come, 0, head + 2):
            return self._come.endswith(b"\r\n0\r\n\r\n")
        length = _LENGTH.search(self._come, 0, head + 2)
        return len(self._come) >= head + 4 + (int(length[1]) if length else 0)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Tell who waits."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError())

    def close(self) -> None:
        """End it."""
        self._transport.close()


class Clients:
    """A connection for each slot, opened when it is first used, and anew where the server has closed it."""

    def __init__(self, host: str, port: int) -> None:
        self._at = host, port
        self._clients: dict[int, Client] = {}

    async def ask(self, slot: int, request: bytes) -> bytes:
        """Ask by the slot's own connection."""
        client = self._clients.get(slot)
        if client is None or client._transport.is_closing():
            loop = asyncio.get_running_loop()
            _, client = await loop.create_connection(Client, *self._at)
            self._clients[slot] = client
        return await client.ask(request)

    def close(self) -> None:
        """End them all."""
        for client in self._clients.values():
            client.close()


def request(verb: str, target: str, body: bytes = b"", **headers: str) -> bytes:
    """Write a request."""
    lines = [f"{verb} {target} HTTP/1.1", "host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def status(answer: bytes) -> int:
    """Read an answer's status."""
    return int(answer[9:12])


def retry_after(answer: bytes) -> float:
    """Read in how many seconds to come again; none said is none."""
    said = _RETRY_AFTER.search(answer)
    return float(said[1]) if said else 0.0
