"""The envelopes that all answers come in, and what they are filled with."""

import hashlib
import socket
from collections.abc import Mapping
from importlib.metadata import version

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from c2cd.model.journal import iso_second
from c2cd.web.visit import Visit

_NODE = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:20]
VERSION = version("c2cd")


def success(
    visit: Visit,
    data: object,
    *,
    status: int = 200,
    revision: str | None = None,
    beside: Mapping[str, object] | None = None,
) -> Response:
    """Answer with ``data``, and what stands ``beside`` it.

    ``revision`` is the ETag too: who has it already (If-None-Match) is told so, with 304 and no body.
    """
    content = {"data": data, **envelope(visit), **(beside or {})}
    headers = {}
    if revision is not None:
        content["revision"] = revision
        headers["etag"] = f'"{revision}"'
        if visit.request.method == "GET" and names(visit.headers.get("if-none-match"), revision):
            return Response(None, 304, {"cache-control": "no-store", **headers})
    return _respond(msgspec.json.encode(content), status, headers)


def envelope(visit: Visit) -> dict[str, object]:
    """Give what stands beside the data of every success."""
    wall = visit.services.clock.wall()
    content = {"status": "success", **_common(visit.request.state.request_id, wall)}
    if visit.token is not None:
        content |= {"version": VERSION, "auth_token": visit.sent_token}
    return content


def names(condition: str | None, revision: str) -> bool:
    """Tell whether an If-Match or If-None-Match names a revision, in a list of ETags or by ``*``."""
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in (condition or "").split(",")]
    return revision in tags or tags == ["*"]


def failure(request: Request, status: int, message: str, data: object, headers: dict[str, str]) -> Response:
    """Answer with an error; its code is a string, as Kazoo's is."""
    wall = request.app.state.clock.wall()
    return _respond(encoded_failure(status, message, data, request.state.request_id, wall), status, headers)


def encoded_failure(status: int, message: str, data: object, request_id: str, wall: float) -> bytes:
    """Write the envelope of an error, at this wall time."""
    content = {"data": data, "status": "error", "error": str(status), "message": message}
    return msgspec.json.encode({**content, **_common(request_id, wall)})


def _common(request_id: str, wall: float) -> dict[str, object]:
    return {"request_id": request_id, "timestamp": f"{iso_second(int(wall))}Z", "node": _NODE}


def _respond(content: bytes, status: int, headers: dict[str, str]) -> Response:
    return Response(
        content,
        status,
        {"cache-control": "no-store", **headers},
        media_type="application/json",
    )
