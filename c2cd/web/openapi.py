"""``/v2/openapi.json``: the interface as an OpenAPI 3.1 document, made of the Structs that it works by."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec
from starlette.responses import Response

from c2cd.model.button import ClickToCall
from c2cd.web.clicking import LONGEST_KEY
from c2cd.web.envelope import VERSION
from c2cd.web.meanings import MEANINGS
from c2cd.web.operations import BOOLEAN, CONTACT, INTEGER, KINDS, OPERATIONS, STRING, Operation, Schema
from c2cd.web.visit import Visit

_GREGORIAN: Schema = {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}
# Parameters that are not any text.
_PARAMETERS: dict[str, Schema] = {
    "page_size": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
    "contact": CONTACT,
    **dict.fromkeys(("created_from", "created_to"), _GREGORIAN),
    "idempotency-key": {"type": "string", "pattern": f"^[ -~]{{1,{LONGEST_KEY}}}$"},
    **dict.fromkeys(("paginate", "ascending", "blocking", "auto_answer", "dry_run"), BOOLEAN),
}
# What every request may be refused with.
_EVERYWHERE = (400, 401, 403, 404, 413, 415, 503)


def document() -> dict[str, Any]:
    """Make the document."""
    _, schemas = msgspec.json.schema_components(KINDS, ref_template="#/components/schemas/{name}")
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
        {"name": name, "in": where, "required": is_path, "schema": _PARAMETERS.get(name, STRING)}
        for name in names
    ]


def _answer(schema: Schema) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def _stream(line: Schema) -> dict[str, Any]:
    """Describe a stream, each of whose messages has such a line as its data."""
    return {
        "description": "Server-Sent Events, until the client goes",
        "content": {"text/event-stream": {"schema": STRING, "itemSchema": {"properties": {"data": line}}}},
    }


def _success(data: Schema) -> Schema:
    beside = ("request_id", "timestamp", "node", "revision", "version", "auth_token")
    paging = {"page_size": INTEGER, "start_key": STRING, "next_start_key": STRING}
    return {
        "type": "object",
        "properties": {
            "data": data,
            "status": {"const": "success"},
            **dict.fromkeys(beside, STRING),
            **paging,
        },
        "required": ["data", "status", "request_id", "timestamp", "node"],
    }


def _error() -> Schema:
    texts = ("error", "message", "request_id", "timestamp", "node")
    return {
        "type": "object",
        "properties": {"data": {}, "status": {"const": "error"}, **dict.fromkeys(texts, STRING)},
        "required": ["data", "status", *texts],
    }
