"""The lines of the event log: what happened to clicks and calls, as it happens."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from c2cd.model.call import LegName, Result

EventName = Literal[
    "call.requested", "call.ringing", "call.answered", "call.bridged", "call.ended", "click.denied"
]


def iso_time(seconds: float) -> str:
    """Write Unix seconds as ISO 8601 in UTC, to the millisecond."""
    whole, millionths = divmod(round(seconds * 1_000_000), 1_000_000)
    return f"{iso_second(whole)}.{millionths // 1000:03}Z"


@lru_cache(maxsize=64)
def iso_second(whole: int) -> str:
    """Write whole Unix seconds as ISO 8601 in UTC, without the zone."""
    return datetime.fromtimestamp(whole, UTC).replace(tzinfo=None).isoformat()


# Of the format of a line, which it says as ``v``. While it stays the same events and keys may be added; one
# that is taken away, renamed, or means something else makes it another.
VERSION = 1


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="v", tag=VERSION):
    """One line; the README's "The event log" is the reference of its keys.

    ``time`` is ISO 8601 in UTC; ``leg`` says which phone, where one is meant. ``client`` is the address that
    a click came from; ``limit`` is the key of the configuration that a denied click was over.
    """

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
    talk_seconds: float | None = None
    ended_by: str | None = None
    rule: str | None = None
    limit: str | None = None
    client: str | None = None
    clicked_by: str | None = None
    message: str | None = None
