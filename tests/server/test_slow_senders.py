"""How long a request may take to come, and an answer to be read."""

import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from c2cd.server.connection import LONGEST_LINGER, LONGEST_REQUEST, LONGEST_STALL, Connection
from tests.server.hosting import LARGE, Host, hosting, request
from tests.switch.turning import turn, until

WHOLE = request(b"12345")
MOMENT = 0.001
PARTS = {
    "nothing": 0,
    "a byte": 1,
    "half a head": 20,
    "all of the head": len(WHOLE) - 5,
    "half a body": len(WHOLE) - 2,
}


@pytest.mark.parametrize("count", PARTS.values(), ids=PARTS)
async def test_a_request_that_does_not_come_is_408(host: Host, count: int) -> None:
    """What is not whole after its time is answered with 408 and closed, however far it has come."""
    visitor = await host.visit(WHOLE[:count])
    await host.clock.advance(LONGEST_REQUEST)
    assert (await visitor.hear()).refusal == (408, "request_timeout")
    assert await visitor.rest() == b""
    assert host.app.bodies == []


@pytest.mark.parametrize("count", PARTS.values(), ids=PARTS)
async def test_a_request_may_take_its_time(host: Host, count: int) -> None:
    """Just before that the rest is still taken, and the connection then waits for the next request."""
    visitor = await host.visit(WHOLE[:count])
    await host.clock.advance(LONGEST_REQUEST - MOMENT)
    await visitor.say(WHOLE[count:])
    assert (await visitor.hear()).body == b"5"
    await host.clock.advance(LONGEST_REQUEST)
    await visitor.say(WHOLE)
    assert (await visitor.hear()).body == b"5"


async def test_a_body_that_does_not_come_is_a_disconnect(host: Host) -> None:
    """The application that waits for the body sees that its client has left, and nothing is logged."""
    await host.visit(WHOLE[:-1])
    await host.clock.advance(LONGEST_REQUEST)
    await until(lambda: host.app.left == 1)


async def test_byte_by_byte_gains_no_time(host: Host) -> None:
    """A sender that keeps sending a byte at a time has no longer than others."""
    visitor = await host.visit()
    for number in range(int(LONGEST_REQUEST)):
        await visitor.say(WHOLE[number : number + 1])
        await host.clock.advance(1)
    assert (await visitor.hear()).refusal == (408, "request_timeout")


async def test_chunk_by_chunk_gains_no_time(host: Host) -> None:
    """Nor has one that sends its body in chunks without end."""
    visitor = await host.visit(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(int(LONGEST_REQUEST)):
        await visitor.say(b"1\r\nx\r\n")
        await host.clock.advance(1)
    assert (await visitor.hear()).refusal == (408, "request_timeout")


async def test_a_second_request_counts_from_its_first_byte(host: Host) -> None:
    """On a connection that is kept each request has all of the time, and no more."""
    visitor = await host.visit(WHOLE)
    assert (await visitor.hear()).status == 200
    await host.clock.advance(3 * LONGEST_REQUEST)
    await visitor.say(WHOLE[:1])
    await host.clock.advance(LONGEST_REQUEST - MOMENT)
    await visitor.say(WHOLE[1:-1])
    assert host.app.left == 0
    await host.clock.advance(MOMENT)
    assert (await visitor.hear()).refusal == (408, "request_timeout")


async def test_pipelined_requests_are_answered_in_order(host: Host) -> None:
    """Requests that come at once are answered one after the other, and what follows them is timed anew."""
    visitor = await host.visit()
    await host.clock.advance(LONGEST_REQUEST - MOMENT)
    await visitor.say(WHOLE + request(b"12") + WHOLE[:-1])
    assert [(await visitor.hear()).body for _ in range(2)] == [b"5", b"2"]
    (connection,) = host.server.server_state.connections
    assert isinstance(connection, Connection)
    assert connection.timeout_keep_alive_task is None  # it is not waiting for a next request, but amid it
    await host.clock.advance(LONGEST_REQUEST - MOMENT)
    assert host.app.left == 0
    await host.clock.advance(MOMENT)
    assert (await visitor.hear()).refusal == (408, "request_timeout")
    await until(lambda: host.app.left == 1)


async def test_who_was_answered_early_is_told_nothing_more(host: Host) -> None:
    """Where the answer came before all of the body, a body that never ends closes the connection alone."""
    visitor = await host.visit(request(b"12345", "/early")[:-1])
    assert (await visitor.hear()).status == 200
    await host.clock.advance(LONGEST_REQUEST)
    assert await visitor.rest() == b""


async def test_the_rest_after_an_early_answer_is_passed_over(host: Host) -> None:
    """The rest of such a body is not taken for a request, and the connection is kept."""
    visitor = await host.visit(request(b"GET / HTTP/1.1\r\n\r\n", "/early")[:-10])
    assert (await visitor.hear()).status == 200
    await visitor.say(request(b"GET / HTTP/1.1\r\n\r\n", "/early")[-10:] + WHOLE[:1])
    await host.clock.advance(LONGEST_REQUEST - MOMENT)
    await visitor.say(WHOLE[1:])
    assert (await visitor.hear()).body == b"5"
    assert host.app.done == 2


async def test_who_does_not_hang_up_is_cut(host: Host) -> None:
    """Who was sent away and keeps the connection is waited for a little, and then cut."""
    visitor = await host.visit(WHOLE[:1])
    await host.clock.advance(LONGEST_REQUEST)
    assert (await visitor.hear()).status == 408
    await visitor.say(WHOLE[1:])
    assert host.app.bodies == []
    assert len(host) == 1
    await host.clock.advance(LONGEST_LINGER)
    assert len(host) == 0


@pytest_asyncio.fixture
async def local(tmp_path: Path) -> AsyncIterator[Host]:
    """Give a server on a Unix socket, where nothing moves that nobody reads."""
    async with hosting(path=tmp_path / "http") as host:
        yield host


async def ask_without_reading(host: Host, path: str = "/large") -> socket.socket:
    """Ask for more than the sockets hold, and read nothing of it."""
    deaf = socket.socket(socket.AF_UNIX)
    deaf.connect(host.server.servers[0].sockets[0].getsockname())
    deaf.settimeout(0)
    await turn()
    (connection,) = host.server.server_state.connections
    connection.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    deaf.send(request(path=path))
    await until(lambda: host.app.done)
    await turn()
    return deaf


@pytest.mark.parametrize("path", ["/medium", "/large"])
async def test_who_does_not_read_is_cut(local: Host, path: str) -> None:
    """A client that takes nothing of its answer for long is cut, and not before, however little is left."""
    with await ask_without_reading(local, path):
        (connection,) = local.server.server_state.connections
        assert connection.transport.get_write_buffer_size() > 0
        await local.clock.advance(LONGEST_STALL - MOMENT)
        assert len(local) == 1
        await local.clock.advance(MOMENT)
        assert len(local) == 0


async def test_who_reads_slowly_is_not_cut(local: Host) -> None:
    """A client that takes some of its answer in each such time gets all of it."""
    with await ask_without_reading(local) as slow:
        (connection,) = local.server.server_state.connections
        waiting = connection.transport.get_write_buffer_size
        come = 0

        def read() -> bool:
            nonlocal come
            with contextlib.suppress(BlockingIOError):
                come += len(slow.recv(64 * 1024))
            return waiting() < before

        for _ in range(3):
            before = waiting()
            assert before
            await until(read)
            await local.clock.advance(LONGEST_STALL)
            assert len(local) == 1
        before = 1
        await until(lambda: read() and come > LARGE)
        await local.clock.advance(LONGEST_STALL)
        assert len(local) == 1


async def test_who_leaves_is_forgotten(host: Host) -> None:
    """Of a client that hangs up amid its request nothing is left, whenever that is."""
    for count in PARTS.values():
        visitor = await host.visit(WHOLE[:count])
        await visitor.hang_up()
    await until(lambda: len(host) == 0)
    await host.clock.advance(LONGEST_STALL)
    assert host.app.bodies == []
