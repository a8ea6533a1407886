"""``/connect/CALL_ID``: a call for who clicked, by its own token: its states, how it ended, and its end."""

from collections.abc import AsyncGenerator, Iterable
from typing import Literal

import msgspec
from msgspec import UNSET
from starlette.responses import RedirectResponse, Response

from c2cd.calls.narrating import story
from c2cd.calls.tracking import MAX_MINUTES
from c2cd.errors import InvalidDocument
from c2cd.model.call import Call, Leg, LegName, State
from c2cd.model.journal import Entry
from c2cd.validation import faults
from c2cd.web import page
from c2cd.web.answers import BothLegs, ChannelAction, EndedBy, LegProgress, Progress, StateLine
from c2cd.web.envelope import success
from c2cd.web.history import iso
from c2cd.web.refusals import TooManyStreams
from c2cd.web.streaming import ALIVE, BEGIN, Chunks, Streamed, follow, message
from c2cd.web.visit import Visit
from c2cd.web.words import said_of

# Who ended a call by its own token, in the history's words.
CLICKER: Literal["clicker"] = "clicker"

Heard = AsyncGenerator[list[StateLine] | None, None]


async def show_progress(visit: Visit) -> Response:
    """GET: how far the call has come; for people a page that goes on as the call does.

    Where it can't go on it tells that much: by a refusal they would think that nobody is called.
    """
    if not page.asks_for_page(visit.request):
        return success(visit, progress(visit.followed))
    try:
        counted = visit.services.streams.let_in(visit.owner.id, visit.followed.id)
    except TooManyStreams:
        parts = [part async for part in _page(visit, _heard_so_far(visit))]
        return Response(b"".join(parts), headers=page.HEADERS, media_type=page.TYPE)
    return Streamed(_page(visit, _heard(visit)), counted, page.HEADERS, page.TYPE)


async def act_on_call(visit: Visit) -> Response:
    """POST: ``hangup``, for what can't send DELETE."""
    if found := faults(ChannelAction, {"action": visit.value("action")}):
        raise InvalidDocument(*found)
    answer = await hang_up(visit)
    if page.asks_for_page(visit.request):
        return RedirectResponse(
            f"{visit.followed.id}?call_token={visit.value('call_token')}", 303, page.HEADERS
        )
    return answer


async def hang_up(visit: Visit) -> Response:
    """DELETE: hang it up, ringing or talking; one that has ended is left as it is."""
    live = visit.services.ledger.get(visit.followed.id)
    if live is not None:
        visit.call = await visit.services.hang_up.ask(live, CLICKER)
    return success(visit, progress(visit.followed))


async def stream_states(visit: Visit) -> Response:
    """GET: a stream of the states that it has come to, from the first one on, until it has ended."""
    counted = visit.services.streams.let_in(visit.owner.id, visit.followed.id)
    return Streamed(_events(visit), counted)


def progress(call: Call) -> Progress:
    """Show a call to who clicked."""
    legs = {call.first_name: _leg(call.first), call.second_name: _leg(call.second)}
    return Progress(
        call_id=call.id,
        state=call.state,
        dial_first=call.dial_first,
        legs=BothLegs(**legs),
        bridged_at=iso(call.bridged_at),
        ended_at=iso(call.ended_at),
        talk_seconds=call.talk_seconds,
        result=UNSET if call.result is None else call.result,
        cause=UNSET if call.cause is None else call.cause,
        ended_by=_ended_by(call.ended_by),
    )


def _leg(leg: Leg) -> LegProgress:
    return LegProgress(
        ringing_at=iso(leg.ringing_at), answered_at=iso(leg.answered_at), ended_at=iso(leg.ended_at)
    )


def _ended_by(who: str | None) -> EndedBy | None:
    """Tell who ended a call, without a name of the owner's."""
    if who == CLICKER:
        return CLICKER
    if who == MAX_MINUTES:
        return MAX_MINUTES
    return None if who is None else "owner"


async def _events(visit: Visit) -> Chunks:
    """Tell the states in messages of a stream."""
    yield BEGIN
    async for states in _heard(visit):
        yield ALIVE if states is None else b"".join(message(msgspec.json.encode(state)) for state in states)


async def _page(visit: Visit, heard: Heard) -> Chunks:
    """Tell the states on a page that grows with them."""
    request, call = visit.request, visit.followed
    button = await visit.services.buttons.find(call.account_id, call.button_id)
    name = "" if button is None else button.means.name
    _, words = page.spoken(request)
    answered: set[LegName] = set()
    can_hang_up = visit.services.link.may_hang_up
    yield (page.beginning(request) + page.states(request, can_hang_up=can_hang_up)).encode()
    async for states in heard:
        for state in states or ():
            said = said_of(state, words, name, call.first_name, answered)
            yield page.told(state, said).encode()
            if state.state == "answered" and state.leg is not None:
                answered.add(state.leg)
        if states is None:
            yield b"\n"
    yield page.END.encode()


async def _heard(visit: Visit) -> Heard:
    """Give the states of the call as they come, from its beginning to its end; None stands for a silence."""
    services, call_id = visit.services, visit.followed.id
    tail = services.journal.of(visit.owner.id)
    number = tail.end
    told = await _so_far(visit)
    yield told
    if _has_ended(told):
        return
    async for came in follow(services.clock, tail, number):
        if came is None:
            yield None
            continue
        missed, lines = came
        states = [_state(line.entry) for line in lines if line.entry.call_id == call_id]
        if missed:
            states = await _so_far(visit) + states
        new = [state for state in states if state not in told]
        told += new
        if new:
            yield new
        if _has_ended(new):
            return


async def _heard_so_far(visit: Visit) -> Heard:
    yield await _so_far(visit)


async def _so_far(visit: Visit) -> list[StateLine]:
    call = await visit.services.history.find(visit.followed.id)
    return [_state(entry) for entry in story(call or visit.followed)]


def _state(entry: Entry) -> StateLine:
    return StateLine(
        state=msgspec.convert(entry.event.removeprefix("call."), State),
        time=entry.time,
        leg=entry.leg,
        result=entry.result,
        cause=entry.cause,
        talk_seconds=entry.talk_seconds,
        ended_by=_ended_by(entry.ended_by),
    )


def _has_ended(states: Iterable[StateLine]) -> bool:
    return any(state.state == "ended" for state in states)
