"""How far a call has come: the states as a table, and one pure function that applies it."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from c2cd.calls.causes import CANCELLED, name_cause
from c2cd.model.call import Call, Leg, Result, State

Step = Literal["first_rings", "first_answers", "second_rings", "second_answers", "bridged", "ends"]

TABLE: dict[tuple[State, Step], State] = {
    ("requested", "first_rings"): "ringing",
    ("requested", "first_answers"): "answered",  # a phone may answer without a ring; Local channels often do
    ("requested", "ends"): "ended",
    ("ringing", "first_answers"): "answered",
    ("ringing", "ends"): "ended",
    ("answered", "second_rings"): "answered",
    ("answered", "second_answers"): "answered",
    ("answered", "bridged"): "bridged",
    ("answered", "ends"): "ended",
    ("bridged", "ends"): "ended",
}


class LegEnd(Struct, frozen=True):
    """When a leg's channel was hung up, and with which Q.850 cause; None where that was not said."""

    at: float | None = None
    cause: int | None = None


class End(Struct, frozen=True, kw_only=True):
    """What the switch said of a call's end.

    ``second_dialled`` tells which leg is to blame where the two were never bridged; ``dial_status``
    (DialEnd) and ``reason`` (OriginateResponse) stand in where its Hangup gave no cause.
    """

    first: LegEnd = LegEnd()
    second: LegEnd = LegEnd()
    second_dialled: bool = False
    dial_status: str = ""
    reason: int = 0


_SAID_NOTHING = End()


def advance(call: Call, step: Step, at: float, end: End = _SAID_NOTHING) -> Call:
    """Take one step at the time ``at``. A step that the table does not have gives the very same call back."""
    state = TABLE.get((call.state, step))
    if state is None:
        return call
    if step == "ends":
        return _ended(call, at, end)
    if step == "bridged":
        second = _answered(call.second, at)
        return replace(call, state=state, bridged_at=at, second=second, result="success")
    if step == "first_rings":
        return replace(call, state=state, first=_ringing(call.first, at))
    if step == "first_answers":
        return replace(call, state=state, first=replace(call.first, answered_at=at))
    second = _ringing(call.second, at) if step == "second_rings" else _answered(call.second, at)
    return call if second is call.second else replace(call, state=state, second=second)


def _ringing(leg: Leg, at: float) -> Leg:
    return replace(leg, ringing_at=at) if leg.ringing_at is None and leg.answered_at is None else leg


def _answered(leg: Leg, at: float) -> Leg:
    return replace(leg, answered_at=at) if leg.answered_at is None else leg


def _ended(call: Call, at: float, end: End) -> Call:
    result: Result = "error" if call.bridged_at is None else "success"
    blamed = end.second if end.second_dialled else end.first
    return replace(
        call,
        state="ended",
        first=replace(call.first, ended_at=end.first.at, hangup_cause=end.first.cause),
        second=replace(call.second, ended_at=end.second.at, hangup_cause=end.second.cause),
        ended_at=at,
        result=result,
        cause=None if result == "success" else _why(call, blamed.cause, end),
    )


def _why(call: Call, hangup_cause: int | None, end: End) -> str:
    if call.ended_by is not None:
        return CANCELLED
    return name_cause(hangup_cause, end.dial_status, end.reason)


def lose(call: Call, at: float) -> Call:
    """End a call that is gone without its end having been seen: a success if it was bridged, else unknown."""
    if call.state == "ended":
        return call
    result: Result = "unknown" if call.bridged_at is None else "success"
    return replace(call, state="ended", ended_at=at, end_seen=False, result=result)


def take_back(call: Call, at: float, cause: str) -> Call:
    """End a call that the switch never began: nothing of it left, or it was refused."""
    if call.state == "ended":
        return call
    return replace(call, state="ended", ended_at=at, result="error", cause=cause, taken_back=True)
