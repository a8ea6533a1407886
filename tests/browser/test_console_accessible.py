"""The console for those who see, point or read otherwise, in light and dark, on a desk and on a phone."""

import time

import pytest
from playwright.async_api import expect

from tests.browser.accessible import assert_accessible
from tests.browser.conftest import NewVisitor
from tests.browser.console import Console
from tests.browser.visitor import Visitor
from tests.browser.widget import PUBLIC
from tests.screens.month import write_month
from tests.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_shuts_anybody_out(
    new_visitor: NewVisitor, site: Site, scheme: str, screen: dict[str, int]
) -> None:
    """axe-core finds no fault on any page, with calls, refused clicks and all details open."""
    button = await site.button(**PUBLIC, hours={"timezone": "UTC", "open": ["mon-sun 00:00-24:00"]})
    await write_month(site.daemon.database, {button: "1001"}, time.time())
    await site.call(button, "+12125551777")
    visitor = await new_visitor(color_scheme=scheme, viewport=screen)
    page = await visitor.open(f"{site.daemon.console_url}/console/")
    await assert_accessible(page)
    console = Console(page, site.daemon.console_url)
    await console.sign_in("wrong")
    await expect(page.get_by_role("alert")).to_be_visible()
    await assert_accessible(page)
    await console.sign_in(site.tokens["acme"])
    await console.follows()
    await site.connect(button, "+33123456789", token=None)
    await expect(console.rows("Refused clicks")).to_have_count(1)
    await assert_whole(console)
    await page.get_by_role("button", name="Hang up the call").click()
    await assert_whole(console)
    await page.get_by_role("dialog").get_by_role("button", name="Hang up").click()
    await expect(console.rows("Calls that have just ended")).to_have_count(1)
    await assert_whole(console)
    await console.go("buttons")
    await expect(console.rows("Buttons")).to_have_count(1)
    await assert_whole(console)
    await console.go(f"buttons/{button}")
    await page.get_by_label("Contact", exact=True).fill("+33123456789")
    await page.get_by_role("button", name="Try it").click()
    await expect(page.get_by_text("It would be refused")).to_be_visible()
    await page.get_by_label("Extension").fill("1 1")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("One thing is not right yet")).to_be_visible()
    await assert_whole(console)
    await console.go("history")
    await page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    await expect(console.rows("Calls, the newest first").nth(20)).to_be_visible()
    await assert_whole(console)
    await console.rows("Calls, the newest first").nth(5).get_by_role("link").click()
    await expect(console.rows("Step by step").first).to_be_visible()
    await assert_whole(console)
    await console.go("statistics?days=31")
    await expect(page.get_by_role("figure", name="Why calls failed").get_by_role("img")).to_be_visible()
    await assert_whole(console)


async def assert_whole(console: Console) -> None:
    """Hold a page to axe-core with all its details open, and to the width that there is."""
    await console.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    await assert_accessible(console.page)
    assert await console.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_skip_link_leads_to_the_content(visitor: Visitor, site: Site) -> None:
    """The first thing that Tab comes to skips the pages' names."""
    console = await Console.of(visitor, site)
    await console.follows()
    await console.page.reload()
    await expect(console.heading("Live")).to_be_visible()
    await console.page.keyboard.press("Tab")
    await expect(console.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await console.page.keyboard.press("Enter")
    await expect(console.page.get_by_role("main")).to_be_focused()


async def test_a_page_that_is_gone_to_has_the_focus(visitor: Visitor, site: Site) -> None:
    """Going to a page moves the focus to its title, and names the tab after it."""
    console = await Console.of(visitor, site)
    await console.page.get_by_role("navigation").get_by_role("link", name="History").click()
    await expect(console.heading("History")).to_be_focused()
    await expect(console.page).to_have_title("History – c2cd console")
    await expect(console.page.get_by_role("link", name="History")).to_have_attribute("aria-current", "page")


async def test_an_address_that_is_no_page_is_told(visitor: Visitor, site: Site) -> None:
    """An address that names no page says so, and one that names nothing any more, too."""
    console = await Console.of(visitor, site)
    await console.go("nowhere")
    await expect(console.page.get_by_text("There is no such page.")).to_be_visible()
    await console.go("buttons/0123456789abcdef0123456789abcdef")
    await expect(console.page.get_by_role("alert")).to_contain_text("There is no such thing any more")
