"""The wire of the proving ground: it sees each order, and if its row was there; and cuts where it is told."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.proving.wiretap import Cut, Wiretap

ORDER = b"Action: Originate\r\nActionID: c2c-b-1\r\nCallerID: \xc3\x9c\r\n\r\n"
ANSWER = b"Response: Success\r\nActionID: c2c-b-1\r\nMessage: Originate successfully queued\r\n\r\n"
EVENT = b"Event: DialBegin\r\nCallerIDName: K\xc3\xb6ln\r\n\r\n"


class Switch:
    """Answers each message with the same, and keeps what came."""

    def __init__(self) -> None:
        self.received = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        while data := await reader.read(65536):
            self.received += data
            if data.endswith(b"\r\n\r\n"):
                writer.write(ANSWER + EVENT)
        writer.close()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Give a database without a call."""
    file = tmp_path / "c2cd.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE calls (id TEXT)")
    return file


@pytest.fixture
async def switch() -> AsyncIterator[tuple[Switch, int]]:
    """Give a switch and its port."""
    switch = Switch()
    server = await asyncio.start_server(switch.serve, "127.0.0.1", 0)
    yield switch, server.sockets[0].getsockname()[1]
    server.close()


async def order(tap: Wiretap) -> bytes:
    """Send an order, and give all that comes back until the end, or until the event is whole."""
    async with tap.listening() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ORDER[:20])
        await writer.drain()
        writer.write(ORDER[20:])
        came = b""
        while not came.endswith(ANSWER + EVENT) and (data := await asyncio.wait_for(reader.read(65536), 10)):
            came += data
        writer.close()
        return came


@pytest.mark.parametrize("is_there", [True, False])
async def test_whether_the_row_was_there(
    database: Path, switch: tuple[Switch, int], *, is_there: bool
) -> None:
    """An order is passed on whole, and it is noted whether a row of its id was committed before."""
    if is_there:
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("INSERT INTO calls VALUES ('c2c-b-1')")
            connection.commit()
    tap = Wiretap(switch[1], database)
    assert await order(tap) == ANSWER + EVENT
    assert [(one.call_id, one.had_row, one.passed) for one in tap.orders] == [("c2c-b-1", is_there, True)]
    assert switch[0].received == ORDER


@pytest.mark.parametrize(
    ("cut", "passed", "came"),
    [
        ("before an order", b"", b""),
        ("after an order", ORDER, b""),
        ("after its answer", ORDER, ANSWER),
        ("in an event", ORDER, (ANSWER + EVENT)[: len(ANSWER) + 17]),
        ("in a character", ORDER, (ANSWER + EVENT).partition(b"\xb6")[0]),
    ],
)
async def test_where_it_cuts(
    database: Path, switch: tuple[Switch, int], cut: Cut, passed: bytes, came: bytes
) -> None:
    """Each cut ends the link at its place, once: what came before has passed, and nothing after it."""
    tap = Wiretap(switch[1], database)
    tap.cut_at = cut
    got = await order(tap)
    assert got == came or (cut == "after an order" and (ANSWER + EVENT).startswith(got))
    assert switch[0].received == passed
    assert [one.passed for one in tap.orders] == [cut != "before an order"]
    assert tap.cut_at is None
