"""The feed: each account's lines in their order, to whoever follows; the last of them for who was away."""

import asyncio

import pytest

from c2cd.logs.feed import KEPT, Feed, Place, Tail, read_place
from c2cd.model.journal import Entry
from tests.clock import START, ManualClock, settle


def entry(number: int = 1, account_id: str = "acme") -> Entry:
    """Make a line of the event log."""
    return Entry(
        time="2027-01-15T08:00:00.000Z",
        event="call.requested",
        account_id=account_id,
        clicktocall_id="b",
        call_id=f"c2c-b-{number}",
    )


@pytest.fixture
def written() -> list[Entry]:
    """Give what reaches the event log."""
    return []


@pytest.fixture
def feed(clock: ManualClock, written: list[Entry]) -> Feed:
    """Give a feed before an event log."""
    return Feed(clock, written.append)


def read(tail: Tail, number: int = 0) -> list[str | None]:
    """Give the calls of the lines after so many."""
    return [line.entry.call_id for line in tail.after(number)]


def test_lines_go_to_the_log_and_to_their_account(feed: Feed, written: list[Entry]) -> None:
    """Each line is written, and is among those of its own account alone, in their order."""
    lines = [entry(1), entry(2, "other"), entry(3)]
    for line in lines:
        feed(line)
    assert written == lines
    assert read(feed.of("acme")) == ["c2c-b-1", "c2c-b-3"]
    assert read(feed.of("other")) == ["c2c-b-2"]
    assert read(feed.of("nobody")) == []


def test_a_place_is_behind_what_was_read(feed: Feed) -> None:
    """Who goes on at the place of a line gets the lines after it, none twice and none left out."""
    for number in range(5):
        feed(entry(number))
    tail = feed.of("acme")
    places = [line.place for line in tail.after(0)]
    assert read(tail, places[2].number) == ["c2c-b-3", "c2c-b-4"]
    assert read(tail, tail.here().number) == []
    assert all(tail.has(place) for place in places)


def test_the_last_lines_are_kept(feed: Feed) -> None:
    """Beyond so many the oldest lines go, and who had come no further is known to miss some."""
    tail = feed.of("acme")
    beginning = tail.here()
    for number in range(KEPT + 2):
        feed(entry(number))
    assert (tail.begin, tail.end, len(read(tail))) == (2, KEPT + 2, KEPT)
    assert not tail.has(beginning)
    assert read(tail)[0] == "c2c-b-2"


def test_places_of_another_run(feed: Feed, clock: ManualClock) -> None:
    """A place of another run of the daemon, or one that was not come to yet, is none of this."""
    feed(entry())
    tail, here = feed.of("acme"), feed.of("acme").here()
    assert not Feed(clock, lambda _: None).of("acme").has(here)
    assert not tail.has(Place(here.run, here.number + 1, here.at))


def test_a_place_can_be_written_and_read(feed: Feed) -> None:
    """The text of a place is read as that place, to the millisecond."""
    place = feed.of("acme").here()
    assert read_place(place.id) == place
    assert place.at == START


@pytest.mark.parametrize(
    "text", ["", "1", "x-1-1", "0123456-1-1", "01234567-1-", "01234567-1-1\n", "01234567--1-1"]
)
def test_what_is_no_place(text: str) -> None:
    """Any other text is no place."""
    assert read_place(text) is None


async def test_who_waits_is_woken_by_the_next_line(feed: Feed) -> None:
    """All who wait are woken by a line of their account, and by no other's."""
    tail = feed.of("acme")
    waiting = [asyncio.create_task(tail.wait(0, 60.0)) for _ in range(3)]
    feed(entry(account_id="other"))
    await settle()
    assert not any(task.done() for task in waiting)
    feed(entry())
    assert await asyncio.gather(*waiting) == [True, True, True]


async def test_who_is_behind_does_not_wait(feed: Feed) -> None:
    """Who has not read all of it goes on at once."""
    feed(entry())
    assert await feed.of("acme").wait(0, 60.0)


async def test_a_silence_ends_the_waiting(feed: Feed, clock: ManualClock) -> None:
    """Without a line the wait is over after its time, and says so."""
    waiting = asyncio.create_task(feed.of("acme").wait(0, 15.0))
    await clock.advance(14.9)
    assert not waiting.done()
    await clock.advance(0.1)
    assert await waiting is False


async def test_the_end_wakes_everybody(feed: Feed) -> None:
    """Once the feed is closed nobody waits for a line."""
    tails = [feed.of("acme"), feed.of("other")]
    waiting = [asyncio.create_task(tail.wait(0, 60.0)) for tail in tails]
    await settle()
    feed.close()
    assert await asyncio.gather(*waiting) == [True, True]
    assert all(tail.is_closed for tail in tails)
