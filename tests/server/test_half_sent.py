"""The daemon itself, amid clients that mean it no good."""

import asyncio
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.process import PATIENCE, Daemon, eventually, free_port

# The daemon has its own loop, whatever is the test's.
pytestmark = pytest.mark.asyncio(loop_factories=["asyncio"])

CROWD = 600
ROOM = 20
HALVES = [
    b"",
    b"POST /v2/acc",
    b"POST /v2/accounts/acme/clicktocall/x/connect HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
]


@pytest_asyncio.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[Daemon]:
    """Give a daemon that is not started yet, with little room and no switch."""
    daemon = Daemon(tmp_path, free_port())
    text = daemon.config.read_text()
    daemon.config.write_text(text.replace("[http]\n", f"[http]\nmax_connections = {ROOM}\n"))
    try:
        yield daemon
    finally:
        await daemon.kill()


async def crowd(daemon: Daemon, count: int) -> list[asyncio.StreamWriter]:
    """Open so many connections, and send half a request on each, or nothing."""
    writers = []
    for number in range(count):
        _, writer = await asyncio.open_connection("127.0.0.1", daemon.port)
        writer.write(HALVES[number % len(HALVES)])
        writers.append(writer)
    return writers


async def test_a_crowd_of_half_sent_requests(daemon: Daemon) -> None:
    """Amid 600 half-sent requests who is inside is answered; who comes is 503 until their time is over."""
    await daemon.start(ready=False)
    async with httpx.AsyncClient(base_url=daemon.url, timeout=PATIENCE) as inside:
        assert (await inside.get("/healthz")).status_code == 200
        writers = await crowd(daemon, CROWD)
        for _ in range(3):
            assert (await inside.get("/healthz")).status_code == 200
        async with httpx.AsyncClient() as outside:
            response = await outside.get(daemon.url + "/healthz")
        assert (response.status_code, response.json()["message"]) == (503, "too_many_connections")
    await daemon.wait_for("/healthz")
    for writer in writers:
        writer.transport.abort()
    assert await daemon.stop() == 0
    assert "Traceback" not in daemon.messages
    assert daemon.messages.count("http.max_connections") == 1


async def test_no_descriptor_is_left(daemon: Daemon) -> None:
    """Who comes when hardly a descriptor is left is sent away, the log says so, and later ones are taken."""
    text = daemon.config.read_text()
    daemon.config.write_text(text.replace(f"max_connections = {ROOM}", f"max_connections = {CROWD}"))
    await daemon.start(ready=False)
    assert daemon._process is not None
    hard = resource.prlimit(daemon._process.pid, resource.RLIMIT_NOFILE)[1]
    resource.prlimit(daemon._process.pid, resource.RLIMIT_NOFILE, (60, hard))
    writers = await crowd(daemon, CROWD // 6)

    async def told() -> bool:
        return "60 descriptors (LimitNOFILE)" in daemon.messages

    await eventually(told, PATIENCE)
    for writer in writers:
        writer.transport.abort()
    await daemon.wait_for("/healthz")
    assert daemon.messages.count("descriptors") == 1
    assert "out of system resource" not in daemon.messages
    assert await daemon.stop() == 0
