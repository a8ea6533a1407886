"""``/v2/openapi.json``: the interface as an OpenAPI 3.1 document, made of the Structs that it works by."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct
from starlette.responses import Response

from c2cd.model.button import ClickToCall
from c2cd.model.journal import Entry
from c2cd.web import paths as at
from c2cd.web.answers import (
    AccountHistoryItem,
    ChallengeAnswer,
    Channel,
    ChannelAction,
    DryRun,
    HistoryItem,
    LinkRequest,
    PlacedCall,
    Progress,
    SignedAnswer,
    StateLine,
    StatisticsAnswer,
    TokenAuth,
)
from c2cd.web.envelope import VERSION
from c2cd.web.meanings import MEANINGS
from c2cd.web.visit import Visit

Schema = Mapping[str, Any]

_STRING: Schema = {"type": "string"}
_INTEGER: Schema = {"type": "integer"}
_BOOLEAN: Schema = {"type": "boolean"}
_OBJECT: Schema = {"type": "object"}
_ROW = {
    "type": "object",
    "properties": {"id": _STRING, "name": _STRING, "extension": _STRING},
    "required": ["id", "name", "extension"],
}
_CONTACT = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("contact", "signed", "altcha"), _STRING),
        **dict.fromkeys(("blocking", "dry_run"), _BOOLEAN),
    },
}
_API_KEY = {"type": "object", "properties": {"api_key": _STRING}, "required": ["api_key"]}
_ACCOUNT_ID = {"type": "object", "properties": {"account_id": _STRING}, "required": ["account_id"]}

_LIST = ("page_size", "start_key", "paginate", "ascending", "has_key", "key_missing", "search")
_QUERY = {"page_size": {"type": "integer", "minimum": 1, "maximum": 999_999_999}} | dict.fromkeys(
    ("paginate", "ascending", "blocking", "auto_answer", "dry_run"), _BOOLEAN
)
_EVERYWHERE = (400, 401, 403, 404, 413, 415, 503)
_EXAMPLE = {"name": "Sales", "extension": "2600"}


class Operation(Struct, frozen=True, kw_only=True):
    """One verb on one path: what it takes in ``data`` and the query string, and what its ``data`` is then."""

    path: str
    verb: str
    does: str
    gives: Schema
    takes: Schema | None = None
    example: object = None
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    status: int = 200
    refusals: tuple[int, ...] = ()
    is_open: bool = False
    is_stream: bool = False


def _named(kind: type[Struct]) -> Schema:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _list_of(row: Schema) -> Schema:
    return {"type": "array", "items": row}


_KINDS = (
    *(ClickToCall, HistoryItem, PlacedCall, Progress, StateLine, Entry, Channel, ChannelAction),
    *(AccountHistoryItem, StatisticsAnswer, ChallengeAnswer, DryRun, LinkRequest, SignedAnswer, TokenAuth),
)
_SAVED = {"allOf": [_named(ClickToCall), {"properties": {"id": _STRING}, "required": ["id"]}]}
_PLACED = (409, 422, 429, 502, 504)
_HUNG_UP = (501, 502, 504)
_CALL_TOKEN = ("call_token",)
_CHANGED = (409, 412)

OPERATIONS = (
    Operation(
        path=at.API_AUTH,
        verb="put",
        does="Give a token for an API key",
        gives=_ACCOUNT_ID,
        takes=_API_KEY,
        status=201,
        is_open=True,
    ),
    Operation(path=at.TOKEN_AUTH, verb="get", does="Tell what a token opens", gives=_named(TokenAuth)),
    Operation(
        path=at.BUTTONS,
        verb="get",
        does="List the buttons",
        gives=_list_of(_ROW),
        query=(*_LIST, "fields"),
        headers=("if-none-match",),
    ),
    Operation(
        path=at.BUTTONS,
        verb="put",
        does="Create a button",
        gives=_SAVED,
        takes=_named(ClickToCall),
        example=_EXAMPLE,
        status=201,
    ),
    Operation(path=at.BUTTON, verb="get", does="Fetch a button", gives=_SAVED, headers=("if-none-match",)),
    Operation(
        path=at.BUTTON,
        verb="post",
        does="Replace every field of a button",
        gives=_SAVED,
        takes=_named(ClickToCall),
        example=_EXAMPLE,
        headers=("if-match",),
        refusals=_CHANGED,
    ),
    Operation(
        path=at.BUTTON,
        verb="patch",
        does="Change fields of a button; null removes one",
        gives=_SAVED,
        takes=_OBJECT,
        example={"timeout": 20, "throttle": None},
        headers=("if-match",),
        refusals=_CHANGED,
    ),
    Operation(
        path=at.BUTTON,
        verb="delete",
        does="Remove a button; its history stays",
        gives=_SAVED,
        headers=("if-match",),
        refusals=_CHANGED,
    ),
    Operation(
        path=at.HISTORY,
        verb="get",
        does="List a button's calls, 31 days of them at most",
        gives=_list_of(_named(HistoryItem)),
        query=(*_LIST, "created_from", "created_to"),
        headers=("if-none-match",),
    ),
    Operation(
        path=at.PAST_CALL,
        verb="get",
        does="Show one call, while it lives and after",
        gives=_named(HistoryItem),
    ),
    Operation(
        path=at.ALL_HISTORY,
        verb="get",
        does="List the calls of all the account's buttons, 31 days of them at most",
        gives=_list_of(_named(AccountHistoryItem)),
        query=(*_LIST, "created_from", "created_to"),
        headers=("if-none-match",),
    ),
    Operation(
        path=at.STATISTICS,
        verb="get",
        does="Tell what became of the account's clicks, of 31 days at most",
        gives=_named(StatisticsAnswer),
        query=("created_from", "created_to", "timezone"),
    ),
    *(
        Operation(
            path=at.CONNECT,
            verb=verb,
            does="Place a call; blocking, its history item is the answer, else Kazoo's originate request."
            " A dry run tells what would become of it",
            gives={"anyOf": [_named(PlacedCall), _named(DryRun), _OBJECT]},
            takes=None if verb == "get" else _CONTACT,
            example={"contact": "+15551234"},
            query=("contact", "blocking", "signed", "dry_run", "auto_answer")
            if verb == "get"
            else ("dry_run", "auto_answer"),
            headers=("idempotency-key",),
            refusals=_PLACED,
        )
        for verb in ("get", "post")
    ),
    Operation(
        path=at.CHALLENGE,
        verb="get",
        does="Give what a browser has to solve before it clicks, if anything",
        gives=_named(ChallengeAnswer),
    ),
    Operation(
        path=at.CALL,
        verb="get",
        does="Tell who clicked, by the call's own token, how far the call has come",
        gives=_named(Progress),
        query=_CALL_TOKEN,
        is_open=True,
    ),
    Operation(
        path=at.CALL,
        verb="delete",
        does="Hang the call up, by its own token, ringing or talking",
        gives=_named(Progress),
        query=_CALL_TOKEN,
        refusals=_HUNG_UP,
        is_open=True,
    ),
    Operation(
        path=at.CALL,
        verb="post",
        does="The same, for what can't send DELETE",
        gives=_named(Progress),
        takes=_named(ChannelAction),
        query=_CALL_TOKEN,
        refusals=_HUNG_UP,
        is_open=True,
    ),
    Operation(
        path=at.CALL_EVENTS,
        verb="get",
        does="Tell who clicked, by the call's own token, each state that the call comes to, to its end",
        gives=_named(StateLine),
        query=_CALL_TOKEN,
        is_open=True,
        is_stream=True,
    ),
    Operation(
        path=at.EVENTS,
        verb="get",
        does="Tell what happens to the account's clicks and calls, as the event log has it",
        gives=_named(Entry),
        headers=("last-event-id",),
        is_stream=True,
    ),
    Operation(
        path=at.SIGN,
        verb="post",
        does="Sign a link that may click once, for a contact or for what matches a pattern",
        gives=_named(SignedAnswer),
        takes=_named(LinkRequest),
        example={"contact": "+15551234", "seconds": 3600},
    ),
    Operation(
        path=at.CHANNELS,
        verb="get",
        does="List the account's live calls",
        gives=_list_of(_named(Channel)),
        query=_LIST,
        headers=("if-none-match",),
    ),
    Operation(path=at.CHANNEL, verb="get", does="Show a live call", gives=_named(Channel)),
    Operation(
        path=at.CHANNEL,
        verb="post",
        does="Hang a live call up, ringing or talking",
        gives=_named(Channel),
        takes=_named(ChannelAction),
        refusals=_HUNG_UP,
    ),
)


def document() -> dict[str, Any]:
    """Make the document."""
    _, schemas = msgspec.json.schema_components(_KINDS, ref_template="#/components/schemas/{name}")
    fields = schemas[ClickToCall.__name__]["properties"]
    for field, meaning in MEANINGS.items():
        fields[field] = {**fields[field], "description": meaning}
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.verb] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "c2cd, Kazoo's Clicktocall API for Asterisk", "version": VERSION},
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Error": _error()},
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
        "security": [{"token": []}, {"bearer": []}],
    }


async def show_document(_visit: Visit) -> Response:
    """GET: the document, without an envelope, as its readers expect it."""
    return Response(_encoded(), media_type="application/json")


@cache
def _encoded() -> bytes:
    return msgspec.json.encode(document())


def _described(operation: Operation) -> dict[str, Any]:
    success = _stream(operation.gives) if operation.is_stream else _answer(_success(operation.gives))
    answers = {str(operation.status): success}
    if "if-none-match" in operation.headers:
        answers["304"] = {"description": "It has not changed"}
    refused = _answer({"$ref": "#/components/schemas/Error"})
    answers |= {str(status): refused for status in (*_EVERYWHERE, *operation.refusals)}
    places = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    described: dict[str, Any] = {
        "summary": operation.does,
        "parameters": [
            *_parameters("path", places),
            *_parameters("query", operation.query),
            *_parameters("header", operation.headers),
        ],
        "responses": answers,
    }
    if operation.is_open:
        described["security"] = []
    if operation.takes is not None:
        content: dict[str, Any] = {
            "schema": {"type": "object", "properties": {"data": operation.takes}, "required": ["data"]}
        }
        if operation.example is not None:
            content["example"] = {"data": operation.example}
        described["requestBody"] = {"required": True, "content": {"application/json": content}}
    return described


def _parameters(where: str, names: Iterable[str]) -> list[dict[str, Any]]:
    is_path = where == "path"
    return [
        {"name": name, "in": where, "required": is_path, "schema": _QUERY.get(name, _STRING)}
        for name in names
    ]


def _answer(schema: Schema) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def _stream(line: Schema) -> dict[str, Any]:
    """Describe a stream, each of whose messages has such a line as its data."""
    return {
        "description": "Server-Sent Events, until the client goes",
        "content": {"text/event-stream": {"schema": _STRING, "itemSchema": {"properties": {"data": line}}}},
    }


def _success(data: Schema) -> Schema:
    beside = ("request_id", "timestamp", "node", "revision", "version", "auth_token")
    paging = {"page_size": _INTEGER, "start_key": _STRING, "next_start_key": _STRING}
    return {
        "type": "object",
        "properties": {
            "data": data,
            "status": {"const": "success"},
            **dict.fromkeys(beside, _STRING),
            **paging,
        },
        "required": ["data", "status", "request_id", "timestamp", "node"],
    }


def _error() -> Schema:
    texts = ("error", "message", "request_id", "timestamp", "node")
    return {
        "type": "object",
        "properties": {"data": {}, "status": {"const": "error"}, **dict.fromkeys(texts, _STRING)},
        "required": ["data", "status", *texts],
    }
