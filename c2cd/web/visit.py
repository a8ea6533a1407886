"""One request, read once: who comes, what for, and what the body says."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from c2cd.errors import Fault, InvalidDocument
from c2cd.model.account import Account, Token
from c2cd.model.call import Call
from c2cd.web.headers import headers_of
from c2cd.web.refusals import TooLarge, UnsupportedMediaType
from c2cd.web.services import Services

JSON_TYPES = {"", "application/json", "text/json", "application/x-json"}
FORM_TYPE = "application/x-www-form-urlencoded"
_YES = {"true", "1", ""}
_LONGEST_ID = 128
_DEEPEST = 32
LARGEST_BODY = 16 * 1024


@dataclass(kw_only=True)
class Visit:
    """A request on its way through the steps of its resource; what is not yet known is empty.

    All of it had ``arrived`` at that time of the monotonic clock.

    What may hold a secret is not shown.
    """

    request: Request
    services: Services
    request_id: str
    arrived: float = 0.0
    query: dict[str, str] = field(default_factory=dict, repr=False)
    envelope: dict[str, object] = field(default_factory=dict, repr=False)
    is_form: bool = False
    body_problem: UnsupportedMediaType | InvalidDocument | None = None
    sent_token: str | None = field(default=None, repr=False)
    token: Token | None = None
    account: Account | None = None
    call: Call | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        """The request's headers by their names in small letters; the first of each."""
        return headers_of(self.request.scope)

    @property
    def owner(self) -> Account:
        """The account in the path, which was found to exist before any handler runs."""
        if self.account is None:
            raise LookupError(self.request.scope["path"])
        return self.account

    @property
    def followed(self) -> Call:
        """The call in the path, as it was when its token let the visit in."""
        if self.call is None:
            raise LookupError(self.request.scope["path"])
        return self.call

    @property
    def data(self) -> dict[str, object]:
        """The body's ``data``. InvalidDocument where there is none."""
        data = self.envelope.get("data")
        if "data" not in self.envelope:
            raise missing("data")
        if not isinstance(data, dict):
            raise mistyped("data", "object")
        return data

    def value(self, key: str) -> object:
        """Look for a value in ``data``, then the query string, then the envelope; None if it is nowhere."""
        return next(iter(self.values(key)), None)

    def values(self, key: str) -> list[object]:
        """Give a value as each of these places has it, in this order."""
        data = self.envelope.get("data")
        places = (data if isinstance(data, dict) else {}, self.query, self.envelope)
        return [place[key] for place in places if key in place]

    def find_token(self) -> str | None:
        """Give the token as it was sent: by its own header, in the request, or as Bearer."""
        headers = self.headers
        sent = headers.get("x-auth-token") or self.value("auth_token")
        if isinstance(sent, str) and sent:
            return sent
        kind, _, bearer = headers.get("authorization", "").partition(" ")
        return bearer.strip() or None if kind.lower() == "bearer" else None


def missing(path: str) -> InvalidDocument:
    """Make the error of a body that lacks a value."""
    return InvalidDocument(Fault(path, "required", "Field is required but missing"))


def mistyped(path: str, kind: str) -> InvalidDocument:
    """Make the error of a value that is of another type than this one."""
    return InvalidDocument(Fault(path, "type", f"Value did not match type(s): {kind}", {"target": kind}))


def is_yes(value: object) -> bool:
    """Tell whether a value means yes: true, 1, or a key that stands there without a value."""
    return value is True or value == 1 or (isinstance(value, str) and value.lower() in _YES)


def request_id_of(headers: Mapping[str, str]) -> str:
    """Give the id that the client sent, if it can be given back, else a new one."""
    sent = headers.get("x-request-id", "")
    usable = 0 < len(sent) <= _LONGEST_ID and sent.isascii() and sent.isprintable()
    return sent if usable else secrets.token_hex(16)


async def begin_visit(request: Request, services: Services) -> Visit:
    """Read a request. What is wrong with its body is kept for the step at which it matters."""
    visit = Visit(request=request, services=services, request_id=request.state.request_id)
    visit.query = _read_form(request.scope["query_string"].decode("latin-1"))
    body = await _body(visit)
    visit.arrived = services.clock.monotonic()
    if body.strip():
        media_type = visit.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            visit.envelope, visit.is_form = _read_body(body, media_type)
        except (UnsupportedMediaType, InvalidDocument) as problem:
            visit.body_problem = problem
    visit.sent_token = visit.find_token()
    return visit


async def _body(visit: Visit) -> bytes:
    length = visit.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LARGEST_BODY:
        raise TooLarge
    body = bytearray()
    async for chunk in visit.request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise TooLarge
    return bytes(body)


def _read_body(body: bytes, media_type: str) -> tuple[dict[str, object], bool]:
    if media_type not in JSON_TYPES | {FORM_TYPE}:
        raise UnsupportedMediaType
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        # curl sends JSON under the form's type unless it is told otherwise; only what is no JSON is a form.
        if media_type == FORM_TYPE:
            return {"data": _read_form(body.decode("utf-8", "replace"))}, True
        raise _not_json(str(error)) from error
    if not isinstance(content, dict):
        raise _not_json("expected an object")
    if _is_deep(content):
        raise _not_json(f"nested deeper than {_DEEPEST}")
    return content, False


def _read_form(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True))


def _not_json(why: str) -> InvalidDocument:
    return InvalidDocument(Fault("json", "invalid", f"Invalid JSON request body: {why}", {"target": "body"}))


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        inner = [child for item in level if isinstance(item, dict) for child in item.values()]
        inner += [child for item in level if isinstance(item, list) for child in item]
        level = [child for child in inner if isinstance(child, dict | list)]
        if not level:
            return False
    return True
