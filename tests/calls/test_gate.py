"""The gate on calls in setup."""

import asyncio

import pytest

from c2cd.calls.gate import LONGEST_HOLD, LONGEST_WAIT, Gate
from c2cd.errors import SwitchBusy
from tests.clock import ManualClock, settle


async def enter(gate: Gate, call_id: str) -> asyncio.Task[None]:
    """Ask for a place, and give whoever asks."""
    task = asyncio.create_task(gate.enter(call_id))
    await settle()
    return task


async def count_free(gate: Gate, most: int) -> int:
    """Count the places by taking them, and give them back."""
    asked = [await enter(gate, f"count {number}") for number in range(most)]
    taken = [task for task in asked if task.done()]
    for task in asked:
        task.cancel()
    await settle()
    for number in range(most):
        gate.leave(f"count {number}")
    return len(taken)


async def test_so_many_places(clock: ManualClock) -> None:
    """There are as many places as were given, and who comes beyond waits."""
    gate = Gate(clock, 2)
    assert (await enter(gate, "a")).done()
    assert (await enter(gate, "b")).done()
    assert not (await enter(gate, "c")).done()


async def test_who_waits_is_told(clock: ManualClock) -> None:
    """How many places there are, how many are held, and how many wait, who gave up not among them."""
    gate = Gate(clock, 1)
    first, second, third = [await enter(gate, call_id) for call_id in ("a", "b", "c")]
    assert (gate.places, gate.held, gate.waiting) == (1, 1, 2)
    third.cancel()
    await settle()
    assert (gate.held, gate.waiting) == (1, 1)
    gate.leave("a")
    await settle()
    assert (first.done(), second.done(), gate.held, gate.waiting) == (True, True, 1, 0)


async def test_place_is_given_on(clock: ManualClock) -> None:
    """A place that is left goes to who waits longest."""
    gate = Gate(clock, 1)
    await enter(gate, "a")
    second, third = await enter(gate, "b"), await enter(gate, "c")
    gate.leave("a")
    await settle()
    assert second.done()
    assert not third.done()
    gate.leave("b")
    await settle()
    assert third.done()


async def test_nobody_overtakes(clock: ManualClock) -> None:
    """Who comes in the moment in which a place is given does not take it from who waited."""
    gate = Gate(clock, 1)
    await enter(gate, "a")
    waiting = await enter(gate, "b")
    gate.leave("a")
    late = await enter(gate, "c")
    assert waiting.done()
    assert not late.done()


async def test_wait_is_bounded(clock: ManualClock) -> None:
    """Who has waited long enough is told to try again, and when."""
    gate = Gate(clock, 1)
    await enter(gate, "a")
    waiting = await enter(gate, "b")
    await clock.advance(LONGEST_WAIT - 0.001)
    assert not waiting.done()
    await clock.advance(0.001)
    with pytest.raises(SwitchBusy) as caught:
        await waiting
    assert caught.value.retry_after == 1.0


async def test_place_is_free_again_at_a_deadline(clock: ManualClock) -> None:
    """A call of which nothing is heard holds its place for a bounded time."""
    gate = Gate(clock, 1)
    await enter(gate, "a")
    await clock.advance(LONGEST_HOLD - 0.001)
    waiting = await enter(gate, "b")
    assert not waiting.done()
    await clock.advance(0.001)
    assert waiting.done()


async def test_leaving_twice_frees_one_place(clock: ManualClock) -> None:
    """Who leaves again, or was never there, frees no place; nor does a deadline that comes after."""
    gate = Gate(clock, 2)
    await enter(gate, "a")
    gate.leave("a")
    gate.leave("a")
    gate.leave("never there")
    await clock.advance(LONGEST_HOLD + 1.0)
    assert await count_free(gate, 4) == 2


async def test_deadline_of_an_older_stay(clock: ManualClock) -> None:
    """The deadline of a stay that is over does not end a later one."""
    gate = Gate(clock, 1)
    await enter(gate, "a")
    await clock.advance(LONGEST_HOLD - 1.0)
    gate.leave("a")
    await enter(gate, "a")
    await clock.advance(2.0)
    assert not (await enter(gate, "b")).done()


async def test_cancelled_wait_leaks_no_place(clock: ManualClock) -> None:
    """Who stops waiting neither holds a place nor is given one."""
    gate = Gate(clock, 1)
    await enter(gate, "a")
    gone, waiting = await enter(gate, "b"), await enter(gate, "c")
    gone.cancel()
    await settle()
    gate.leave("a")
    await settle()
    assert gone.cancelled()
    assert waiting.done()
    gate.leave("c")
    assert await count_free(gate, 3) == 1


async def test_cancelled_in_the_moment_of_the_gift(clock: ManualClock) -> None:
    """A place that was given to somebody who was cancelled in that very moment goes to the next."""
    gate = Gate(clock, 1)
    await enter(gate, "a")
    gone, waiting = await enter(gate, "b"), await enter(gate, "c")
    gate.leave("a")
    gone.cancel()  # it has the place and does not know yet
    await settle()
    assert gone.cancelled()
    assert waiting.done()
    gate.leave("c")
    assert await count_free(gate, 3) == 1


async def test_out_of_time_in_the_moment_of_the_gift(clock: ManualClock) -> None:
    """A place that is given in the moment in which the wait ends is neither lost nor taken twice."""
    gate = Gate(clock, 1)
    await enter(gate, "a")
    waiting = await enter(gate, "b")
    clock.call_later(LONGEST_WAIT, lambda: gate.leave("a"))
    await clock.advance(LONGEST_WAIT)
    assert isinstance(waiting.exception(), SwitchBusy | None)
    gate.leave("b")
    assert await count_free(gate, 3) == 1


async def test_burst(clock: ManualClock) -> None:
    """Of a burst as many pass as there are places and as leave in time; all others are told."""
    gate = Gate(clock, 3)
    burst = [await enter(gate, f"{number}") for number in range(10)]
    for number in range(4):
        gate.leave(f"{number}")
        await settle()
    await clock.advance(LONGEST_WAIT)
    outcomes = await asyncio.gather(*burst, return_exceptions=True)
    assert outcomes[:7] == [None] * 7
    assert all(isinstance(outcome, SwitchBusy) for outcome in outcomes[7:])


async def turned_away(asking: asyncio.Task[None]) -> float:
    """Give how long somebody is told to wait who was refused at once."""
    assert asking.done()
    with pytest.raises(SwitchBusy) as caught:
        await asking
    return caught.value.retry_after


async def test_too_many_before_him(clock: ManualClock) -> None:
    """Who would wait too long, as places come free of late, is refused at once; others are not."""
    gate = Gate(clock, 10)
    asked = [await enter(gate, f"{number}") for number in range(70)]
    for number in range(50):  # fifty a second
        await clock.advance(0.02)
        gate.leave(f"{number}")
    await settle()
    assert sum(task.done() for task in asked) == 60
    late = [await enter(gate, f"late {number}") for number in range(100)]
    refused = [task for task in late if task.done()]
    assert refused == late[-len(refused) :]
    assert 80 < len(late) - len(refused) < 95  # a hundred are through in 2 s; ten wait before
    assert {await turned_away(task) for task in refused} == {3.0}


async def test_a_burst_is_let_wait(clock: ManualClock) -> None:
    """As long as no pace is known a burst is taken for as much as a switch usually does in the time."""
    gate = Gate(clock, 50)
    burst = [await enter(gate, f"{number}") for number in range(256)]
    await clock.advance(0.1)
    assert sum(task.done() for task in burst) == 50
    more = [await enter(gate, f"more {number}") for number in range(300)]
    refused = [await turned_away(task) for task in more if task.done()]
    assert 0 < len(refused) < 300


async def test_a_gate_at_which_nothing_moves(clock: ManualClock) -> None:
    """Where nothing has come free for a while nobody is let wait for it any more, until something does."""
    gate = Gate(clock, 2)
    await enter(gate, "a")
    await enter(gate, "b")
    waiting = await enter(gate, "c")
    await clock.advance(1.9)
    assert await turned_away(await enter(gate, "d")) == 3.0
    gate.leave("a")
    await settle()
    assert waiting.done()
    assert not (await enter(gate, "e")).done()


async def test_better_days(clock: ManualClock) -> None:
    """How fast places come free is told by the last seconds, and not by what was before."""
    gate = Gate(clock, 10)
    for number in range(10):
        await enter(gate, f"{number}")
    asking = []
    for number in range(300):  # a hundred a second, while others wait
        asking.append(await enter(gate, f"{number + 10}"))
        await clock.advance(0.01)
        gate.leave(f"{number - 5}")
    asking.append(await enter(gate, "in good time"))
    assert not asking[-1].done()
    for number in range(20):  # and then no more
        await clock.advance(0.2)
        asking.append(await enter(gate, f"too late {number}"))
    assert await turned_away(asking[-1]) >= 3.0
    await clock.advance(LONGEST_HOLD)  # the places are free again, and who comes then finds them so
    assert (await enter(gate, "afterwards")).done()
    await asyncio.gather(*asking, return_exceptions=True)
