"""Where a click comes from: nobody but a trusted proxy has a say in it."""

import ipaddress
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from c2cd.model.proxies import read_proxies
from c2cd.web import client
from c2cd.web.client import client_of, network_of

PROXIES = ["10.0.0.0/8", "192.0.2.7", "2001:db8:aa::/48", "fe80::7"]
NEAR = ["127.0.0.1", "::1", "192.168.1.5", "::ffff:192.168.1.5", "fd00::1", None]


@pytest.fixture(autouse=True)
def _nothing_said_yet() -> Iterator[None]:
    client._warn_once.cache_clear()
    yield
    client._warn_once.cache_clear()


def seen(peer: str | None, *sent: str, trusted: list[str] = PROXIES) -> str:
    """Give the address of a request of this peer, None for a Unix one's, with such X-Forwarded-For lines."""
    headers = [(b"x-forwarded-for", line.encode("latin-1", "replace")) for line in sent]
    address = None if peer is None else (peer, 40000)
    request = HTTPConnection({"type": "http", "client": address, "headers": headers})
    return client_of(request, read_proxies(trusted))


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("2001:0DB8:0:0::1", "2001:db8::1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("10.0.0.1", "10.0.0.1"),
        (None, "unix"),
    ],
)
def test_a_peer(peer: str | None, expected: str) -> None:
    """Without X-Forwarded-For it is the peer, in one way of writing it."""
    assert seen(peer) == expected


@pytest.mark.parametrize("peer", ["198.51.100.1", "192.0.2.8", "2001:db8:ab::1", "::1", None])
def test_a_peer_that_is_not_trusted(peer: str | None) -> None:
    """What a peer says that is no trusted proxy is ignored, also if it names one."""
    own = peer or "unix"
    for said in ("203.0.113.5", "10.0.0.1", "unix", "", "203.0.113.5, 10.0.0.1"):
        assert seen(peer, said) == own


@pytest.mark.parametrize(
    "peer", ["10.0.0.1", "192.0.2.7", "::ffff:10.0.0.1", "2001:db8:aa::1", "fe80::7%eth0"]
)
def test_a_peer_that_is_trusted(peer: str) -> None:
    """Of a trusted proxy, by address or network, the address that it gives is taken."""
    assert seen(peer, "203.0.113.5") == "203.0.113.5"


def test_a_unix_peer_that_is_trusted() -> None:
    """The word for who comes by a Unix socket trusts those, and nobody else."""
    assert seen(None, "203.0.113.5", trusted=["unix"]) == "203.0.113.5"
    assert seen(None, trusted=["unix"]) == "unix"
    assert seen("127.0.0.1", "203.0.113.5", trusted=["unix"]) == "127.0.0.1"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (["203.0.113.5"], "203.0.113.5"),
        (["203.0.113.5:567"], "203.0.113.5"),
        (["2001:db8::1"], "2001:db8::1"),
        (["[2001:db8::1]"], "2001:db8::1"),
        (["[2001:db8::1]:123"], "2001:db8::1"),
        (["[fe80::1%eth0]:123"], "fe80::1"),
        (["fe80::1%25eth0"], "fe80::1"),
        (["::ffff:203.0.113.5"], "203.0.113.5"),
        (["[::FFFF:203.0.113.5]:80"], "203.0.113.5"),
        (["  203.0.113.5  "], "203.0.113.5"),
        (["198.51.100.9, 203.0.113.5"], "203.0.113.5"),
        (["198.51.100.9,203.0.113.5,10.1.1.1, 10.2.2.2"], "203.0.113.5"),
        (["198.51.100.9", "203.0.113.5"], "203.0.113.5"),
        (["198.51.100.9, 203.0.113.5", "10.1.1.1"], "203.0.113.5"),
        (["203.0.113.5, [2001:db8:aa::5]:99"], "203.0.113.5"),
        (["10.3.3.3, 10.1.1.1"], "10.3.3.3"),
        (["203.0.113.5, unknown"], "10.0.0.1"),
        (["203.0.113.5, unknown, 10.1.1.1"], "10.1.1.1"),
        (["203.0.113.5, "], "10.0.0.1"),
        ([""], "10.0.0.1"),
        (["203.0.113.5", ""], "10.0.0.1"),
        (["203.0.113.256"], "10.0.0.1"),
        (["203.0.113.05"], "10.0.0.1"),
        (["203.0.113.5:"], "10.0.0.1"),
        (["203.0.113.5:123456"], "10.0.0.1"),
        (["203.0.113.5 203.0.113.6"], "10.0.0.1"),
        (["203.0.113.0/24"], "10.0.0.1"),
        (["[2001:db8::1"], "10.0.0.1"),
        (["2001:db8::1]:5"], "10.0.0.1"),
        (["[]:5"], "10.0.0.1"),
        (["_hidden"], "10.0.0.1"),
        (["for=203.0.113.5"], "10.0.0.1"),
        (["unix"], "10.0.0.1"),
        (["1" * 16_000], "10.0.0.1"),
    ],
)
def test_what_a_proxy_says(sent: list[str], expected: str) -> None:
    """Of all lines the last address counts that is no trusted proxy's; what is no address ends the search."""
    assert seen("10.0.0.1", *sent) == expected


addresses = st.ip_addresses().map(str)
elements = (
    addresses
    | st.ip_addresses(v=6).map("[{}]:8080".format)
    | st.ip_addresses(v=4, network="10.0.0.0/8").map("{}:1".format)
    | st.text(max_size=12)
)
lines = st.lists(st.lists(elements, max_size=4).map(", ".join) | st.text(max_size=40), max_size=3)


@given(peer=addresses, sent=lines)
def test_nobody_chooses_an_address(peer: str, sent: list[str]) -> None:
    """Whatever X-Forwarded-For holds, a peer that is not trusted has its own address."""
    assert seen(peer, *sent, trusted=[]) == seen(peer, trusted=[])


@given(sent=lines)
def test_what_is_taken_is_an_address(sent: list[str]) -> None:
    """Whatever a trusted proxy says, what is taken is an address, the proxy's own if there is no other."""
    found = seen("10.0.0.1", *sent)
    assert str(ipaddress.ip_address(found)) == found
    assert network_of(found)


@given(before=lines, address=st.ip_addresses(v=4, network="203.0.113.0/24").map(str))
def test_what_a_client_says_comes_first(before: list[str], address: str) -> None:
    """Whatever a client sends to a proxy that adds to it, the address that was added is taken."""
    assert seen("10.0.0.1", *before, address) == address
    assert seen("10.0.0.1", ", ".join([*before, address])) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::1", "::/64"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("unix", "unix"),
    ],
)
def test_network(address: str, network: str) -> None:
    """Limits count an IPv4 address by itself, and all of one IPv6 network together."""
    assert network_of(address) == network


@pytest.mark.parametrize("peer", NEAR)
def test_a_proxy_that_was_forgotten_is_told(peer: str | None, caplog: pytest.LogCaptureFixture) -> None:
    """That a near peer's X-Forwarded-For is ignored is in the log, once, with the key."""
    for _ in range(3):
        seen(peer, "203.0.113.5")
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.getMessage().startswith("http.trusted_proxies: ")


def test_others_are_not_told_of(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is logged where it comes from afar, is believed, or was not sent."""
    seen("8.8.8.8", "203.0.113.5")
    seen("10.0.0.1", "203.0.113.5")
    seen("127.0.0.1")
    assert caplog.records == []
