"""``/history``: what became of a button's calls, or an account's, as Kazoo shows it and further."""

import math
import re
from collections.abc import Callable

import msgspec
from msgspec import UNSET
from starlette.responses import Response

from c2cd.calls.composing import PREFIX
from c2cd.errors import Fault, InvalidDocument
from c2cd.model.call import Call, Leg
from c2cd.model.journal import iso_time
from c2cd.store.paging import Page
from c2cd.web.answers import AccountHistoryItem, HistoryItem, LegItem, Legs
from c2cd.web.envelope import success
from c2cd.web.listing import Row, answer_list
from c2cd.web.refusals import BadIdentifier
from c2cd.web.resource import find_button
from c2cd.web.visit import Visit

GREGORIAN = 62_167_219_200  # seconds from year 0 to 1970, as Erlang counts them
SPAN = 31 * 86_400.0
_SECONDS = re.compile(r"[0-9]{1,15}")


async def show_history(visit: Visit) -> Response:
    """GET: a list; ``created_from`` and ``created_to`` in Gregorian seconds, 31 days at most."""
    button = await find_button(visit)
    since, until = span(visit)

    async def read(page: Page) -> list[Row]:
        calls = await visit.services.history.of_button(button.id, since, until, page)
        return _rows(calls, history_item)

    return await answer_list(visit, read)


async def show_all_history(visit: Visit) -> Response:
    """GET: the same of all the account's buttons, also of those that are gone."""
    since, until = span(visit)

    async def read(page: Page) -> list[Row]:
        calls = await visit.services.history.of_account(visit.owner.id, since, until, page)
        return _rows(calls, _account_item)

    return await answer_list(visit, read)


async def show_call(visit: Visit) -> Response:
    """GET: one call, while it lives and after. It goes by its ``call_id``, or by its ``id``."""
    button = await find_button(visit)
    named = visit.request.path_params["call_id"]
    for call_id in (named, f"{PREFIX}{button.id}-{named}"):
        call = await visit.services.history.find(call_id)
        if call is not None and call.button_id == button.id:
            return success(visit, history_item(call))
    raise BadIdentifier(named)


async def show_any_call(visit: Visit) -> Response:
    """GET: one call of the account by its ``call_id``, also where its button is gone."""
    named = visit.request.path_params["call_id"]
    call = await visit.services.history.find(named)
    if call is None or call.account_id != visit.owner.id:
        raise BadIdentifier(named)
    return success(visit, _account_item(call))


def _rows(calls: list[Call], show: Callable[[Call], HistoryItem]) -> list[Row]:
    items = [msgspec.to_builtins(show(call)) for call in calls]
    return [Row((call.requested_at, call.id), item, item) for call, item in zip(calls, items, strict=True)]


def _account_item(call: Call) -> AccountHistoryItem:
    return AccountHistoryItem(clicktocall_id=call.button_id, **msgspec.structs.asdict(history_item(call)))


def history_item(call: Call) -> HistoryItem:
    """Show a call."""
    legs = {call.first_name: _leg(call.first), call.second_name: _leg(call.second)}
    return HistoryItem(
        id=call.id.rpartition("-")[2],
        timestamp=int(call.requested_at) + GREGORIAN,
        contact=call.contact,
        call_id=call.id,
        result=UNSET if call.result is None else call.result,
        cause=UNSET if call.cause is None else call.cause,
        state=call.state,
        extension=call.extension,
        dial_first=call.dial_first,
        legs=Legs(extension=legs["extension"], contact=legs["contact"]),
        bridged_at=iso(call.bridged_at),
        ended_at=iso(call.ended_at),
        talk_seconds=call.talk_seconds,
        ended_by=call.ended_by,
        clicked_by=call.clicked_by,
    )


def _leg(leg: Leg) -> LegItem:
    return LegItem(
        ringing_at=iso(leg.ringing_at),
        answered_at=iso(leg.answered_at),
        ended_at=iso(leg.ended_at),
        hangup_cause=leg.hangup_cause,
    )


def iso(at: float | None) -> str | None:
    """Write a time as ISO 8601 in UTC, where there is one."""
    return None if at is None else iso_time(at)


def span(visit: Visit) -> tuple[float, float]:
    """Read ``created_from`` and ``created_to``, by default the last 31 days, as Unix seconds."""
    since, until = _moment(visit, "created_from"), _moment(visit, "created_to")
    if until is None:
        until = visit.services.clock.wall() if since is None else since + SPAN
    if since is None:
        since = until - SPAN
    if not 0.0 <= until - since <= SPAN:
        message = "created_from must be before created_to, and by 31 days at most"
        raise InvalidDocument(Fault("created_from", "date_range", message, {"value": since + GREGORIAN}))
    return since, math.nextafter(until + 1.0, since)  # the bound's own second is in, and no more


def _moment(visit: Visit, key: str) -> float | None:
    text = visit.query.get(key)
    if text is None:
        return None
    if not _SECONDS.fullmatch(text):
        raise InvalidDocument(Fault(key, "type", "Value did not match type(s): integer", {"value": text}))
    return float(int(text) - GREGORIAN)
