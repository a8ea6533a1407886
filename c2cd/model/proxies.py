"""Whose word is taken for the address that a click comes from."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Who comes by a Unix socket has no address but this.
UNIX = "unix"
# The widest networks of one owner, by version: 10.0.0.0/8 and fc00::/7.
_WIDEST = {4: 8, 6: 7}
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")


@dataclass(frozen=True)
class TrustedProxies:
    """The proxies whose X-Forwarded-For is believed. ``unix``: all who come by a Unix socket."""

    networks: tuple[Network, ...] = ()
    unix: bool = False

    def has(self, address: Address) -> bool:
        """Tell whether this is the address of one of them; IPv4's must not be written as IPv6's."""
        return any(address in network for network in self.networks)


def read_proxies(words: Iterable[str]) -> TrustedProxies:
    """Read addresses, networks and ``unix``.

    ValueError, in words for people, where one is none of these, or a network too wide.
    """
    words = set(words)
    return TrustedProxies(tuple(_network(word) for word in sorted(words - {UNIX})), UNIX in words)


def _network(word: str) -> Network:
    if word == "*":
        raise ValueError("'*' would let every client choose the address that it is limited by")
    try:
        network = ipaddress.ip_network(word)
    except ValueError as error:
        raise ValueError(f"expected an address, a network or {UNIX!r}: {error}") from error
    if "%" in word:
        raise ValueError(f"expected an address without a zone, not {word!r}")
    if network.prefixlen < _WIDEST[network.version]:
        raise ValueError(
            f"{word!r} is so wide that clients could choose the address that they are limited by"
        )
    if isinstance(network, ipaddress.IPv6Network) and network.overlaps(_MAPPED):
        raise ValueError(f"expected an IPv4 network as such, not {word!r}")
    return network
