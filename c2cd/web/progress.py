"""``/connect/CALL_ID``: a call for who clicked, by its own token: its states, how it ended, and its end."""

from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec import UNSET
from starlette.responses import Response

from c2cd.calls.narrating import story
from c2cd.calls.tracking import MAX_MINUTES
from c2cd.errors import InvalidDocument
from c2cd.model.call import Call, Leg, State
from c2cd.model.journal import Entry
from c2cd.validation import faults
from c2cd.web.answers import BothLegs, ChannelAction, EndedBy, LegProgress, Progress, StateLine
from c2cd.web.envelope import success
from c2cd.web.history import iso
from c2cd.web.streaming import ALIVE, BEGIN, Chunks, EventStream, follow, message
from c2cd.web.visit import Visit

# Who ended a call by its own token, in the history's words.
CLICKER: Literal["clicker"] = "clicker"


async def show_progress(visit: Visit) -> Response:
    """GET: how far the call has come."""
    return success(visit, progress(visit.followed))


async def act_on_call(visit: Visit) -> Response:
    """POST: ``hangup``, for what can't send DELETE."""
    if found := faults(ChannelAction, {"action": visit.value("action")}):
        raise InvalidDocument(*found)
    return await hang_up(visit)


async def hang_up(visit: Visit) -> Response:
    """DELETE: hang it up, ringing or talking; one that has ended is left as it is."""
    live = visit.services.ledger.get(visit.followed.id)
    if live is not None:
        visit.call = await visit.services.hang_up.ask(live, CLICKER)
    return success(visit, progress(visit.followed))


async def stream_states(visit: Visit) -> Response:
    """GET: a stream of the states that it has come to, from the first one on, until it has ended."""
    visit.services.streams.require(visit.owner.id, visit.followed.id)
    return EventStream(_states(visit))


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


async def _states(visit: Visit) -> Chunks:
    services, call_id = visit.services, visit.followed.id
    tail = services.journal.of(visit.owner.id)
    with services.streams.one_more(visit.owner.id, call_id):
        number = tail.end
        told = await _so_far(visit)
        yield BEGIN + _written(told)
        if _has_ended(told):
            return
        async for came in follow(services.clock, tail, number):
            if came is None:
                yield ALIVE
                continue
            missed, lines = came
            states = [_state(entry) for _, entry in lines if entry.call_id == call_id]
            if missed:
                states = await _so_far(visit) + states
            new = [state for state in states if state not in told]
            told += new
            if new:
                yield _written(new)
            if _has_ended(new):
                return


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


def _written(states: Iterable[StateLine]) -> bytes:
    return b"".join(message(msgspec.json.encode(state)) for state in states)


def _has_ended(states: Iterable[StateLine]) -> bool:
    return any(state.state == "ended" for state in states)
