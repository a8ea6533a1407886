"""Tells in lines of the event log what changed in a call, and which click became none."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from c2cd.errors import Denied
from c2cd.model.button import Button
from c2cd.model.call import Call, Leg, LegName
from c2cd.model.journal import Entry, EventName, iso_time

# Signs of a contact that no guard has read yet.
_LONGEST = 80


def narrate(before: Call | None, after: Call) -> Iterator[Entry]:
    """Give the lines for what is new in ``after``; ``before`` is None for a call that has just begun."""
    if before is None:
        yield _line(
            "call.requested",
            after,
            after.requested_at,
            contact=after.contact,
            extension=after.extension,
            clicked_by=after.clicked_by,
        )
        return
    yield from _narrate_leg(after, after.first_name, before.first, after.first)
    yield from _narrate_leg(after, after.second_name, before.second, after.second)
    if before.bridged_at is None and after.bridged_at is not None:
        yield _line("call.bridged", after, after.bridged_at)
    if before.ended_at is None and after.ended_at is not None:
        yield _line(
            "call.ended",
            after,
            after.ended_at,
            result=after.result,
            cause=after.cause,
            talk_seconds=after.talk_seconds,
            ended_by=after.ended_by,
        )


def story(call: Call) -> Iterator[Entry]:
    """Give all the lines that a call has had so far, but for where its click came from."""
    yield from narrate(None, call)
    yield from narrate(replace(call, first=Leg(), second=Leg(), bridged_at=None, ended_at=None), call)


def narrate_denied(  # noqa: PLR0913 - all that its line has
    denied: Denied, button: Button, at: float, *, contact: str | None, client: str, clicked_by: str
) -> Entry:
    """Give the line for a click that a guard has refused.

    ``contact`` is what the click wanted to call, as it was written; it is told as the guard has read it, if
    it has, and not at length.
    """
    contact = denied.contact or contact
    return Entry(
        time=iso_time(at),
        event="click.denied",
        account_id=button.account_id,
        clicktocall_id=button.id,
        call_id=None,
        contact=None if contact is None else contact[:_LONGEST],
        rule=denied.rule,
        limit=denied.quota.key if denied.quota else None,
        client=client,
        clicked_by=clicked_by,
        message=str(denied),
    )


def _narrate_leg(call: Call, name: LegName, before: Leg, after: Leg) -> Iterator[Entry]:
    if before.ringing_at is None and after.ringing_at is not None:
        yield _line("call.ringing", call, after.ringing_at, leg=name)
    if before.answered_at is None and after.answered_at is not None:
        yield _line("call.answered", call, after.answered_at, leg=name)


def _line(event: EventName, call: Call, at: float, **more: Any) -> Entry:  # noqa: ANN401 - fields of Entry
    return Entry(
        time=iso_time(at),
        event=event,
        account_id=call.account_id,
        clicktocall_id=call.button_id,
        call_id=call.id,
        **more,
    )
