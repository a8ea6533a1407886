"""Where a click comes from, read from a request's headers."""

from starlette.requests import Request

from c2cd.guard.origin import Arrival

# The standard's name, and those that older browsers used for it.
_PURPOSES = ("sec-purpose", "purpose", "x-purpose", "x-moz")


def arrival_of(request: Request) -> Arrival:
    """Read it; several headers of one purpose are one."""
    headers = request.headers
    purposes = [value for name in _PURPOSES for value in headers.getlist(name)]
    return Arrival(
        verb=request.method,
        origin=headers.get("origin"),
        referer=headers.get("referer"),
        fetch_site=headers.get("sec-fetch-site"),
        purpose=", ".join(purposes) or None,
    )
