"""What every request gets whatever becomes of it: an id, and the leave of browsers (CORS)."""

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from c2cd.web.headers import headers_of
from c2cd.web.visit import request_id_of

ANY = "*"
VERBS = "GET, PUT, POST, PATCH, DELETE, OPTIONS"
# Kazoo's (api_util:add_cors_headers), and what c2cd itself understands or says beyond them.
_ALLOWED = (
    "content-type, depth, user-agent, x-http-method-override, x-file-size, x-requested-with,"
    " if-modified-since, x-file-name, cache-control, x-auth-token, x-kazoo-cluster-id, if-match,"
    " if-none-match, authorization, idempotency-key, x-request-id, last-event-id"
)
_EXPOSED = (
    "content-type, x-auth-token, x-request-id, location, etag, retry-after, ratelimit, ratelimit-policy"
)
_DAY = "86400"


class Frame:
    """Wraps the whole application, its own failures included.

    Any origin may read the answers, or only ``origins``; an OPTIONS is answered here, without a token,
    as a browser sends it. This keeps pages apart, not callers: what is no browser ignores it.
    """

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        self._app = app
        self._origins = origins
        leave = {
            "access-control-allow-methods": VERBS,
            "access-control-allow-headers": _ALLOWED,
            "access-control-expose-headers": _EXPOSED,
            "access-control-max-age": _DAY,
        }
        self._leave = [(name.encode(), value.encode()) for name, value in leave.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with the frame around it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = headers_of(scope)
        request_id = scope.setdefault("state", {})["request_id"] = request_id_of(headers)
        own = [(b"x-request-id", request_id.encode()), *self._cors(headers.get("origin"))]

        async def send_framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *own]
            await send(message)

        app = Response(headers={"allow": VERBS}) if scope["method"] == "OPTIONS" else self._app
        await app(scope, receive, send_framed)

    def _cors(self, origin: str | None) -> list[tuple[bytes, bytes]]:
        if ANY in self._origins:
            return [(b"access-control-allow-origin", ANY.encode()), *self._leave]
        vary = (b"vary", b"origin")
        if origin is None or origin not in self._origins:
            return [vary]
        return [vary, (b"access-control-allow-origin", origin.encode("latin-1")), *self._leave]
