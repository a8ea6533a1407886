"""The button's click: what it says of each refusal, that it dials once, and how it follows a call."""

import json
from typing import Any

import pytest
from playwright.async_api import Request, Route, expect

from tests.browser.conftest import NewVisitor
from tests.browser.pages import Origin, page, strict_policy
from tests.browser.visitor import Visitor
from tests.browser.widget import CONTACT, PUBLIC, CallButton, tag
from tests.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONNECT = "**/connect"
EVENTS = "**/events?*"
RINGS_ON = "+1555480"
TALKS_ON = "+1555777"
IN_A_WHILE = r"in \d+ (seconds|minutes)"


async def answer(route: Route, status: int, data: object, wait: int | None = None) -> None:
    """Answer in the server's place."""
    headers = {"access-control-allow-origin": "*", "access-control-expose-headers": "retry-after"}
    if wait is not None:
        headers["retry-after"] = str(wait)
    await route.fulfill(status=status, headers=headers, json={"data": data})


def is_click(request: Request) -> bool:
    """Tell whether a request is a click, and no try of a number."""
    sent = json.loads(request.post_data or "{}").get("data", {})
    return request.url.endswith("/connect") and request.method == "POST" and "dry_run" not in sent


def keys(visitor: Visitor) -> list[str]:
    """Give the Idempotency-Keys of the clicks that were sent."""
    return [request.headers["idempotency-key"] for request in visitor.asked if is_click(request)]


@pytest.mark.parametrize(
    ("status", "data", "wait", "key", "when"),
    [
        (429, {"rule": "throttle", "limit": "throttle"}, 40, "throttled", "in 40 seconds"),
        (429, {"rule": "budget", "limit": "calls_per_day"}, 40_000, "throttled", "in 12 hours"),
        (429, {"rule": "address", "limit": "address_per_minute"}, 120, "throttled", "in 2 minutes"),
        (429, {"rule": "contact", "limit": "contact_live"}, 5, "live", ""),
        (403, {"rule": "hours"}, 100_000, "closed", r"\w+day.*\d:\d\d.*"),
        (403, {"rule": "hours"}, None, "closed", "later"),
        (403, {"rule": "blocklist"}, None, "refused", ""),
        (403, {"rule": "origin"}, None, "page", ""),
        (403, {"rule": "signature"}, None, "page", ""),
        (403, {"rule": "challenge"}, None, "challenge", ""),
        (400, CONTACT, None, "refused", ""),
        (400, {"contact": {"country": {"message": "no"}}}, None, "refused", ""),
        (400, {"contact": {"kind": {"message": "no"}}}, None, "refused", ""),
        (400, {"contact": {"invalid": {"message": "no"}}}, None, "invalid", ""),
        (401, {"message": "no"}, None, "page", ""),
        (404, {"message": "no"}, None, "page", ""),
        (500, {"message": "no"}, None, "failed", ""),
        (502, {"message": "no"}, None, "failed", ""),
        (503, {"message": "no"}, 5, "away", "in 5 seconds"),
        (503, {"message": "no"}, None, "away", "later"),
        (504, {"message": "no"}, None, "may-ring", ""),
    ],
)
async def test_a_word_for_each_refusal(
    site: Site,
    visitor: Visitor,
    shop: Origin,
    status: int,
    data: object,
    wait: int | None,
    key: str,
    when: str,
) -> None:
    """Each refusal is told in its own words, the number stays to be sent again, and the page hears of it."""
    button = await CallButton.on(visitor, shop, site.daemon.url, await site.button(**PUBLIC))
    await button.listen()
    await button.page.route(CONNECT, lambda route: answer(route, status, data, wait))
    await button.ask_for_a_call()
    await button.says(key, when=when)
    await expect(button.number).to_have_value(CONTACT)
    await expect(button.number if key in {"invalid", "refused"} else button.submit).to_be_visible()
    assert [(told["state"], told["status"]) for told in await button.heard()] == [("refused", status)]


async def test_an_answer_that_is_lost_dials_once(site: Site, visitor: Visitor, shop: Origin) -> None:
    """A click whose answer is lost is sent again as the same one, and is followed: one call is placed."""
    button_id = await site.button(**PUBLIC)
    button = await CallButton.on(visitor, shop, site.daemon.url, button_id)

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await button.page.route(CONNECT, lose, times=1)
    visitor.expects("net::ERR_FAILED")
    await button.ask_for_a_call()
    await button.says("ended")
    assert len(keys(visitor)) == 2
    assert len(set(keys(visitor))) == 1
    assert site.calls(button_id) == 1


async def test_who_tries_again_after_a_loss_clicks_the_same_click(
    site: Site, visitor: Visitor, shop: Origin
) -> None:
    """Where both attempts are lost that is said. Another try is the same click still, a later one is not."""
    button_id = await site.button(**PUBLIC)
    button = await CallButton.on(visitor, shop, site.daemon.url, button_id)
    await button.page.route(CONNECT, lambda route: route.abort(), times=2)
    visitor.expects("net::ERR_FAILED")
    await button.ask_for_a_call()
    await button.says("offline")
    await expect(button.submit).to_be_focused()
    for _ in range(2):
        await button.submit.click()
        await button.says("ended")
        await button.number.press("End")
    assert [keys(visitor).index(key) for key in keys(visitor)] == [0, 0, 0, 3]
    assert site.calls(button_id) == 2


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_failure_on_the_way_dials_once(
    site: Site, visitor: Visitor, shop: Origin, status: int
) -> None:
    """Who clicks again after an error that may hide a call, as a proxy's 502, clicks the same click still."""
    button_id = await site.button(**PUBLIC)
    button = await CallButton.on(visitor, shop, site.daemon.url, button_id)

    async def fail(route: Route) -> None:
        await route.fetch()
        await answer(route, status, {})

    await button.page.route(CONNECT, fail, times=1)
    await button.ask_for_a_call()
    await button.says("may-ring" if status == 504 else "failed")
    await button.submit.click()
    await button.says("ended")
    assert len(keys(visitor)) == 2
    assert site.calls(button_id) == 1


async def test_a_click_that_is_being_answered_is_waited_for(
    site: Site, visitor: Visitor, shop: Origin
) -> None:
    """Where the same click is being answered already it is asked again, until there is an answer."""
    button_id = await site.button(**PUBLIC)
    button = await CallButton.on(visitor, shop, site.daemon.url, button_id)
    await button.page.route(CONNECT, lambda route: answer(route, 409, {}, 1), times=2)
    await button.ask_for_a_call()
    await button.says("ended")
    assert len(keys(visitor)) == 3
    assert len(set(keys(visitor))) == 1


async def test_a_challenge_that_is_refused_is_solved_anew(site: Site, visitor: Visitor, shop: Origin) -> None:
    """Where a challenge is refused, as one that is too old, another one is asked for, once."""
    button = await CallButton.on(visitor, shop, site.daemon.url, await site.button(**PUBLIC))
    await button.page.route(CONNECT, lambda route: answer(route, 403, {"rule": "challenge"}), times=1)
    await button.ask_for_a_call()
    await button.says("ended")
    assert len([request for request in visitor.asked if request.url.endswith("/challenge")]) == 2
    assert len(set(keys(visitor))) == 2


async def test_a_page_that_is_not_secure(site: Site, visitor: Visitor, shop: Origin) -> None:
    """Where browsers have nothing to solve a challenge by, as on plain http, that is said."""
    await visitor.context.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
    button = await CallButton.on(visitor, shop, site.daemon.url, await site.button(**PUBLIC))
    challenge = {"challenge": {"parameters": {}, "signature": ""}, "seconds": 600}
    await button.page.route("**/challenge", lambda route: answer(route, 200, challenge))
    await button.ask_for_a_call()
    await button.says("insecure")
    assert keys(visitor) == []


async def test_ended_by_who_clicked(site: Site, visitor: Visitor, shop: Origin) -> None:
    """A call that rings is cancelled, and the page hears of it too."""
    button_id = await site.button(**PUBLIC)
    button = await CallButton.on(visitor, shop, site.daemon.url, button_id)
    await button.listen()
    await button.ask_for_a_call(RINGS_ON)
    await button.says("ringing-contact")
    await button.cancel.click()
    await button.says("cancelled")
    told = (await button.heard())[-1]
    assert (told["state"], told["result"], told["cause"]) == ("ended", "error", "ORIGINATOR_CANCEL")


async def test_what_cannot_be_ended_from_here(site: Site, visitor: Visitor, shop: Origin) -> None:
    """Where the switch does not let c2cd end calls the visitor is told what to do instead."""
    button = await CallButton.on(visitor, shop, site.daemon.url, await site.button(**PUBLIC))
    await button.page.route(
        "**/connect/*",
        lambda route: answer(route, 501, {}) if route.request.method == "DELETE" else route.continue_(),
    )
    await button.ask_for_a_call(TALKS_ON)
    await button.says("bridged")
    await button.cancel.click()
    await button.says("no-cancel")
    await expect(button.cancel).to_be_hidden()
    await expect(button.closer).to_be_focused()


async def test_where_calls_cannot_be_ended_nothing_ends_them(
    site: Site, visitor: Visitor, shop: Origin
) -> None:
    """Where the answer to the click says that c2cd may not end calls, there is nothing to end it with."""
    button = await CallButton.on(visitor, shop, site.daemon.url, await site.button(**PUBLIC))

    async def without_the_right(route: Route) -> None:
        response = await route.fetch()
        said = await response.json()
        said["data"] |= {"can_hang_up": False}
        await route.fulfill(response=response, json=said)

    await button.page.route(CONNECT, without_the_right)
    await button.ask_for_a_call(TALKS_ON)
    await button.says("bridged")
    await expect(button.cancel).to_be_hidden()
    await expect(button.closer).to_be_focused()


async def test_a_call_that_fails_unseen_comes_back(site: Site, visitor: Visitor, shop: Origin) -> None:
    """Who has closed the panel is shown how the call failed, without the focus being taken."""
    button = await CallButton.on(visitor, shop, site.daemon.url, await site.button(timeout=1, **PUBLIC))
    await button.ask_for_a_call(RINGS_ON)
    await button.says("ringing-contact")
    await button.closer.click()
    await expect(button.panel).to_be_hidden()
    await button.says("no-answer", name="Your phone")
    await expect(button.panel).to_be_visible()
    await expect(button.opener).to_be_focused()


async def test_a_stream_that_is_refused(site: Site, visitor: Visitor, shop: Origin) -> None:
    """Where there is no stream the call is asked about, to its end."""
    button = await CallButton.on(visitor, shop, site.daemon.url, await site.button(**PUBLIC))
    await button.page.route(EVENTS, lambda route: answer(route, 503, {}))
    await button.ask_for_a_call()
    await button.says("ended")


async def test_a_call_that_is_asked_about(site: Site, visitor: Visitor, shop: Origin) -> None:
    """What is asked again and again is said, and told to the page, once for each step."""
    await visitor.context.clock.install()
    button = await CallButton.on(visitor, shop, site.daemon.url, await site.button(**PUBLIC))
    await button.listen()
    there, nobody = {"answered_at": "2026-11-26T09:00:00Z"}, {"answered_at": None}
    steps = [
        ({"state": "answered", "legs": {"extension": there, "contact": nobody}}, "answered-extension"),
        ({"state": "answered", "legs": {"extension": there, "contact": there}}, "connecting"),
        ({"state": "bridged", "legs": {"extension": there, "contact": there}}, "bridged"),
        ({"state": "ended", "legs": {"extension": there, "contact": there}, "result": "success"}, "ended"),
    ]
    asked = 0

    async def look(route: Route) -> None:
        nonlocal asked
        step, _ = steps[min(asked // 2, len(steps) - 1)]
        asked += 1
        await answer(route, 200, {"dial_first": "extension", **step})

    await button.page.route("**/connect/c2c-**", look)
    await button.page.route(EVENTS, lambda route: answer(route, 503, {}))
    await button.ask_for_a_call()
    for _, key in steps:
        await button.says(key)
        await button.page.clock.run_for(4_000)
    assert [told["state"] for told in await button.heard()] == ["answered", "answered", "bridged", "ended"]


async def test_a_call_that_nobody_knows(site: Site, visitor: Visitor, shop: Origin) -> None:
    """Where nobody tells of the call any more that is said, and nothing else is made up."""
    await visitor.context.clock.install()
    button = await CallButton.on(visitor, shop, site.daemon.url, await site.button(**PUBLIC))
    await button.page.route("**/connect/c2c-**", lambda route: answer(route, 401, {}))
    await button.ask_for_a_call()
    await button.page.clock.fast_forward(2_000)
    await button.says("unknown")


async def test_what_is_heard_twice_is_said_once(site: Site, visitor: Visitor, shop: Origin) -> None:
    """A stream that begins anew, as it does from the call's beginning, is gone on with where it was lost."""
    button = await CallButton.on(visitor, shop, site.daemon.url, await site.button(**PUBLIC))
    await button.listen()
    head = {"access-control-allow-origin": "*", "content-type": "text/event-stream"}
    told = 'retry: 10\n\ndata: {"state":"requested"}\n\ndata: {"state":"ringing","leg":"extension"}\n\n'
    ended = 'data: {"state":"ended","result":"success"}\n\n'
    await button.page.route(EVENTS, lambda route: route.fulfill(headers=head, body=told + ended))
    await button.page.route(EVENTS, lambda route: route.fulfill(headers=head, body=told), times=2)
    await button.ask_for_a_call()
    await button.says("ended")
    assert [heard["state"] for heard in await button.heard()] == ["requested", "ringing", "ended"]


async def test_a_preview_calls_nobody(site: Site, visitor: Visitor, shop: Origin) -> None:
    """A preview says what a click would come to, and places none."""
    button_id = await site.button(**PUBLIC)
    button = await CallButton.on(visitor, shop, site.daemon.url, button_id, preview="")
    await button.ask_for_a_call()
    await expect(button.status).to_have_text(f"{CONTACT} can be called.")
    await button.number.fill("+49301234")
    await button.submit.click()
    await button.says("refused")
    assert keys(visitor) == []
    assert site.calls(button_id) == 0


async def test_a_signed_link(site: Site, new_visitor: NewVisitor, shop: Origin) -> None:
    """A link for a contact asks for no number, dials at the click, and a second time is no longer valid."""
    button_id = await site.button(signature_required=True, **PUBLIC)
    answer = await site.ask("POST", f"/{button_id}/sign", json={"data": {"contact": TALKS_ON}})
    signed = answer.json()["data"]["signed"]
    for key in ("bridged", "link"):
        button = await CallButton.on(await new_visitor(), shop, site.daemon.url, button_id, signed=signed)
        await button.opener.click()
        await button.says(key)
        await expect(button.number).to_be_hidden()
        await expect(button.cancel if key == "bridged" else button.closer).to_be_focused()
    assert site.calls(button_id) == 1


async def test_several_buttons_on_a_page(site: Site, visitor: Visitor, shop: Origin) -> None:
    """Each tag makes a button of its own, right after it, however it is loaded."""
    ids = [await site.button(name=name, **PUBLIC) for name in ("Sales", "Support", "Press")]
    tags = [tag(site.daemon.url, button_id) for button_id in ids]
    tags[1] = tags[1].replace("<script", "<script async")
    tags[2] = tags[2].replace("<script", '<script type="module"')
    opened = await visitor.open(shop.put("/", page("<hr>".join(tags)), strict_policy(site.daemon.url)))
    await expect(opened.locator("script + c2cd-button")).to_have_count(3)
    for button_id, name in zip(ids, ("Sales", "Support", "Press"), strict=True):
        button = CallButton(opened, opened.locator(f"c2cd-button[data-button='{button_id}']"))
        await button.ask_for_a_call(TALKS_ON)
        await button.says("bridged", name=name)
        await button.closer.click()
    assert [site.calls(button_id) for button_id in ids] == [1, 1, 1]


async def test_one_that_is_broken_leaves_the_others(site: Site, visitor: Visitor, shop: Origin) -> None:
    """A tag whose link can't be read has no button, and is no harm to the others."""
    button_id = await site.button(**PUBLIC)
    body = tag(site.daemon.url, button_id, signed="{{ link }}") + tag(site.daemon.url, button_id)
    visitor.expects("atob")
    opened = await visitor.open(shop.put("/", page(body)))
    await expect(opened.locator("c2cd-button")).to_have_count(1)


async def test_nothing_is_kept_or_told(site: Site, visitor: Visitor, shop: Origin) -> None:
    """Nothing is left in the browser, and no cookie is sent."""
    await visitor.context.add_cookies([{"name": "a", "value": "b", "url": site.daemon.url}])
    button = await CallButton.on(visitor, shop, site.daemon.url, await site.button(**PUBLIC))
    await button.ask_for_a_call()
    await button.says("ended")
    kept: Any = await button.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert kept == [0, 0, "a=b"]
    sent = [await request.all_headers() for request in visitor.asked if "/v2/" in request.url]
    assert sent
    assert not [headers for headers in sent if "cookie" in headers]
