"""How many connections may be open at once, and what becomes of one more."""

import logging
import socket
import struct

import pytest

from c2cd.server.connection import LONGEST_LINGER, LONGEST_REQUEST, MOST_LINGERING
from tests.server.hosting import Host, Visitor, hosting, request
from tests.switch.turning import turn, until

MOST = 3
FULL = (503, "too_many_connections")


async def fill(host: Host) -> list[Visitor]:
    """Open as many connections as may be."""
    return [await host.visit() for _ in range(MOST)]


async def test_one_more_is_sent_away() -> None:
    """One more than allowed is 503, with when to come again, and closed; the others are served."""
    async with hosting(MOST) as host:
        inside = await fill(host)
        answer = await (outside := await host.visit(request(b"x"))).hear()
        assert answer.refusal == FULL
        assert answer.headers["retry-after"] == "1"
        assert await outside.rest() == b""
        for visitor in inside:
            await visitor.say(request(b"12345"))
            assert (await visitor.hear()).body == b"5"


async def test_there_is_room_again() -> None:
    """When one of them ends the next one is served."""
    async with hosting(MOST) as host:
        first, *_ = await fill(host)
        await first.hang_up()
        await until(lambda: len(host) == MOST - 1)
        assert (await (await host.visit(request(b"12345"))).hear()).body == b"5"


async def test_slow_ones_make_room() -> None:
    """Those that send nothing make room when their time is over, even before they hang up."""
    async with hosting(MOST) as host:
        await fill(host)
        assert (await (await host.visit()).hear()).refusal == FULL
        await host.clock.advance(LONGEST_REQUEST)
        assert (await (await host.visit(request(b"12345"))).hear()).body == b"5"


async def test_those_sent_away_do_not_stay() -> None:
    """Those who are sent away and do not go are closed soon, and beyond a number of them at once."""
    async with hosting(MOST) as host:
        await fill(host)
        outside = [await host.visit() for _ in range(MOST_LINGERING + 5)]
        for visitor in outside:
            assert (await visitor.hear()).refusal == FULL
        assert len(host) == MOST + MOST_LINGERING
        await host.clock.advance(LONGEST_LINGER)
        assert len(host) == MOST


async def test_the_log_says_so_now_and_then(caplog: pytest.LogCaptureFixture) -> None:
    """That some are sent away is in the log, with the key that it depends on, once a minute at most."""
    async with hosting(MOST) as host:
        for expected in (1, 1, 2):
            await fill(host)
            for _ in range(MOST):
                assert (await (await host.visit()).hear()).refusal == FULL
            warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
            assert len(warnings) == expected
            assert warnings[-1].getMessage().startswith(f"http.max_connections: {MOST} are open")
            await host.clock.advance(30)


async def test_the_peer_is_known_though_it_has_left(host: Host) -> None:
    """A client that has broken off before it was accepted is told by its address, or is not served.

    Without one it would be a Unix socket's peer, which may be a trusted proxy.
    """
    leaving = socket.create_connection(("127.0.0.1", host.port))
    address = leaving.getsockname()
    leaving.send(request(b"x"))
    breaks_off = struct.pack("ii", 1, 0)
    leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, breaks_off)
    leaving.close()
    await turn()
    await turn()
    assert host.app.clients in ([address], [])
    await until(lambda: len(host) == 0)
