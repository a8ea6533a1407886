"""The envelopes that all answers come in, and what they are filled with."""

import hashlib
import socket
from datetime import UTC, datetime
from importlib.metadata import version

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from c2cd.web.visit import Visit

_NODE = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:20]
VERSION = version("c2cd")


def success(
    visit: Visit, data: object, *, status: int = 200, revision: str | None = None, **more: object
) -> Response:
    """Answer with ``data``; ``more`` goes beside it."""
    content = {"data": data, "status": "success", **_common(visit.request), **more}
    if revision is not None:
        content["revision"] = revision
    if visit.token is not None:
        content |= {"version": VERSION, "auth_token": visit.sent_token}
    return _respond(visit.request, content, status, {"etag": f'"{revision}"'} if revision is not None else {})


def failure(request: Request, status: int, message: str, data: object, headers: dict[str, str]) -> Response:
    """Answer with an error; its code is a string, as Kazoo's is."""
    content = {"data": data, "status": "error", "error": str(status), "message": message, **_common(request)}
    return _respond(request, content, status, headers)


def _common(request: Request) -> dict[str, object]:
    now = datetime.fromtimestamp(request.app.state.clock.wall(), UTC)
    timestamp = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"request_id": request.state.request_id, "timestamp": timestamp, "node": _NODE}


def _respond(request: Request, content: object, status: int, headers: dict[str, str]) -> Response:
    return Response(
        msgspec.json.encode(content),
        status,
        {"x-request-id": request.state.request_id, "cache-control": "no-store", **headers},
        media_type="application/json",
    )
