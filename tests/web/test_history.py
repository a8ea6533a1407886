"""The history of a button: which calls are in it, and in which order."""

import time

import pytest

from tests.web.site import Site, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

GREGORIAN = 62_167_219_200
DAY = 86_400


def gregorian(seconds_from_now: float = 0.0) -> int:
    """Give a moment as Kazoo counts."""
    return int(time.time() + seconds_from_now) + GREGORIAN


async def contacts(site: Site, button_id: str, **span: object) -> list[str]:
    """Give the contacts of a button's history."""
    response = await site.ask("GET", f"/{button_id}/history", params=span)
    assert response.status_code == 200, response.text
    assert response.json()["page_size"] == len(response.json()["data"])
    return [item["contact"] for item in response.json()["data"]]


async def test_a_new_button_has_no_history(site: Site) -> None:
    """Before its first click a button's history is an empty list."""
    assert await contacts(site, await site.button()) == []


async def test_the_newest_call_comes_first(site: Site) -> None:
    """Calls are listed from the newest to the oldest, successes and failures alike."""
    button_id = await site.button()
    for contact in ("111", "222486", "333"):
        await site.connect(button_id, contact)
    assert await contacts(site, button_id) == ["333", "222486", "111"]


async def test_a_live_call_is_listed(site: Site) -> None:
    """A call is in the history from its click on, without a result until there is one."""
    button_id = await site.button(timeout=2)
    await site.connect(button_id, "5480")
    response = await site.ask("GET", f"/{button_id}/history")
    (item,) = response.json()["data"]
    assert item["state"] in {"requested", "ringing", "answered"}
    assert "result" not in item
    assert "cause" not in item
    ended = await site.daemon.wait_until(button_id, "ended")
    assert ended["result"] == "error"


async def test_refused_clicks_are_not_listed(site: Site) -> None:
    """What a guard refused was no call."""
    button_id = await site.button(whitelist=["^1"])
    await site.connect(button_id, "222")
    await site.connect(button_id, "111")
    assert await contacts(site, button_id) == ["111"]


async def test_buttons_have_their_own_history(site: Site) -> None:
    """A call is in the history of the button that was clicked, and of no other."""
    one, two = await site.button(), await site.button()
    await site.connect(one, "111")
    await site.connect(two, "222")
    assert (await contacts(site, one), await contacts(site, two)) == (["111"], ["222"])


async def test_a_span_picks_the_calls_in_it(site: Site) -> None:
    """created_from and created_to, in Gregorian seconds, leave out what is older and newer."""
    button_id = await site.button()
    await site.connect(button_id, "111")
    assert await contacts(site, button_id, created_from=gregorian(-60), created_to=gregorian(60)) == ["111"]
    assert await contacts(site, button_id, created_from=gregorian(-60)) == ["111"]
    assert await contacts(site, button_id, created_to=gregorian(60)) == ["111"]
    assert await contacts(site, button_id, created_from=gregorian(60)) == []
    assert await contacts(site, button_id, created_to=gregorian(-60)) == []
    assert await contacts(site, button_id, created_from=gregorian(-120), created_to=gregorian(-60)) == []


async def test_both_bounds_belong_to_the_span(site: Site) -> None:
    """A call of the very second that bounds a span is in it."""
    button_id = await site.button()
    await site.connect(button_id, "111")
    response = await site.ask("GET", f"/{button_id}/history")
    at = response.json()["data"][0]["timestamp"]
    assert await contacts(site, button_id, created_from=at, created_to=at) == ["111"]
    assert await contacts(site, button_id, created_from=at - 9, created_to=at - 1) == []
    assert await contacts(site, button_id, created_from=at + 1, created_to=at + 9) == []


@pytest.mark.parametrize(("since", "until"), [(60, -60), (-32 * DAY, 0), (0, 32 * DAY), (-(10**10), 0)])
async def test_a_span_that_is_too_wide_or_reversed_is_refused(site: Site, since: int, until: int) -> None:
    """A span is at most 31 days and runs forwards, or it is refused by Kazoo's rule."""
    response = await site.ask(
        "GET",
        f"/{await site.button()}/history",
        params={"created_from": gregorian(since), "created_to": gregorian(until)},
    )
    faults = faults_of(response)
    assert list(faults) == ["created_from"]
    assert list(faults["created_from"]) == ["date_range"]


@pytest.mark.parametrize("key", ["created_from", "created_to"])
@pytest.mark.parametrize("value", ["", "soon", "-1", "1.5", "\u0661", "9" * 400, "1e9"])
async def test_a_bound_is_a_number(site: Site, key: str, value: str) -> None:
    """A bound that is no number is refused as such."""
    response = await site.ask("GET", f"/{await site.button()}/history", params={key: value})
    assert list(faults_of(response)) == [key]


async def test_31_days_are_not_too_many(site: Site) -> None:
    """The widest span is exactly 31 days."""
    now = gregorian()
    button_id = await site.button()
    await site.connect(button_id, "111")
    widest = {"created_from": now + 60 - 31 * DAY, "created_to": now + 60}
    assert await contacts(site, button_id, **widest) == ["111"]
