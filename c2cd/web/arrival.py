"""Where a click comes from, read from a request's headers."""

from starlette.requests import Request

from c2cd.guard.origin import Arrival
from c2cd.web.headers import all_of, headers_of

# The standard's name, and those that older browsers used for it.
_PURPOSES = ("sec-purpose", "purpose", "x-purpose", "x-moz")


def arrival_of(request: Request) -> Arrival:
    """Read it; several headers of one purpose are one."""
    headers = headers_of(request.scope)
    purposes = [value for name in _PURPOSES for value in all_of(request.scope, name)]
    return Arrival(
        verb=request.method,
        origin=headers.get("origin"),
        referer=headers.get("referer"),
        fetch_site=headers.get("sec-fetch-site"),
        purpose=", ".join(purposes) or None,
    )
