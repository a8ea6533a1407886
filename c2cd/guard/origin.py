"""Where a click comes from: what a browser says of itself and of the page that it shows.

This holds browsers back, and with them the pages of others. What is no browser can write any header.
"""

from collections.abc import Iterable

from msgspec import Struct

from c2cd.errors import Denied

PREFETCH = "prefetch"
GET = "get"
ORIGIN = "origin"

_ANY = "*"
_LOOKING = ("prefetch", "prerender", "preview")
_FOREIGN = {"cross-site", "same-site"}
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_LONGEST_SHOWN = 255


class Arrival(Struct, frozen=True, kw_only=True):
    """What a request says of where it comes from; None where it has no such header.

    ``fetch_site`` is Sec-Fetch-Site; ``purpose`` has the values of Sec-Purpose and its older names.
    """

    verb: str
    origin: str | None = None
    referer: str | None = None
    fetch_site: str | None = None
    purpose: str | None = None


def refuse_arrival(arrival: Arrival, allowed_origins: Iterable[str], *, allow_get: bool) -> None:
    """Raise Denied, rule ``prefetch``, ``get`` or ``origin``, where a click may not come in this way.

    What only looks ahead (a prefetch, a prerender, a preview) never dials. With ``allowed_origins``, unless
    ``*`` is among them, a page that sends a click must be of one of them: by Origin, else by Referer. A
    request with neither is refused where Sec-Fetch-Site says that another page sent it.
    """
    purpose = (arrival.purpose or "").lower()
    if any(word in purpose for word in _LOOKING):
        raise Denied(
            PREFETCH, "This request only looks ahead (prefetch, prerender or preview): it calls nobody"
        )
    if arrival.verb == "GET" and not allow_get:
        raise Denied(GET, "A click must be a POST here: allow_get is false")
    allowed = {_normal(origin) for origin in allowed_origins}
    if not allowed or _ANY in allowed:
        return
    came_from = arrival.origin or arrival.referer
    if came_from:
        origin = _normal(came_from)
        if origin not in allowed:
            shown = origin[:_LONGEST_SHOWN]
            raise Denied(ORIGIN, f"Clicks from {shown} are not taken: it is not one of allowed_origins")
    elif (arrival.fetch_site or "").lower() in _FOREIGN:
        message = (
            "Clicks from a page that does not say its origin are not taken: allowed_origins are set, and the"
            " request has neither Origin nor Referer"
        )
        raise Denied(ORIGIN, message)


def _normal(url: str) -> str:
    """Give a URL's scheme, host and port in the one form in which browsers write them (RFC 6454, 6.2)."""
    scheme, separator, rest = url.lower().partition("://")
    for end in "/?#":
        rest = rest.partition(end)[0]
    host = rest.rpartition("@")[2].removesuffix(_DEFAULT_PORTS.get(scheme, ""))
    return f"{scheme}{separator}{host}"
