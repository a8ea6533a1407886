"""What systemd is told: each state in its own words, and signs of life only while there is life."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from c2cd.systemd import feed_watchdog, notify, watchdog_seconds
from tests.clock import ManualClock, settle
from tests.init import Init, listening_init

BEAT = "WATCHDOG=1"


@pytest.fixture
def init(monkeypatch: pytest.MonkeyPatch) -> Iterator[Init]:
    """Be told what this process says."""
    with listening_init(monkeypatch) as init:
        yield init


@asynccontextmanager
async def fed(clock: ManualClock, well: list[bool]) -> AsyncIterator[None]:
    """Feed the watchdog while the block runs, and all is as well as the list's last word says."""
    feeding = asyncio.create_task(feed_watchdog(clock, lambda: well[-1]))
    await settle()
    yield
    feeding.cancel()


async def test_states_go_in_one_message(init: Init) -> None:
    """A message has its states, one a line, whatever line ends are in them."""
    notify("STOPPING=1", "STATUS=the switch said\r\nno\n")
    assert init.waiting() == ["STOPPING=1", "STATUS=the switch said no"]


async def test_a_path_and_an_abstract_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Init is told by a socket in the file system as well as by one that has only a name."""
    for path in (str(tmp_path / "notify"), None):
        with listening_init(monkeypatch, path) as init:
            notify("READY=1")
            assert init.waiting() == ["READY=1"]


def test_without_systemd(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who was not started by systemd, or whose systemd is gone, goes on."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    notify("READY=1")


def test_an_init_that_reads_no_more_stops_nobody(init: Init) -> None:
    """What does not fit into the queue of an init that hangs is lost."""
    for number in range(5_000):
        notify(f"STATUS={number}")
    assert init.waiting()[0] == "STATUS=0"


@pytest.mark.parametrize(
    ("microseconds", "whose", "seconds"),
    [
        ("30000000", None, 30.0),
        ("30000000", "", None),
        ("30000000", "1", None),
        (None, None, None),
        ("", None, None),
        ("soon", None, None),
    ],
)
def test_whose_watchdog_it_is(
    monkeypatch: pytest.MonkeyPatch, microseconds: str | None, whose: str | None, seconds: float | None
) -> None:
    """Signs of life are given where systemd waits for some, and for this process's."""
    for name, value in (("WATCHDOG_USEC", microseconds), ("WATCHDOG_PID", whose)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert watchdog_seconds() == seconds
    if whose is None and seconds is not None:
        monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
        assert watchdog_seconds() == seconds


async def test_the_watchdog_is_fed(init: Init, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are three signs of life in the watchdog's time, the first at once."""
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    async with fed(clock, [True]):
        assert init.waiting() == [BEAT]
        await clock.advance(9.9)
        assert init.waiting() == []
        await clock.advance(20.2)
        assert init.waiting() == [BEAT] * 3


async def test_what_is_not_well_is_not_fed(
    init: Init, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While something does not answer there is no sign of life; once it does there is again."""
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    well = [False]
    async with fed(clock, well):
        await clock.advance(60.0)
        assert init.waiting() == []
        well.append(True)
        await clock.advance(10.0)
        assert init.waiting() == [BEAT]


async def test_a_loop_that_does_not_turn_is_not_fed(
    init: Init, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time alone gives no sign of life: the loop has to come round to it."""
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    async with fed(clock, [True]):
        assert init.waiting() == [BEAT]
        passing = clock.advance(30.0)
        with suppress(StopIteration):
            while True:  # the clock moves, and no task is given its turn
                passing.send(None)
        assert init.waiting() == []
        await settle()
        assert init.waiting() == [BEAT]


async def test_nobody_waits_for_signs(
    init: Init, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a watchdog nothing is looked at, and nothing is said."""
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    async with fed(clock, []):
        await clock.advance(60.0)
    assert init.waiting() == []
