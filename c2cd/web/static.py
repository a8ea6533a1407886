"""What browsers are given as it is: the button's script, and the console; read when the front is made."""

import gzip
import hashlib
from collections.abc import Iterator
from importlib.abc import Traversable
from importlib.resources import files

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from c2cd.web.envelope import names
from c2cd.web.headers import headers_of

BUTTON = "button.js"
CONSOLE = "/console/"

_ROOT = files("c2cd.web").joinpath("assets")
_INDEX = "index.html"
_KINDS = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
# A page of the console loads nothing, and sends nothing, that is not its own.
_CONSOLE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# A browser asks each time whether it has changed, and is told with 304: an update shows at once.
_ALWAYS = {
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "vary": "accept-encoding",
}


class Asset(Struct, frozen=True):
    """A file, as it is and compressed, and the headers that it is given with."""

    plain: bytes
    packed: bytes
    headers: dict[str, str]

    async def show(self, request: Request) -> Response:
        """GET, HEAD: the file, or 304 to who has it."""
        asked = headers_of(request.scope)
        revision = self.headers["etag"].removeprefix("W/").strip('"')
        if names(asked.get("if-none-match"), revision):
            return Response(None, 304, self.headers)
        if "gzip" in asked.get("accept-encoding", ""):
            return Response(self.packed, headers=self.headers | {"content-encoding": "gzip"})
        return Response(self.plain, headers=self.headers)


def text_of(name: str) -> str:
    """Give a file as text."""
    return _ROOT.joinpath(name).read_text(encoding="utf-8")


def button_route() -> Route:
    """Make the route of the button's script, which any page may load."""
    return Route(f"/{BUTTON}", _asset(_ROOT.joinpath(BUTTON), {}).show)


def console_routes() -> Iterator[Route]:
    """Make the routes of the console's files."""
    policy = {"content-security-policy": _CONSOLE_POLICY}
    for file in _ROOT.joinpath("console").iterdir():
        path = CONSOLE + ("" if file.name == _INDEX else file.name)
        yield Route(path, _asset(file, policy).show)
    yield Route(CONSOLE.rstrip("/"), _to_console)


async def _to_console(_request: Request) -> Response:
    return RedirectResponse(CONSOLE)


def _asset(file: Traversable, more: dict[str, str]) -> Asset:
    content = file.read_bytes()
    headers = {
        # A weak one, since it is the same whether compressed or not.
        "etag": f'W/"{hashlib.blake2b(content, digest_size=16).hexdigest()}"',
        "content-type": _KINDS[file.name.rpartition(".")[2]],
    }
    return Asset(content, gzip.compress(content, mtime=0), _ALWAYS | headers | more)
