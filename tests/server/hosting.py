"""A small application on a real socket, served with a clock that stands still."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from c2cd.server.serving import BACKLOG, Server
from tests.clock import ManualClock
from tests.switch.turning import turn, until

MEDIUM = 60_000
LARGE = 16 * 1024 * 1024
PATIENCE = 10.0


@dataclass
class App:
    """Answers with the body's length; to ``/early`` before it comes, to ``/large`` with more than fits.

    ``/medium`` is more than a socket holds here, too. To ``/wait`` it answers when ``going`` is set.
    """

    bodies: list[bytes] = field(default_factory=list)
    clients: list[object] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    headers: list[dict[bytes, bytes]] = field(default_factory=list)
    left: int = 0
    done: int = 0
    going: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        body = b""
        if scope["path"] != "/early":
            try:
                body = await Request(scope, receive).body()
            except ClientDisconnect:
                self.left += 1
                return
            self.bodies.append(body)
        self.clients.append(scope["client"])
        self.verbs.append(scope["method"])
        self.headers.append(dict(scope["headers"]))
        if scope["path"] == "/wait":
            await self.going.wait()
        size = {"/medium": MEDIUM, "/large": LARGE}.get(scope["path"])
        content = b"%d" % len(body) if size is None else b"x" * size
        await Response(content)(scope, receive, send)
        self.done += 1


@dataclass
class Answer:
    """What was heard."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and message of an error, whose envelope must be whole."""
        content = json.loads(self.body)
        assert content.keys() == {"data", "status", "error", "message", "request_id", "timestamp", "node"}
        assert (content["status"], content["error"]) == ("error", str(self.status))
        assert content["data"]["message"]
        assert content["request_id"] == self.headers["x-request-id"]
        assert self.headers["content-type"] == "application/json"
        assert self.headers["connection"] == "close"
        return self.status, content["message"]


class Visitor:
    """A client that sends what a test says."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def say(self, data: bytes) -> None:
        """Send, and let it come."""
        self._writer.write(data)
        await turn()

    async def hear(self) -> Answer:
        """Give the next answer."""
        async with asyncio.timeout(PATIENCE):
            head = await self._reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode().split("\r\n")[:-2]
            headers = dict(line.split(": ", 1) for line in lines)
            body = await self._reader.readexactly(int(headers["content-length"]))
        return Answer(int(first.split()[1]), headers, body)

    async def rest(self) -> bytes:
        """Give all that is said until the connection's end."""
        async with asyncio.timeout(PATIENCE):
            return await self._reader.read()

    async def hang_up(self) -> None:
        """Close."""
        self._writer.transport.abort()
        await turn()


@dataclass
class Host:
    """A server with the clock that it goes by."""

    app: App
    clock: ManualClock
    server: Server
    port: int
    visitors: list[Visitor] = field(default_factory=list)

    async def visit(self, said: bytes = b"") -> Visitor:
        """Connect, be accepted, and send."""
        visitor = Visitor(*await asyncio.open_connection("127.0.0.1", self.port))
        self.visitors.append(visitor)
        await turn()
        if said:
            await visitor.say(said)
        return visitor

    def __len__(self) -> int:
        """Tell how many connections are open."""
        return len(self.server.server_state.connections)


@asynccontextmanager
async def hosting(max_connections: int = 100, path: Path | None = None) -> AsyncIterator[Host]:
    """Serve while the block runs, on loopback or on a Unix socket; then it must end by itself."""
    app, clock = App(), ManualClock()
    server = Server(app, clock, max_connections)
    with socket.socket(socket.AF_INET if path is None else socket.AF_UNIX) as listener:
        listener.bind(("127.0.0.1", 0) if path is None else str(path))
        listener.listen(BACKLOG)
        listener.settimeout(0)
        port: int = listener.getsockname()[1] if path is None else 0
        serving = asyncio.create_task(server.serve([listener]))
        await until(lambda: server.started or serving.done())
        host = Host(app, clock, server, port)
        try:
            yield host
        finally:
            for visitor in host.visitors:
                await visitor.hang_up()
            server.should_exit = True
            await asyncio.wait_for(serving, PATIENCE)


def request(body: bytes = b"", path: str = "/", **headers: Any) -> bytes:
    """Write a request with its Content-Length."""
    lines = {"Host": "x", "Content-Length": len(body), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body
