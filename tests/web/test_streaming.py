"""What follows a log is told of it soon, and not each line for itself; and how many may follow."""

import asyncio
import re
from collections.abc import Callable
from contextlib import ExitStack, aclosing
from itertools import count, islice
from types import SimpleNamespace
from typing import Any, cast

import pytest
from msgspec.structs import replace

from c2cd.logs.feed import KEPT, Feed, Place, read_place
from c2cd.model.call import Call
from c2cd.model.journal import Entry
from c2cd.store.paging import Page
from c2cd.web import events
from c2cd.web.events import _caught_up, _events
from c2cd.web.refusals import TooManyStreams
from c2cd.web.streaming import HEARTBEAT, LUMP, Streams, follow
from c2cd.web.visit import Visit
from tests.calls.examples import ACCOUNT, a_call
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
                told.append([line.entry.call_id for line in came[1]])

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


async def test_who_reads_too_slowly_is_told_how_many_it_missed(clock: ManualClock) -> None:
    """Lines that went while nobody read are counted before those that are still kept."""
    feed = Feed(clock, lambda _entry: None)
    tail = feed.of("acme")
    async with aclosing(follow(clock, tail, tail.end)) as following:
        for number in range(KEPT + 12):
            feed(entry(str(number)))
        came = await anext(following)
    assert came is not None
    missed, lines = came
    assert (missed, len(lines), lines[0].entry.call_id) == (12, KEPT, "12")


async def test_a_silence_is_told(clock: ManualClock) -> None:
    """Where nothing happens both sides are shown, now and then, that the other one is there."""
    tail = Feed(clock, lambda _entry: None).of("acme")
    async with aclosing(follow(clock, tail, tail.end)) as following:
        for _ in range(2):
            waiting = asyncio.ensure_future(anext(following))
            await clock.advance(HEARTBEAT)
            assert await waiting is None


def test_clicks_keep_half_of_the_connections() -> None:
    """Streams take half of all connections at most, an account half of those, and a call five."""
    streams = Streams(connections=40)
    with ExitStack() as opened:
        for _ in range(5):
            opened.enter_context(streams.let_in("acme", "c1"))
        for account, call_id, many in (("acme", "c2", 5), ("other", None, 10)):
            with pytest.raises(TooManyStreams):
                streams.let_in("acme", "c1")
            for _ in range(many):
                opened.enter_context(streams.let_in(account, call_id))
        for account in ("acme", "other", "third"):
            with pytest.raises(TooManyStreams):
                streams.let_in(account)
    streams.let_in("acme", "c1")
    assert not streams._open


class Past:
    """A history without calls that live: notes how many read it at once, and ``happens`` meanwhile."""

    def __init__(self, happens: Callable[[], object] = lambda: None) -> None:
        self.happens = happens
        self.many = 0
        self.most = 0

    async def open_of(self, _account_id: str) -> list[Call]:
        """Give none."""
        return []

    async def ended_since(self, _account_id: str, at: float, page: Page) -> list[Call]:
        """Give a page, and then its last row again."""
        self.many += 1
        self.most = max(self.most, self.many)
        await settle()
        self.happens()
        self.many -= 1
        numbers = range(page.most) if page.start is None else [page.most - 1]
        call = replace(a_call(), state="ended", requested_at=at, ended_at=at)
        return [replace(call, id=f"c2c-b-{number}") for number in numbers]


async def test_histories_are_told_in_turns(clock: ManualClock) -> None:
    """Of those who catch up from the history one reads at a time, however many there are; each gets all."""
    past, journal = Past(), Feed(clock, lambda _entry: None)
    services = SimpleNamespace(clock=clock, journal=journal, history=past, streams=Streams(connections=40))
    visit: Any = SimpleNamespace(services=services, owner=ACCOUNT)
    place = Place("00000000", 0, clock.wall())

    async def told() -> bytes:
        return b"".join([chunk async for chunk in _caught_up(visit, place, (), 0, lambda _line: True)])

    each = await asyncio.gather(*(told() for _ in range(10)))
    assert {chunk.count(b"call.ended") for chunk in each} == {100}
    assert past.most == 1


async def test_what_happens_while_the_history_is_told(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log's last lines come after the history, each once, also where new ones push them out meanwhile."""
    journal = Feed(clock, lambda _entry: None)
    numbers = count()

    def happens(many: int = 10) -> None:
        for number in islice(numbers, many):
            journal(entry(f"n{number}"))

    async def is_open(_visit: object) -> bool:
        return True

    happens(KEPT + 1)
    monkeypatch.setattr("c2cd.web.events.is_still_open", is_open)
    streams = Streams(connections=40)
    services = SimpleNamespace(clock=clock, journal=journal, history=Past(happens), streams=streams)
    visit: Any = SimpleNamespace(services=services, owner=ACCOUNT)
    told = b""
    async with aclosing(_events(visit, Place("00000000", 0, clock.wall()), lambda _line: True)) as chunks:
        while b'"n1020"' not in told:
            told += await anext(chunks)
    assert b"missed" not in told
    assert re.findall(rb'"n(\d+)"', told) == [b"%d" % number for number in range(1, KEPT + 21)]


def test_a_stream_more_is_possible_where_few_connections_are() -> None:
    """However few connections may be open, one of them may be a stream."""
    streams = Streams(connections=1)
    with streams.let_in("acme"), pytest.raises(TooManyStreams):
        streams.let_in("acme")


async def test_a_silence_moves_the_place_on(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who wants none of the lines that came is told in the next silence how far it has come all the same."""

    async def still(_visit: Visit) -> bool:
        return True

    monkeypatch.setattr(events, "is_still_open", still)
    feed = Feed(clock, lambda _entry: None)
    services = SimpleNamespace(clock=clock, journal=feed)
    visit = cast("Visit", SimpleNamespace(owner=SimpleNamespace(id="acme"), services=services))
    async with aclosing(events._events(visit, None, lambda _line: False)) as chunks:
        await anext(chunks)
        feed(entry("1"))
        assert await anext(chunks) == b""
        waiting = asyncio.ensure_future(anext(chunks))
        await clock.advance(LUMP + HEARTBEAT)
        said = await waiting
    name, _, place = said.partition(b"\n")[0].partition(b": ")
    assert (name, read_place(place.decode())) == (b"id", feed.of("acme").here())
    assert said.endswith(b"\n: alive\n\n")
