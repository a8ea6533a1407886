"""Where a click comes from: the address that limits are counted by."""

import functools
import ipaddress
import logging
import re

from starlette.requests import HTTPConnection

from c2cd.model.proxies import UNIX, Address, TrustedProxies
from c2cd.web.headers import all_of

# With a port or without; IPv6 in brackets where it has one, and with its zone, which means nothing elsewhere.
_FORMS = re.compile(
    r"\[(?P<bracketed>[0-9a-f:.]+)(%[^\]]*)?\](:[0-9]{1,5})?"
    r"|(?P<v4>[0-9.]+)(:[0-9]{1,5})?"
    r"|(?P<v6>[0-9a-f:.]+)(%.*)?",
    re.IGNORECASE,
)
_HOUSEHOLD = 64  # the least that one subscriber of IPv6 has

# So many addresses are not read anew; each is as long as a head at most, and few are.
_REMEMBERED = 256

log = logging.getLogger(__name__)


def client_of(request: HTTPConnection, trusted: TrustedProxies) -> str:
    """Give the address that a request comes from, or ``unix`` for a Unix socket's peer.

    That is the peer, or, if the peer is a trusted proxy, the address that it gives in X-Forwarded-For: of all
    there the last that is no trusted proxy, since what stands before it is only what that client says.
    """
    sent = all_of(request.scope, "x-forwarded-for")
    host = request.client.host if request.client is not None else UNIX
    peer = _read(host)
    if not sent:
        return host if peer is None else str(peer)
    is_trusted = trusted.unix if request.client is None else peer is not None and trusted.has(peer)
    if is_trusted:
        for element in reversed(",".join(sent).split(",")):
            address = _read(element.strip())
            if address is None:
                break
            peer = address
            if not trusted.has(address):
                break
    elif request.client is None or (peer is not None and peer.is_private):
        _warn_once()
    return host if peer is None else str(peer)


@functools.lru_cache(_REMEMBERED)
def network_of(address: str) -> str:
    """Give what an address is counted by: an IPv4 address itself, the /64 of an IPv6 one, ``unix`` itself."""
    read = _read(address)
    if isinstance(read, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((read, _HOUSEHOLD), strict=False))
    return address if read is None else str(read)


@functools.lru_cache(_REMEMBERED)
def _read(text: str) -> Address | None:
    form = _FORMS.fullmatch(text)
    if form is None:
        return None
    try:
        address = ipaddress.ip_address(form["bracketed"] or form["v4"] or form["v6"])
    except ValueError:
        return None
    # An IPv4 client of a socket that takes both.
    return (isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped) or address


@functools.cache
def _warn_once() -> None:
    log.warning(
        "http.trusted_proxies: X-Forwarded-For comes from a near peer that is not among them, and is ignored:"
        " all who come by it are one client, with one limit"
    )
