"""Every exception that can reach the front, and the answer that it becomes. Endpoints catch none of them."""

import math

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from c2cd.errors import (
    C2cdError,
    Denied,
    Fault,
    InvalidDocument,
    KeyInUse,
    Stopping,
    StoreError,
    StoreSilent,
    SwitchForbids,
    SwitchRefused,
    SwitchSilent,
    SwitchUnreachable,
)
from c2cd.guard import country, doorkeeper, number, whitelist
from c2cd.store.buttons import RevisionConflict
from c2cd.web.envelope import failure
from c2cd.web.page import asks_for_page, refusal
from c2cd.web.refusals import Refusal

# Rules that find fault with a field of the click or its button: a document's faults by JSON Schema's names.
_FIELDS = {
    number.RULE: "contact",
    country.COUNTRY: "contact",
    country.KIND: "contact",
    doorkeeper.EXTENSION: "extension",
}
_RULES = {number.RULE: "invalid", doorkeeper.EXTENSION: "pattern"}

_ON_PAGES = {"allow", "retry-after"}
_HTTP = {404: ("not_found", "not found"), 405: ("invalid_method", "method not allowed")}


async def answer(request: Request, error: Exception) -> Response:
    """Make the answer to an exception: as the table says, or, for people, a page in its place."""
    response = _answer(request, error)
    if not asks_for_page(request):
        return response
    kept = {name: value for name, value in response.headers.items() if name in _ON_PAGES}
    return refusal(request, error, response.status_code, kept)


def _answer(request: Request, error: Exception) -> Response:  # noqa: C901, PLR0911 - it is a table
    """Look into the table: kind → status, message, data, headers."""
    match error:
        case Refusal():
            return failure(request, error.status, error.message, error.data, error.headers)
        case InvalidDocument():
            return failure(request, 400, "validation error", faults_data(*error.faults), {})
        case Denied():
            return _denied(request, error)
        case SwitchUnreachable():
            return failure(request, 503, error.name, _said(error), _retry_after(error.retry_after))
        case SwitchRefused():
            return failure(request, 502, error.name, _said(error), {})
        case SwitchForbids():
            return failure(request, 501, error.name, _said(error), {})
        case SwitchSilent():
            return failure(request, 504, error.name, _said(error), {})
        case RevisionConflict() | KeyInUse():
            return failure(request, 409, error.name, _said(error), {})
        case Stopping():
            return failure(request, 503, error.name, {**_said(error), "call_id": error.call_id}, {})
        case StoreError():
            return _store_failed(request, error)
        case HTTPException():
            message, words = _HTTP.get(error.status_code, ("bad_request", "bad request"))
            return failure(request, error.status_code, message, {"message": words}, dict(error.headers or {}))
        case _:  # starlette raises it again once this is sent, and the log gets its traceback
            data = {"message": "something went wrong that c2cd did not foresee; its log says more"}
            return failure(request, 500, "internal_error", data, {})


def _store_failed(request: Request, error: StoreError) -> Response:
    """Answer without the database's own words, which are for the log."""
    request.app.state.services.database.complain(error)
    words = "the database can't be used at this moment"
    if isinstance(error, StoreSilent):
        words = "the database did not answer in time: look whether it was done before you ask again"
    return failure(request, 503, error.name, {"message": words}, _retry_after(1.0))


def _denied(request: Request, denied: Denied) -> Response:
    """Answer a click that a guard refused: its rule says with what status, and its message what to do."""
    if denied.rule == whitelist.RULE:  # in Kazoo's words
        return failure(request, 400, str(denied), denied.contact, {})
    if (path := _FIELDS.get(denied.rule)) is not None:
        fault = Fault(path, _RULES.get(denied.rule, denied.rule), str(denied))
        return failure(request, 400, "validation error", faults_data(fault), {})
    headers = {} if denied.retry_after is None else _retry_after(denied.retry_after)
    said: dict[str, object] = {"rule": denied.rule}
    if denied.quota is None:
        return failure(request, 403, "click_denied", {"message": str(denied), **said}, headers)
    quota = denied.quota
    window = f";w={quota.window}" if quota.window else ""
    headers["ratelimit-policy"] = f'"{quota.key}";q={quota.many}{window}'
    headers["ratelimit"] = f'"{quota.key}";r=0;t={headers["retry-after"]}'
    data = {"message": "too many requests", "cause": str(denied), **said, "limit": quota.key}
    return failure(request, 429, "too_many_requests", data, headers)


def faults_data(*faults: Fault) -> dict[str, dict[str, object]]:
    """Give faults as Kazoo does: dotted path → rule → message and the rule's own facts."""
    data: dict[str, dict[str, object]] = {}
    for fault in faults:
        data.setdefault(fault.path, {})[fault.rule] = {"message": fault.message, **fault.facts}
    return data


def _said(error: C2cdError) -> dict[str, str]:
    return {"message": str(error)}


def _retry_after(seconds: float) -> dict[str, str]:
    return {"retry-after": str(max(1, math.ceil(seconds)))}


HANDLERS: dict[type[Exception], ExceptionHandler] = dict.fromkeys(
    (C2cdError, HTTPException, Exception), answer
)
