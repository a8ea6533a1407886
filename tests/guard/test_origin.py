"""Where a click may come from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2cd.errors import Denied
from c2cd.guard.origin import GET, ORIGIN, PREFETCH, Arrival, refuse_arrival

SHOP = "https://shop.example"
ALLOWED = (SHOP, "http://Intranet:8080", "https://[2001:DB8::1]:8443", "https://ports.example:443")


def refused(arrival: Arrival, *allowed: str, allow_get: bool = True) -> Denied | None:
    """Give what refuses an arrival."""
    try:
        refuse_arrival(arrival, allowed, allow_get=allow_get)
    except Denied as denied:
        return denied
    return None


def rule(arrival: Arrival, *allowed: str, allow_get: bool = True) -> str | None:
    """Give the rule that refuses an arrival."""
    denied = refused(arrival, *allowed, allow_get=allow_get)
    return None if denied is None else denied.rule


@pytest.mark.parametrize(
    "purpose",
    [
        "prefetch",
        "Prefetch",
        "prefetch;prerender",
        "prefetch;anonymous-client-ip",
        "prerender",
        "preview",
        "instant, preview",
    ],
)
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_what_looks_ahead_never_dials(purpose: str, verb: str) -> None:
    """A prefetch, prerender or preview is refused, wherever it comes from."""
    assert rule(Arrival(verb=verb, purpose=purpose, origin=SHOP)) == PREFETCH
    assert rule(Arrival(verb=verb, purpose=purpose, origin=SHOP), "*") == PREFETCH
    assert rule(Arrival(verb=verb, purpose=purpose, origin=SHOP), SHOP) == PREFETCH


def test_get() -> None:
    """A GET is a click unless the configuration says that it is none; another purpose changes nothing."""
    assert rule(Arrival(verb="GET", purpose="navigate")) is None
    assert rule(Arrival(verb="GET"), allow_get=False) == GET
    assert rule(Arrival(verb="POST"), allow_get=False) is None
    assert "allow_get" in str(refused(Arrival(verb="GET"), allow_get=False))


@pytest.mark.parametrize(
    ("origin", "wanted"),
    [
        (SHOP, None),
        ("HTTPS://SHOP.example", None),
        ("https://shop.example:443", None),
        ("https://ports.example", None),
        ("http://intranet:8080", None),
        ("https://[2001:db8::1]:8443", None),
        ("http://shop.example", ORIGIN),
        ("https://shop.example:444", ORIGIN),
        ("https://shop.example:80", ORIGIN),
        ("https://shop.example.evil.example", ORIGIN),
        ("https://evil.example", ORIGIN),
        ("https://www.shop.example", ORIGIN),
        ("https://shop.exampl", ORIGIN),
        ("http://intranet", ORIGIN),
        ("null", ORIGIN),
        ("*", ORIGIN),
        ("https://shop.example https://evil.example", ORIGIN),
        ("file://", ORIGIN),
    ],
)
def test_origin_must_be_listed(origin: str, wanted: str | None) -> None:
    """With allowed_origins a page's origin is one of them by scheme, host and port, in whatever case."""
    for verb in ("GET", "POST"):
        assert rule(Arrival(verb=verb, origin=origin), *ALLOWED) == wanted
        assert rule(Arrival(verb=verb, origin=origin)) is None
        assert rule(Arrival(verb=verb, origin=origin), SHOP, "*") is None


def test_no_origin_of_its_own() -> None:
    """A page without an origin (null: a sandbox, a file) may click where null is listed."""
    assert rule(Arrival(verb="POST", origin="null"), SHOP) == ORIGIN
    assert rule(Arrival(verb="POST", origin="null"), SHOP, "null") is None


@pytest.mark.parametrize(
    ("referer", "wanted"),
    [
        ("https://shop.example/contact?a=b#c", None),
        ("https://shop.example", None),
        ("https://shop.example?x", None),
        ("https://me:secret@shop.example/", None),
        ("https://shop.example@evil.example/", ORIGIN),
        ("https://evil.example/https://shop.example/", ORIGIN),
        ("https://evil.example?https://shop.example", ORIGIN),
        ("https://evil.example#@shop.example", ORIGIN),
        ("http://[::1", ORIGIN),
        ("about:blank", ORIGIN),
        ("android-app://com.example.shop/", ORIGIN),
    ],
)
def test_referer_stands_in(referer: str, wanted: str | None) -> None:
    """Without Origin, as a GET may come, the origin of the Referer must be listed."""
    assert rule(Arrival(verb="GET", referer=referer), SHOP) == wanted
    assert rule(Arrival(verb="GET", referer=referer, origin=SHOP), SHOP) is None
    assert rule(Arrival(verb="GET", referer=referer, origin="https://evil.example"), SHOP) == ORIGIN


@pytest.mark.parametrize(
    ("site", "wanted"),
    [
        ("cross-site", ORIGIN),
        ("Same-Site", ORIGIN),
        ("same-origin", None),
        ("none", None),
        ("", None),
        (None, None),
    ],
)
def test_a_page_that_hides_itself(site: str | None, wanted: str | None) -> None:
    """With neither Origin nor Referer a request is refused where it says that another page sent it."""
    assert rule(Arrival(verb="GET", fetch_site=site), SHOP) == wanted
    assert rule(Arrival(verb="GET", fetch_site=site)) is None


def test_words() -> None:
    """The message says which origin came, without what else an address may hold, and which key to change."""
    denied = refused(Arrival(verb="GET", referer="https://me:secret@evil.example/page?token=1"), SHOP)
    assert str(denied) == "Clicks from https://evil.example are not taken: it is not one of allowed_origins"


texts = st.none() | st.text(max_size=40) | st.sampled_from([SHOP, "null", "https://evil.example/", "x://y@z"])


@given(
    st.sampled_from(["GET", "POST"]),
    texts,
    texts,
    texts,
    texts,
    st.lists(st.sampled_from([*ALLOWED, "null", "*"])),
)
def test_whatever_comes(
    verb: str,
    origin: str | None,
    referer: str | None,
    site: str | None,
    purpose: str | None,
    allowed: list[str],
) -> None:
    """Whatever stands in the headers, the click is let in or denied."""
    arrival = Arrival(verb=verb, origin=origin, referer=referer, fetch_site=site, purpose=purpose)
    assert rule(arrival, *allowed, allow_get=False) in {None, PREFETCH, GET, ORIGIN}
