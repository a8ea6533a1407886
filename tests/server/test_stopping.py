"""What becomes of connections when the server is told to end."""

import asyncio
from pathlib import Path

import pytest

from c2cd.server.connection import LONGEST_REQUEST
from tests.server.hosting import Host, hosting, request
from tests.server.test_slow_senders import PARTS, WHOLE, ask_without_reading
from tests.switch.turning import turn, until

BEGUN = {name: count for name, count in PARTS.items() if count}


def stop(host: Host) -> None:
    """Tell the server to end."""
    host.server.should_exit = True


async def test_who_has_asked_is_answered(host: Host) -> None:
    """A request that has come whole is answered before the server ends, however long that takes."""
    visitor = await host.visit(request(path="/wait"))
    stop(host)
    await until(lambda: not host.server.servers[0].is_serving())
    await host.clock.advance(1000)
    assert len(host) == 1
    host.app.going.set()
    assert (await visitor.hear()).status == 200
    assert await visitor.rest() == b""


@pytest.mark.parametrize("count", BEGUN.values(), ids=BEGUN)
async def test_who_has_not_asked_to_the_end_is_not_waited_for(host: Host, count: int) -> None:
    """A request that has not come whole is 503 at once, and the application sees that its client has left."""
    visitor = await host.visit(WHOLE[:count])
    stop(host)
    answer = await visitor.hear()
    assert answer.refusal == (503, "stopping")
    assert answer.headers["retry-after"] == "5"
    assert await visitor.rest() == b""
    assert host.app.bodies == []
    assert host.clock.monotonic() == 0


@pytest.mark.parametrize("said", [b"", WHOLE], ids=["nothing yet", "a request before"])
async def test_who_asks_nothing_is_let_go(host: Host, said: bytes) -> None:
    """A connection on which no request has begun is closed at once, without a word."""
    visitor = await host.visit(said)
    if said:
        await visitor.hear()
    stop(host)
    assert await visitor.rest() == b""


@pytest.mark.parametrize("count", PARTS.values(), ids=PARTS)
async def test_who_was_sent_away_is_not_waited_for(host: Host, count: int) -> None:
    """Who was sent away and does not go is cut at once."""
    await host.visit(WHOLE[:count])
    await host.clock.advance(LONGEST_REQUEST)
    assert len(host) == 1
    stop(host)
    await until(lambda: len(host) == 0)


async def test_who_waits_too_long_is_sent_away(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    """A request that is abandoned is 503 and cancelled, the server ends, and no error of ours is logged."""
    visitor = await host.visit(request(path="/wait"))
    stop(host)
    await until(lambda: not host.server.servers[0].is_serving())
    host.server.abandon()
    assert (await visitor.hear()).refusal == (503, "stopping")
    assert await visitor.rest() == b""
    await until(lambda: not host.server.server_state.tasks)
    assert host.app.done == 0
    assert caplog.records == []


async def test_who_does_not_read_is_cut(tmp_path: Path) -> None:
    """Who does not take its answer is waited for until it is abandoned, and then cut."""
    async with hosting(path=tmp_path / "http") as host:
        with await ask_without_reading(host):
            stop(host)
            await until(lambda: not host.server.servers[0].is_serving())
            await turn()
            assert len(host) == 1
            host.server.abandon()
            await until(lambda: len(host) == 0)


async def test_nobody_is_sent_away_twice(host: Host) -> None:
    """Who is sent away in the moment in which the server abandons all gets one answer."""
    visitor = await host.visit(WHOLE[:20])
    await host.clock.advance(LONGEST_REQUEST)
    host.server.abandon()
    assert (await visitor.hear()).refusal == (408, "request_timeout")
    assert await asyncio.wait_for(visitor.rest(), 5) == b""
