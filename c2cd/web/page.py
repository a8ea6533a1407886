"""Pages for who has no JavaScript: what becomes of a call, as it goes on, or why a click became none."""

import base64
import hashlib
import math
from html import escape

from starlette.requests import Request
from starlette.responses import Response

from c2cd.errors import Closed
from c2cd.web.answers import StateLine
from c2cd.web.headers import headers_of
from c2cd.web.refusals import InvalidCredentials
from c2cd.web.words import RIGHT_TO_LEFT, Words, filled, key_of_refusal, language_of, languages

_STYLE = """
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif }
body { margin: 0; display: grid; justify-content: center; padding: 10vh 1rem 1rem }
main { inline-size: min(24rem, 100vw - 2rem); display: flex; flex-direction: column; gap: 1rem }
h1, ol, p { margin: 0; padding: 0; font-size: 1rem; font-weight: 400; list-style: none }
h1 { font-size: 1.3rem; font-weight: 600 }
li { padding-block: .4rem }
li:last-child { font-weight: 600 }
form { display: grid; gap: 1rem; order: 1 }
.live:has(~ ol .ended) { display: none }
button { font: inherit; min-block-size: 2.75rem; padding: .5rem 1rem; border-radius: .5rem }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-accel-buffering": "no",
}
TYPE = "text/html"
END = "</main></body></html>\n"


def asks_for_page(request: Request) -> bool:
    """Tell whether a person reads the answer: a browser that goes there says that it takes HTML."""
    is_for_people = getattr(request.scope.get("endpoint"), "has_page", False)
    return is_for_people and TYPE in headers_of(request.scope).get("accept", "")


def beginning(request: Request) -> str:
    """Begin a page."""
    language, words = spoken(request)
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    title = escape(words["call"])
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body><main><h1>{title}</h1>\n"
    )


def states(request: Request, *, can_hang_up: bool) -> str:
    """Begin the list of a call's states; above it is what ends the call, where that can be done."""
    _, words = spoken(request)
    form = (
        '<form class="live" method="post"><input type="hidden" name="action" value="hangup">'
        f"<button>{escape(words['cancel'])}</button></form>\n"
    )
    return f'{form if can_hang_up else ""}<ol aria-live="polite">\n'


def told(state: StateLine, text: str) -> str:
    """Write what is said of one state of a call."""
    kind = ' class="ended"' if state.state == "ended" else ""
    return f"<li{kind}>{escape(text)}</li>\n"


def refusal(request: Request, error: Exception, status: int, headers: dict[str, str]) -> Response:
    """Answer with why a click became no call. Another number is a step back in the browser."""
    _, words = spoken(request)
    when = error.opens if isinstance(error, Closed) else _later(words, headers.get("retry-after"))
    is_late = isinstance(error, InvalidCredentials) and "call_id" in request.path_params
    said = filled(words, "unknown" if is_late else key_of_refusal(error), when=when)
    return Response(
        f'{beginning(request)}<p role="alert">{escape(said)}</p>\n{END}', status, HEADERS | headers, TYPE
    )


def _later(words: Words, seconds: str | None) -> str:
    return words["later"] if seconds is None else f"{words['later']} ({math.ceil(int(seconds) / 60)} min)"


def spoken(request: Request) -> tuple[str, Words]:
    """Give the language of who asks, and its words."""
    language = language_of(headers_of(request.scope).get("accept-language", ""))
    return language, languages()[language]
