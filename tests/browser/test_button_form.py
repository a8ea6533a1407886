"""The button's form: by the keyboard, in each language, and how politely it asks about a number."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Request, Route, expect

from tests.browser.conftest import NewVisitor
from tests.browser.pages import Origin, page
from tests.browser.visitor import Visitor
from tests.browser.widget import CONTACT, PUBLIC, CallButton, languages, tag, words
from tests.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Longer than the pause after which it asks.
PAUSE = 1_000
# Clicks, and tries of a number.
CONNECT = "**/connect"


def tried(visitor: Visitor) -> list[str]:
    """Give the numbers that were only tried, as they were sent."""
    sent = [json.loads(request.post_data or "{}").get("data", {}) for request in visitor.asked]
    return [data["contact"] for data in sent if data.get("dry_run")]


async def opened(visitor: Visitor, shop: Origin, site: Site, **data: Any) -> CallButton:
    """Give the open form of a button for everybody, in a page whose clock is the test's."""
    await visitor.context.clock.install()
    button = await CallButton.on(visitor, shop, site.daemon.url, await site.button(**PUBLIC), **data)
    await button.opener.click()
    return button


async def test_by_the_keyboard(site: Site, visitor: Visitor, shop: Origin) -> None:
    """All of it goes by the keyboard, and the focus is never lost: into the field, to what ends, and back."""
    button_id = await site.button(**PUBLIC)
    button = await CallButton.on(visitor, shop, site.daemon.url, button_id)
    keyboard = button.page.keyboard
    await keyboard.press("Tab")
    await expect(button.opener).to_be_focused()
    await expect(button.opener).to_have_attribute("aria-expanded", "false")
    await keyboard.press("Enter")
    await expect(button.number).to_be_focused()
    await expect(button.opener).to_have_attribute("aria-expanded", "true")
    await keyboard.press("Escape")
    await expect(button.panel).to_be_hidden()
    await expect(button.opener).to_be_focused()
    await keyboard.press("Space")
    await keyboard.type("+1555777")  # who talks for long
    await keyboard.press("Enter")
    await expect(button.cancel).to_be_focused()
    await button.says("bridged")
    await keyboard.press("Enter")
    await button.says("ended")
    await expect(button.submit).to_be_focused()
    await keyboard.press("Tab")
    await expect(button.closer).to_be_focused()
    await keyboard.press("Enter")
    await expect(button.opener).to_be_focused()
    assert site.calls(button_id) == 1


async def test_a_number_is_needed(site: Site, visitor: Visitor, shop: Origin) -> None:
    """Without a number nobody is asked for a call, and the field says what is missing."""
    button = await opened(visitor, shop, site)
    await button.submit.click()
    await button.says("invalid")
    await expect(button.number).to_be_focused()
    await expect(button.number).to_have_attribute("aria-invalid", "true")
    assert not [request for request in visitor.asked if request.method == "POST"]


async def test_it_asks_once_the_visitor_pauses(site: Site, visitor: Visitor, shop: Origin) -> None:
    """A number is tried after a pause, once, and not before it has four digits."""
    button = await opened(visitor, shop, site)
    clock = button.page.clock
    await button.number.press_sequentially("+15-5")
    await clock.run_for(PAUSE)
    assert tried(visitor) == []
    await button.number.press_sequentially("51234")
    await clock.run_for(PAUSE)
    await expect(button.status).to_have_text(words()["ready"].format(number=CONTACT))
    await button.number.press_sequentially("5")
    await button.number.press("Backspace")
    await expect(button.status).to_have_text("")
    await clock.run_for(PAUSE)
    await expect(button.status).to_have_text(words()["ready"].format(number=CONTACT))
    assert tried(visitor) == ["+15-551234"]


async def test_what_is_wrong_is_said_and_taken_back(site: Site, visitor: Visitor, shop: Origin) -> None:
    """What is no number is said after the pause, marks the field, and goes with the next key."""
    button = await opened(visitor, shop, site)
    await button.number.press_sequentially("1234x")
    await expect(button.number).not_to_have_attribute("aria-invalid", "true")
    await button.page.clock.run_for(PAUSE)
    await button.says("invalid")
    await expect(button.number).to_have_attribute("aria-invalid", "true")
    await expect(button.page.get_by_role("status")).to_have_text(words()["invalid"])
    await button.number.press("Backspace")
    await expect(button.status).to_have_text("")
    await expect(button.number).not_to_have_attribute("aria-invalid", "true")


async def test_an_older_question_is_given_up(site: Site, visitor: Visitor, shop: Origin) -> None:
    """Who types on while a number is being tried is told of the newer one alone."""
    button = await opened(visitor, shop, site)
    clock = button.page.clock
    await button.page.route(CONNECT, hold, times=1)
    await button.number.press_sequentially("+1555")
    await clock.run_for(PAUSE)
    async with button.page.expect_event("requestfailed", predicate=is_try_of("+1555")):
        await button.number.press_sequentially("1234")
    await clock.run_for(PAUSE)
    await expect(button.status).to_have_text(words()["ready"].format(number=CONTACT))


async def hold(_: Route) -> None:
    """Keep a request, and never answer it."""


def is_try_of(contact: str) -> Callable[[Request], bool]:
    """Tell the request that tries a number from others."""
    return lambda request: f'"contact":"{contact}"' in (request.post_data or "")


async def test_it_stops_asking_when_it_is_told_to(site: Site, visitor: Visitor, shop: Origin) -> None:
    """After one try too many nothing is said of it, and none is made until Retry-After has passed."""
    button = await opened(visitor, shop, site)
    clock = button.page.clock
    headers = {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "retry-after",
        "retry-after": "30",
    }
    await button.page.route(CONNECT, lambda route: route.fulfill(status=429, headers=headers, body="{}"))
    await button.number.press_sequentially("+1555")
    async with button.page.expect_response(CONNECT):
        await clock.run_for(PAUSE)
    await button.page.unroute(CONNECT)
    await button.number.press_sequentially("1")
    await clock.run_for(20_000)
    assert tried(visitor) == ["+1555"]
    await expect(button.status).to_have_text("")
    await clock.run_for(20_000)
    await button.number.press_sequentially("234")
    await clock.run_for(PAUSE)
    await expect(button.status).to_have_text(words()["ready"].format(number=CONTACT))
    assert tried(visitor) == ["+1555", "+15551234"]


@pytest.mark.parametrize(
    "typed",
    ["+١٥٥٥١٢٣٤", "+۱۵۵۵۱۲۳۴", "+１５５５１２３４", "\u202a+1\u00a0555\u20111234\u202c", "+1/555/1234"],  # noqa: RUF001
    ids=["arabic", "persian", "full width", "copied", "slashes"],
)
async def test_numbers_as_people_have_them(site: Site, visitor: Visitor, shop: Origin, typed: str) -> None:
    """Digits of other scripts, and what is copied along with a number, are read as they are meant."""
    button = await opened(visitor, shop, site)
    await button.number.fill(typed)
    await button.page.clock.run_for(PAUSE)
    await expect(button.status).to_have_text(words()["ready"].format(number=CONTACT))


async def test_what_stands_in_the_way_is_said_before_the_click(
    site: Site, visitor: Visitor, shop: Origin
) -> None:
    """A number that may not be called is told while it is typed."""
    button = await opened(visitor, shop, site)
    await button.number.fill("+49301234")
    await button.page.clock.run_for(PAUSE)
    await button.says("refused")


@pytest.mark.parametrize("language", languages())
async def test_it_speaks_the_language_of_the_page(
    site: Site, visitor: Visitor, shop: Origin, language: str
) -> None:
    """It speaks, and runs in the direction of, the nearest language that is named around it."""
    body = f'<div lang="{language}-XX">{tag(site.daemon.url, await site.button(**PUBLIC))}</div>'
    button = CallButton(await visitor.open(shop.put("/", page(body, language="fi"))))
    await expect(button.opener).to_have_text(words(language)["call"])
    direction = (
        "getComputedStyle(document.querySelector('c2cd-button').shadowRoot.firstElementChild).direction"
    )
    assert await button.page.evaluate(direction) == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize(
    ("attributes", "language"),
    [({"lang": "es"}, "es"), ({}, "de"), ({"lang": "fi"}, "en")],
    ids=["its own", "the page's", "none of ours"],
)
async def test_which_language_it_speaks(
    site: Site,
    visitor: Visitor,
    shop: Origin,
    attributes: dict[str, str],
    language: str,
) -> None:
    """data-lang comes before the page's language, and English is for all others."""
    body = tag(site.daemon.url, await site.button(**PUBLIC), **attributes)
    button = CallButton(await visitor.open(shop.put("/", page(body, language="de"))))
    await expect(button.opener).to_have_text(words(language)["call"])


async def test_a_page_without_a_language(site: Site, new_visitor: NewVisitor, shop: Origin) -> None:
    """Where no page says its language it is the browser's."""
    body = tag(site.daemon.url, await site.button(**PUBLIC))
    visitor = await new_visitor(locale="fr-CA")
    button = CallButton(await visitor.open(shop.put("/", page(body, language=""))))
    await expect(button.opener).to_have_text(words("fr")["call"])


async def test_other_words(site: Site, visitor: Visitor, shop: Origin) -> None:
    """A page may have it say anything else, and call whom it connects to by another name."""
    button = await opened(
        visitor, shop, site, label="Talk to us", name="Ann", text_bridged="Hello, this is {name}"
    )
    await expect(button.opener).to_have_text("Talk to us")
    await button.number.fill("+1555777")
    await button.submit.click()
    await expect(button.status).to_have_text("Hello, this is Ann")
    await button.cancel.click()
    await button.says("ended")


async def test_another_language(site: Site, visitor: Visitor, shop: Origin) -> None:
    """A page that brings the words of a language that it lacks gets its direction and its times too."""
    body = tag(site.daemon.url, await site.button(throttle=1, **PUBLIC), text_call="התקשרו אליי")
    button = CallButton(await visitor.open(shop.put("/", page(body, language="he"))))
    await expect(button.opener).to_have_text("התקשרו אליי")
    await expect(button.opener).to_have_css("direction", "rtl")
    for _ in range(2):
        await button.ask_for_a_call() if await button.panel.is_hidden() else await button.submit.click()
        await expect(button.status).to_have_text(re.compile("ended|try again"))
    await expect(button.status).to_have_text(re.compile("שניות"))
