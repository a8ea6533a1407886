"""Where a request comes from."""

import pytest
from starlette.requests import Request

from c2cd.guard.origin import Arrival
from c2cd.web.arrival import arrival_of


def request(*headers: tuple[bytes, bytes], verb: str = "GET") -> Request:
    """Make a request with these headers."""
    return Request({"type": "http", "method": verb, "headers": list(headers)})


def test_a_request_that_says_nothing() -> None:
    """Without such headers only the verb is known."""
    assert arrival_of(request(verb="POST")) == Arrival(verb="POST")


def test_what_a_browser_says() -> None:
    """Each header goes where the guard looks for it."""
    headers = [
        (b"origin", b"https://a.example"),
        (b"referer", b"https://a.example/b"),
        (b"sec-fetch-site", b"cross-site"),
    ]
    assert arrival_of(request(*headers)) == Arrival(
        verb="GET", origin="https://a.example", referer="https://a.example/b", fetch_site="cross-site"
    )


@pytest.mark.parametrize("name", [b"sec-purpose", b"purpose", b"x-purpose", b"x-moz"])
def test_every_purpose_is_read(name: bytes) -> None:
    """By whichever of its names a purpose comes, it is seen, beside others too."""
    assert arrival_of(request((name, b"prefetch"))).purpose == "prefetch"
    found = arrival_of(request((b"purpose", b"other"), (name, b"prefetch"))).purpose
    assert found is not None
    assert {"other", "prefetch"} == set(found.split(", "))
