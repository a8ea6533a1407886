"""What follows a log is told of it soon, and not each line for itself."""

import asyncio
from contextlib import aclosing

from c2cd.logs.feed import Feed
from c2cd.model.journal import Entry
from c2cd.web.streaming import LUMP, follow
from tests.clock import ManualClock, settle


def entry(call_id: str) -> Entry:
    """Make a line."""
    return Entry(time="…", event="call.bridged", account_id="acme", clicktocall_id="b", call_id=call_id)


async def test_lines_that_come_close_together_are_told_together(clock: ManualClock) -> None:
    """The first line is told at once; those that follow it within a moment come in one lump, the last too."""
    feed = Feed(clock, lambda _entry: None)
    tail = feed.of("acme")
    told: list[list[str | None]] = []

    async def read() -> None:
        async with aclosing(follow(clock, tail, tail.end)) as following:
            async for came in following:
                assert came is not None
                told.append([line.call_id for _, line in came[1]])

    reading = asyncio.create_task(read())
    await settle()
    for call_id in ("1", "2", "3"):
        feed(entry(call_id))
        await clock.advance(LUMP / 3 - 0.001)
    assert told == [["1"]]
    await clock.advance(0.01)
    assert told == [["1"], ["2", "3"]]
    feed(entry("4"))
    feed.close()
    await clock.advance(LUMP)
    assert told == [["1"], ["2", "3"], ["4"]]
    await clock.advance(LUMP)
    assert reading.done()
