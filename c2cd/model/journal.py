"""The lines of the event log: what happened to clicks and calls, as it happens."""

from typing import Literal

from msgspec import Struct

from c2cd.model.call import LegName, Result

EventName = Literal[
    "call.requested", "call.ringing", "call.answered", "call.bridged", "call.ended", "click.denied"
]


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line. ``time`` is ISO 8601 in UTC; ``leg`` says which phone, where one is meant."""

    time: str
    event: EventName
    account_id: str
    clicktocall_id: str
    call_id: str | None
    leg: LegName | None = None
    contact: str | None = None
    extension: str | None = None
    result: Result | None = None
    cause: str | None = None
    hangup_cause: int | None = None
    talk_seconds: float | None = None
    rule: str | None = None
    message: str | None = None
