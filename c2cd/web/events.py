"""``/events``: the event log of an account as it happens, from where a client has left off."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence

from starlette.responses import Response

from c2cd.calls.narrating import story
from c2cd.errors import Fault, InvalidDocument
from c2cd.logs.feed import Line, Place, read_place
from c2cd.model.call import Call
from c2cd.model.journal import Entry, iso_time
from c2cd.store.paging import Page
from c2cd.web.doors import is_still_open
from c2cd.web.filters import read_filters
from c2cd.web.history import SPAN
from c2cd.web.streaming import ALIVE, BEGIN, Chunks, Streamed, follow, message
from c2cd.web.visit import Visit

# Lines are told once they are on the disk: where the history tells them again, so many seconds come twice.
OVERLAP = 10.0
_AT_ONCE = 100

Wanted = Callable[[Line], bool]


async def stream_events(visit: Visit) -> Response:
    """GET: the stream. It begins now, or where Last-Event-ID says, and ends when its token does."""
    place = _place(visit)
    is_wanted = _filter(visit)
    return Streamed(_events(visit, place, is_wanted), visit.services.streams.let_in(visit.owner.id))


def _place(visit: Visit) -> Place | None:
    text = visit.headers.get("last-event-id")
    place = read_place(text) if text else None
    if text and place is None:
        message = "Not an id that c2cd gave; leave it away to begin now"
        raise InvalidDocument(Fault("last-event-id", "invalid", message, {"value": text}))
    return place


def _filter(visit: Visit) -> Wanted:
    is_wanted = read_filters(visit.query)
    return lambda line: is_wanted(line.document)


async def _events(visit: Visit, place: Place | None, is_wanted: Wanted) -> Chunks:
    tail = visit.services.journal.of(visit.owner.id)
    if place is not None and not tail.has(place):
        kept, number = tail.after(0), tail.end
        yield BEGIN
        async for chunk in _caught_up(visit, place, kept, number, is_wanted):
            if not await is_still_open(visit):
                return
            yield chunk
        yield _told(kept, is_wanted)
    else:
        here = place or tail.here()
        number = here.number
        yield BEGIN + f"id: {here.id}\n\n".encode()
    async for came in follow(visit.services.clock, tail, number):
        if not await is_still_open(visit):
            return
        if came is None:  # who wants but few lines has come further than the last of them
            yield f"id: {tail.at(number).id}\n".encode() + ALIVE
            continue
        missed, lines = came
        number = lines[-1].place.number
        said = message(b'{"missed":%d}' % missed, event="missed") if missed else b""
        yield said + _told(lines, is_wanted)


def _told(lines: Sequence[Line], is_wanted: Wanted) -> bytes:
    return b"".join(message(line.written, place=line.place) for line in lines if is_wanted(line))


async def _caught_up(
    visit: Visit, place: Place, kept: Sequence[Line], number: int, is_wanted: Wanted
) -> AsyncGenerator[bytes, None]:
    """Tell what the history has since a place, but what is ``kept`` of the log and comes behind ``number``.

    It has no ids: who loses the stream in the midst of it begins with it again. However many do this at once,
    they take one step at a time, and between two of them reader and loop are everybody else's.
    """
    tail = visit.services.journal.of(visit.owner.id)
    now = visit.services.clock.wall()
    since = max(min(place.at, now) - OVERLAP, now - SPAN)
    steps = _calls_since(visit, since)
    while True:
        async with visit.services.streams.catching_up:
            calls = await anext(steps, None)
            if calls is None:
                return
            coming = {_name(line.entry) for line in (*kept, *tail.after(number))}
            entries = [entry for call in calls for entry in story(call) if entry.time >= iso_time(since)]
            new = [Line(place, entry) for entry in entries if _name(entry) not in coming]
            told = b"".join(message(line.written) for line in new if is_wanted(line))
        yield told


async def _calls_since(visit: Visit, since: float) -> AsyncIterator[list[Call]]:
    """Give the calls of which anything can have happened since; first those that live."""
    history, account_id = visit.services.history, visit.owner.id
    live = await history.open_of(account_id)
    yield live
    given, page = {call.id for call in live}, Page(most=_AT_ONCE, ascending=True)
    while calls := await history.ended_since(account_id, since, page):
        yield [call for call in calls if call.id not in given]
        last = calls[-1]
        if len(calls) < _AT_ONCE or last.ended_at is None:
            return
        given.add(last.id)
        page = Page(most=_AT_ONCE, ascending=True, start=(last.ended_at, last.id))


def _name(entry: Entry) -> tuple[str | None, ...]:
    return entry.call_id, entry.event, entry.leg
