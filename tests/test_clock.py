"""The clocks, and waiting on them."""

import asyncio
import time

import pytest

from c2cd.clock import Budget, SystemClock, deadline, sleep
from tests.clock import START, ManualClock, settle


async def test_sleep_ends_at_its_moment(clock: ManualClock) -> None:
    """A sleeper wakes once its seconds have passed, and not before."""
    task = asyncio.create_task(sleep(clock, 10.0))
    await clock.advance(9.999)
    assert not task.done()
    await clock.advance(0.001)
    assert task.done()


async def test_cancelled_sleep_leaves_no_timer(clock: ManualClock) -> None:
    """A sleeper that was cancelled is not woken later."""
    task = asyncio.create_task(sleep(clock, 10.0))
    await settle()
    task.cancel()
    await clock.advance(20.0)
    assert task.cancelled()


async def wait_for(clock: ManualClock, event: asyncio.Event, seconds: float) -> str:
    """Wait for an event, for so many seconds at most, and tell that it came."""
    async with deadline(clock, seconds):
        await event.wait()
    return "came"


async def test_deadline_passes(clock: ManualClock) -> None:
    """What takes longer than its deadline ends with TimeoutError, at the deadline."""
    task = asyncio.create_task(wait_for(clock, asyncio.Event(), 5.0))
    await clock.advance(4.999)
    assert not task.done()
    await clock.advance(0.001)
    with pytest.raises(TimeoutError):
        await task


async def test_deadline_kept(clock: ManualClock) -> None:
    """What ends before its deadline gives its result, and nothing happens later."""
    event = asyncio.Event()
    task = asyncio.create_task(wait_for(clock, event, 5.0))
    await clock.advance(4.0)
    event.set()
    await clock.advance(10.0)
    assert task.result() == "came"


async def test_deadline_lets_cancellation_through(clock: ManualClock) -> None:
    """Whoever is cancelled within a deadline is cancelled, and not told of a timeout."""
    task = asyncio.create_task(wait_for(clock, asyncio.Event(), 5.0))
    await settle()
    task.cancel()
    await clock.advance(10.0)
    assert task.cancelled()


async def test_inner_deadline_only(clock: ManualClock) -> None:
    """Of two deadlines, one in the other, the one that passes is the one that raises."""

    async def both() -> str:
        async with deadline(clock, 10.0):
            with pytest.raises(TimeoutError):
                await wait_for(clock, asyncio.Event(), 1.0)
            return "went on"

    task = asyncio.create_task(both())
    await clock.advance(1.0)
    assert await task == "went on"


async def test_system_clock() -> None:
    """The machine's clock tells its wall time, only ever grows, and calls back unless called off."""
    clock, called = SystemClock(), asyncio.Event()
    assert abs(clock.wall() - time.time()) < 60.0
    before = clock.monotonic()
    clock.call_later(0.0, pytest.fail).cancel()
    clock.call_later(0.001, called.set)
    await called.wait()
    assert clock.monotonic() > before


async def test_manual_clock_calls_in_order(clock: ManualClock) -> None:
    """The test's clock calls timer by timer, each at its own time, those of one time as they were set."""
    told: list[tuple[str, float]] = []
    for seconds, text in ((2.0, "c"), (1.0, "a"), (1.0, "b"), (5.0, "never")):
        clock.call_later(seconds, lambda text=text: told.append((text, clock.monotonic())))  # type: ignore[misc]
    await clock.advance(4.0)
    assert told == [("a", 1.0), ("b", 1.0), ("c", 2.0)]
    assert clock.wall() == START + 4.0


async def test_manual_clock_follows_chains(clock: ManualClock) -> None:
    """A timer that is set while the clock moves is called in the same move, where its time lies in it."""
    told: list[float] = []
    clock.call_later(1.0, lambda: clock.call_later(1.0, lambda: told.append(clock.monotonic())))
    await clock.advance(3.0)
    assert told == [2.0]


async def test_a_budget_is_what_others_have_left(clock: ManualClock) -> None:
    """Several waits share a budget's seconds: each has what is left, beside what is reserved for later."""
    budget, never = Budget(clock, 5.0), asyncio.get_running_loop().create_future()
    await clock.advance(1.0)
    assert (budget.left(), budget.left(reserved=1.5), budget.left(reserved=9.0)) == (4.0, 2.5, 0.0)
    waiting = asyncio.create_task(budget.wait([never], reserved=1.5))
    await clock.advance(2.499)
    assert not waiting.done()
    await clock.advance(0.001)
    assert waiting.done()
    assert not never.cancelled()
    waiting = asyncio.create_task(budget.wait([never]))
    await clock.advance(1.5)
    assert waiting.done()
    assert budget.left() == 0.0
    never.cancel()


async def test_a_budget_waits_no_longer_than_it_must(clock: ManualClock) -> None:
    """A wait is over as soon as all that it waits for is done, whatever came of it."""
    budget = Budget(clock, 5.0)
    done, failed = (asyncio.get_running_loop().create_future() for _ in range(2))
    waiting = asyncio.create_task(budget.wait([done, failed]))
    done.set_result(None)
    await settle()
    assert not waiting.done()
    failed.set_exception(OSError())
    await settle()
    assert waiting.done()
    assert isinstance(failed.exception(), OSError)
    assert budget.left() == 5.0
