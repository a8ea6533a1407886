"""How the button looks: fit for all who see, point or read otherwise, in any page and under any policy."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.accessible import assert_accessible
from tests.browser.conftest import NewVisitor
from tests.browser.pages import Origin, page, strict_policy
from tests.browser.visitor import Visitor
from tests.browser.widget import PUBLIC, CallButton, languages, tag
from tests.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

TALKS_ON = "+1555777"
# The least that a finger hits.
FINGER = 44
_PHONE = {"width": 320, "height": 600}
_DARK = "<meta name='color-scheme' content='dark'>"
# Its listeners are told before the second frame.
_SCROLL = (
    """scrollTo(0, 200); new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(told)))"""
)
_RUNS = "document.querySelector('c2cd-button').shadowRoot.getAnimations().length"
_SIZES = """[...document.querySelector("c2cd-button").shadowRoot.querySelectorAll("button, input")]
  .filter((node) => node.offsetParent).map((node) => node.getBoundingClientRect())
  .map(({ left, right, width, height }) => [left, right, width, height])"""


async def show(page: Page) -> AsyncIterator[str]:
    """Go through all that the button shows, and tell at each step what it is."""
    button = CallButton(page)
    yield "closed"
    await button.opener.click()
    yield "open"
    await button.number.fill("1234x")
    await button.submit.click()
    await expect(button.number).to_have_attribute("aria-invalid", "true")
    yield "invalid"
    await button.number.fill(TALKS_ON)
    await expect(button.status).to_have_attribute("data-tone", "ok")
    yield "ready"
    await button.submit.click()
    await expect(button.cancel).to_be_visible()
    await expect(button.status).to_have_attribute("data-tone", "ok")
    yield "connected"
    await button.cancel.click()
    await expect(button.submit).to_be_visible()
    yield "ended"


@pytest.mark.parametrize(
    ("head", "options", "language"),
    [
        ("", {}, "en"),
        (_DARK, {}, "en"),
        ("", {"forced_colors": "active"}, "en"),
        ("", {"viewport": _PHONE}, "de"),
        ("", {"viewport": _PHONE}, "ar"),
    ],
    ids=["light", "dark", "forced colors", "on a phone", "right to left"],
)
async def test_fit_for_all(
    site: Site, new_visitor: NewVisitor, shop: Origin, head: str, options: dict[str, Any], language: str
) -> None:
    """Whatever it shows has no fault that axe knows, is fit for a finger, and is inside of the window."""
    visitor = await new_visitor(**options)
    body = tag(site.daemon.url, await site.button(**PUBLIC))
    opened = await visitor.open(shop.put("/", page(body, head=head, language=language)))
    async for step in show(opened):
        await assert_accessible(opened)
        width = await opened.evaluate("document.documentElement.clientWidth")
        for left, right, *size in await opened.evaluate(_SIZES):
            assert left >= 0, step
            assert right <= width, step
            assert min(size) >= FINGER, step
        assert await opened.evaluate("document.documentElement.scrollWidth") == width, step


@pytest.mark.parametrize(("wants", "runs"), [("no-preference", 1), ("reduce", 0)])
async def test_motion(site: Site, new_visitor: NewVisitor, shop: Origin, wants: str, runs: int) -> None:
    """While it rings a point pulses, but for who wants no motion."""
    visitor = await new_visitor(reduced_motion=wants)
    button = await CallButton.on(visitor, shop, site.daemon.url, await site.button(**PUBLIC))
    await button.ask_for_a_call("+1555480")
    await button.says("ringing-contact")
    assert await button.page.evaluate(_RUNS) == runs
    await button.cancel.click()
    await button.says("cancelled")


async def test_the_strictest_policy(site: Site, visitor: Visitor, shop: Origin) -> None:
    """A page that allows its script and its requests, and demands trusted types, has all of it."""
    headers = strict_policy(site.daemon.url)
    headers["Content-Security-Policy"] += "; require-trusted-types-for 'script'; trusted-types 'none'"
    body = tag(site.daemon.url, await site.button(**PUBLIC))
    opened = await visitor.open(shop.put("/", page(body), headers))
    assert [step async for step in show(opened)][-1] == "ended"


async def test_no_style_gets_through(site: Site, visitor: Visitor, shop: Origin) -> None:
    """A page's own rules for buttons, fields and all that there is do not reach it; its variables do."""
    rules = """
      * { box-sizing: content-box; margin: 30px; padding: 30px; text-transform: uppercase; color: red }
      c2cd-button { --c2cd-color: rgb(0, 80, 0); --c2cd-radius: 3px; margin: 0; padding: 0 }
      c2cd-button::part(submit) { letter-spacing: 2px }"""
    body = tag(site.daemon.url, await site.button(**PUBLIC))
    opened = await visitor.open(shop.put("/", page(body, head=f"<style>{rules}</style>")))
    button = CallButton(opened)
    await button.opener.click()
    for node in (button.opener, button.submit):
        await expect(node).to_have_css("text-transform", "none")
        await expect(node).to_have_css("color", "rgb(255, 255, 255)")
        await expect(node).to_have_css("background-color", "rgb(0, 80, 0)")
        await expect(node).to_have_css("border-radius", "3px")
        await expect(node).to_have_css("margin", "0px")
    await expect(button.submit).to_have_css("letter-spacing", "2px")


@pytest.mark.parametrize("place", ["top left", "bottom right"])
async def test_the_panel_is_by_the_button(site: Site, visitor: Visitor, shop: Origin, place: str) -> None:
    """Wherever the button stands the panel is next to it, whole, and goes along when the page is scrolled."""
    down, right = place.split()
    head = (
        f"<style>main {{ position: fixed; {down}: 10px; {right}: 10px }} body {{ block-size: 300vh }}</style>"
    )
    body = tag(site.daemon.url, await site.button(**PUBLIC))
    opened = await visitor.open(shop.put("/", page(body, head=head)))
    button = CallButton(opened)
    await button.opener.click()
    for _ in range(2):
        window = opened.viewport_size
        opener, panel = await button.opener.bounding_box(), await button.panel.bounding_box()
        assert window
        assert opener
        assert panel
        gap = (
            panel["y"] - opener["y"] - opener["height"]
            if down == "top"
            else opener["y"] - panel["y"] - panel["height"]
        )
        assert abs(gap - 8) < 1
        assert 0 <= panel["x"] <= window["width"] - panel["width"]
        await opened.evaluate(_SCROLL)


async def test_every_language_fits(site: Site, new_visitor: NewVisitor, shop: Origin) -> None:
    """On the smallest phone no language's words run out of the panel."""
    visitor = await new_visitor(viewport=_PHONE)
    one = tag(site.daemon.url, await site.button(**PUBLIC))
    tags = "".join(f'<div lang="{language}">{one}</div>' for language in languages())
    opened = await visitor.open(shop.put("/", page(tags)))
    for number in range(len(languages())):
        button = CallButton(opened, opened.locator("c2cd-button").nth(number))
        await button.opener.click()
        assert await button.panel.evaluate("node => node.scrollWidth <= node.clientWidth")
        await button.closer.click()
