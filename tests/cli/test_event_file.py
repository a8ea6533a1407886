"""How ``c2cd events`` reads the event log's file, by a clock that the test moves."""

import asyncio
import gzip
import os
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from c2cd.cli.event_file import POLL, file_lines
from c2cd.cli.event_lines import Wanted, read_line
from c2cd.model.journal import Entry, iso_time
from tests.clock import START, ManualClock


def a_line(second: float, *, account: str = "acme", button: str = "b", call: str | None = "c2c-b-1") -> bytes:
    """Write a line of so many seconds after the beginning."""
    return msgspec.json.encode(
        Entry(
            time=iso_time(START + second),
            event="call.bridged",
            account_id=account,
            clicktocall_id=button,
            call_id=call,
        )
    )


def write(file: Path, lines: Iterable[bytes], *, at: float = 0.0) -> None:
    """Make a file of lines that was last written so many seconds after the beginning."""
    content = b"".join(line + b"\n" for line in lines)
    file.write_bytes(gzip.compress(content) if file.suffix == ".gz" else content)
    os.utime(file, (START + at, START + at))


def wanted(**more: Any) -> Wanted:
    """Say which lines are wanted; if nothing is said, the last of all."""
    return Wanted(**{"account": None, "button": None, "call": None, "since": None, **more})


async def read(file: Path, **more: Any) -> list[bytes]:
    """Give the lines that are there."""
    return [line.raw async for line in file_lines(file, wanted(**more), ManualClock(), follow=False)]


class Reader:
    """Somebody who follows a file, and what was read so far."""

    def __init__(self, clock: ManualClock, lines: AsyncIterator[Any]) -> None:
        self._clock = clock
        self._lines = lines
        self._read: list[bytes] = []
        self.task = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        async for line in self._lines:
            self._read.append(line.raw)

    async def looks(self) -> list[bytes]:
        """Let it look at the file once more, and give what it has read since."""
        await self._clock.advance(POLL)
        self._read, came = [], self._read
        return came


@pytest.fixture
async def follower(clock: ManualClock, tmp_path: Path) -> AsyncIterator[Reader]:
    """Give somebody who follows a file that has a line."""
    file = tmp_path / "events.log"
    write(file, [a_line(0)])
    reader = Reader(clock, file_lines(file, wanted(), clock, follow=True))
    assert await reader.looks() == [a_line(0)]
    yield reader
    assert not reader.task.done()
    reader.task.cancel()
    await asyncio.gather(reader.task, return_exceptions=True)


async def test_the_last_lines(tmp_path: Path) -> None:
    """If nothing else is asked for these are the last twenty, however far back they are."""
    file = tmp_path / "events.log"
    lines = [a_line(second) for second in range(50)]
    write(file, lines[45:], at=50)
    write(tmp_path / "events.log.1", lines[35:45], at=45)
    write(tmp_path / "events.log.2.gz", lines[:35], at=35)
    assert await read(file) == lines[30:]
    write(tmp_path / "events.log.2.gz", [b"is not read"], at=35)
    write(file, lines[:30], at=50)
    assert await read(file) == lines[10:30]


async def test_a_call_is_shown_whole(tmp_path: Path) -> None:
    """Of a call all lines are shown, by its whole id or its end, and of whatever age."""
    file = tmp_path / "events.log"
    call = [a_line(second, call="c2c-b-77ab") for second in range(30)]
    others = [a_line(second) for second in range(30)]
    write(file, [*others, *call[25:]], at=50)
    write(tmp_path / "events.log.1", [*call[:25], *others], at=30)
    for word in ("c2c-b-77ab", "77ab"):
        assert await read(file, call=word) == call


async def test_since(tmp_path: Path) -> None:
    """From a moment on all lines are shown, from older files too, by their own times."""
    file = tmp_path / "events.log"
    lines = [a_line(second) for second in range(60)]
    write(file, lines[50:], at=60)
    write(tmp_path / "events.log-20270116", lines[30:50], at=50)
    write(tmp_path / "events.log-20270115.gz", lines[10:30], at=30)
    write(tmp_path / "events.log-20270114.gz", [a_line(99)], at=9)  # is not read: it was written before
    assert await read(file, since=START + 20.0) == lines[20:]
    assert await read(file, since=START + 55.0) == lines[55:]
    assert await read(file, since=START + 99.0) == []


async def test_other_files_are_left_alone(tmp_path: Path) -> None:
    """A file whose name only begins alike is no part of it; one that is being compressed counts once."""
    file = tmp_path / "events.log"
    write(file, [a_line(3)], at=3)
    write(tmp_path / "events.log.1", [a_line(2)], at=2)
    write(tmp_path / "events.log.1.gz", [a_line(2)], at=2)
    for name in ("events.log.bak", "events.log.old.1", "events.logs.1", "my-events.log"):
        write(tmp_path / name, [a_line(1)], at=4)
    assert await read(file) == [a_line(2), a_line(3)]
    (tmp_path / "events.log.1").unlink()
    (tmp_path / "events.log.1.gz").write_bytes(gzip.compress(a_line(2) + b"\n")[:20])  # it was stopped amid
    assert await read(file) == [a_line(3)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"account": "acme"}, [0, 1]),
        ({"account": "acme", "button": "b2"}, [1]),
        ({"button": "b2"}, [1, 2]),
        ({"call": "c2c-3"}, [2]),
        ({"account": "none"}, []),
        ({"account": "acm"}, []),
    ],
)
async def test_what_is_asked_for(tmp_path: Path, asked: dict[str, str], found: list[int]) -> None:
    """Lines of an account, a button and a call are shown where they are of all that was named."""
    lines = [
        a_line(0, call="c2c-1"),
        a_line(1, button="b2", call=None),
        a_line(2, account="other", button="b2", call="c2c-3"),
    ]
    file = tmp_path / "events.log"
    write(file, [*lines, b"torn"])
    assert await read(file, **asked) == [lines[index] for index in found]


async def test_what_cannot_be_read_stays(tmp_path: Path) -> None:
    """Among all lines one that can't be read is shown with those beside it; a last one is waited for."""
    file = tmp_path / "events.log"
    write(file, [b"torn", a_line(1), b"\xff", b"{}", a_line(2)])
    file.write_bytes(file.read_bytes() + b"begun")
    assert await read(file) == [b"torn", a_line(1), b"\xff", b"{}", a_line(2)]
    assert await read(file, since=START + 1.0) == [a_line(1), b"\xff", b"{}", a_line(2)]
    assert await read(file, since=START + 2.0) == [a_line(2)]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"1",
        b"[]",
        b"\xff",
        a_line(0).replace(b'"v":1', b'"v":2'),
        a_line(0).replace(b"bridged", b"new"),
        a_line(0).replace(b"2027-", b"20x7-"),
        a_line(0).replace(b'"acme"', b"1"),
        b"[" * 100_000,
    ],
)
def test_what_is_no_line(raw: bytes) -> None:
    """What is no line of this version stays as it is."""
    assert read_line(raw).entry is None
    assert read_line(raw).raw == raw


def test_lines_of_before() -> None:
    """Lines that did not say their version yet, and those that hold half a character, are read."""
    assert read_line(a_line(0).replace(b'"v":1,', b"")).entry is not None
    entry = read_line(a_line(0).replace(b'"call_id"', rb'"contact":"\ud800","call_id"')).entry
    assert entry is not None
    assert entry.contact == "\ud800"


async def test_following(follower: Reader, tmp_path: Path) -> None:
    """What is written is shown at the next look, once its line is whole."""
    with (tmp_path / "events.log").open("ab", buffering=0) as file:
        file.write(a_line(1) + b"\n" + a_line(2)[:20])
        assert await follower.looks() == [a_line(1)]
        file.write(a_line(2)[20:])
        assert await follower.looks() == []
        file.write(b"\n")
        assert await follower.looks() == [a_line(2)]
        assert await follower.looks() == []


async def test_following_a_file_that_is_moved(follower: Reader, tmp_path: Path) -> None:
    """Once a new file is there it is followed, and what was still written into the old one is shown first."""
    file = tmp_path / "events.log"
    with file.open("ab", buffering=0) as old:
        file.rename(tmp_path / "events.log.1")
        assert await follower.looks() == []
        old.write(a_line(1) + b"\n")
        assert await follower.looks() == [a_line(1)]
        write(file, [a_line(3)])
        assert await follower.looks() == []
        old.write(a_line(2) + b"\n")
        came = await follower.looks()
        assert [*came, *await follower.looks()] == [a_line(2), a_line(3)]


async def test_following_a_file_that_is_emptied(follower: Reader, tmp_path: Path) -> None:
    """A file that is made empty in its place is read from its beginning."""
    file = tmp_path / "events.log"
    file.write_bytes(b"")
    assert await follower.looks() == []
    write(file, [a_line(1)])
    assert await follower.looks() == [a_line(1)]


async def test_a_file_that_is_moved_while_it_is_read(tmp_path: Path) -> None:
    """What is moved away after it was opened, and so has two names for who reads, is read once."""
    file = tmp_path / "events.log"
    write(file, [a_line(0)])
    (tmp_path / "events.log.1").hardlink_to(file)
    assert await read(file) == [a_line(0)]


@pytest.mark.parametrize("moved", ["events.log.1", "events.log-20270116.gz"])
async def test_a_file_that_is_not_there_yet(clock: ManualClock, tmp_path: Path, moved: str) -> None:
    """After logrotate and until the next line the moved file is all there is; then that line comes."""
    file = tmp_path / "events.log"
    write(tmp_path / moved, [a_line(0)])
    assert await read(file) == [a_line(0)]
    assert await read(file, since=START + 1.0) == []
    reader = Reader(clock, file_lines(file, wanted(), clock, follow=True))
    assert await reader.looks() == [a_line(0)]
    write(file, [a_line(1)])
    assert [line for _ in range(3) for line in await reader.looks()] == [a_line(1)]
    reader.task.cancel()
    await asyncio.gather(reader.task, return_exceptions=True)


async def test_no_file(tmp_path: Path) -> None:
    """Where there is no file that is said."""
    with pytest.raises(FileNotFoundError):
        await read(tmp_path / "events.log")
