"""The statistics in the console: pictures, and the same numbers as tables."""

import re
import time

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import NewVisitor
from tests.browser.console import Console
from tests.browser.visitor import Visitor
from tests.screens.month import write_month
from tests.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIGURES = [
    "Calls a day, by outcome",
    "Busiest hours",
    "How long the extension rang",
    "How long the contact rang",
    "How long they talked",
    "Refused clicks by rule",
    "Why calls failed",
]


async def figure(console: Console, name: str) -> Locator:
    """Give a figure, with its table opened."""
    found = console.page.get_by_role("figure", name=name)
    await found.get_by_text("The same as a table").click()
    return found


async def numbers(found: Locator) -> list[list[str]]:
    """Give the texts of a figure's table, without its titles."""
    rows = found.locator("tbody tr")
    return [await row.locator("th, td").all_inner_texts() for row in await rows.all()]


async def test_pictures_and_tables_have_the_same_numbers(visitor: Visitor, site: Site) -> None:
    """What the pictures show is in tables beside them, and is what the API says."""
    await write_month(site.daemon.database, {await site.button(): "1001"}, time.time())
    console = await Console.of(visitor, site)
    async with console.page.expect_response("**/statistics?*") as answering:
        await console.go("statistics?days=31")
    told = (await (await answering.value).json())["data"]
    assert sum(day["success"] for day in told["days"]) > 50
    days = await figure(console, FIGURES[0])
    keys = ("success", "error", "unknown", "open", "denied")
    assert [[int(text) for text in row[1:6]] for row in await numbers(days)] == [
        [day[key] for key in keys] for day in told["days"]
    ]
    assert len(told["days"]) == 31
    for name in ("success", "error"):
        drawn = await days.locator(f"g.column rect.series-{name}").count()
        assert drawn == sum(1 for day in told["days"] if day[name])
    hours = await figure(console, FIGURES[1])
    assert [[int(text) for text in row[1:]] for row in await numbers(hours)] == told["hours"]
    empty = sum(count == 0 for row in told["hours"] for count in row)
    assert await hours.locator("rect.heat-0").count() == empty
    for name, buckets in (
        (FIGURES[2], told["ring_seconds"]["extension"]),
        (FIGURES[3], told["ring_seconds"]["contact"]),
        (FIGURES[4], told["talk_seconds"]),
    ):
        rows = await numbers(await figure(console, name))
        assert [int(row[1]) for row in rows] == [bucket["calls"] for bucket in buckets]
    for name, counts in ((FIGURES[5], told["denials"]), (FIGURES[6], told["causes"])):
        rows = await numbers(await figure(console, name))
        assert {row[0].split()[-1]: int(row[1]) for row in rows} == counts
    calls = sum(day[key] for day in told["days"] for key in keys[:4])
    summary = days.get_by_role("img")
    await expect(summary).to_have_accessible_name(re.compile(rf"^Columns: {calls} calls in 31 days"))


async def test_each_picture_tells_itself(visitor: Visitor, site: Site) -> None:
    """A day without calls has all the pictures too, and each says so in words."""
    console = await Console.of(visitor, site)
    await console.go("statistics")
    for name in FIGURES[:5]:
        picture = console.page.get_by_role("figure", name=name).get_by_role("img")
        await expect(picture).to_have_accessible_name(re.compile(r"0 calls|[Nn]o call"))
    await expect(console.page.get_by_text("No click was refused.")).to_be_visible()
    await expect(console.page.get_by_text("No call failed.")).to_be_visible()


async def test_earlier_days_are_gone_to(visitor: Visitor, site: Site) -> None:
    """One looks at 7 or 31 days, and at those before them; nobody looks at what is still to come."""
    console = await Console.of(visitor, site)
    await console.go("statistics?days=7&to=2026-03-31")
    page = console.page
    await expect(page.get_by_text("Wed 25 Mar to Tue 31 Mar")).to_be_visible()
    await page.get_by_role("link", name="Earlier").click()
    await expect(page.get_by_text("Wed 18 Mar to Tue 24 Mar")).to_be_visible()
    await page.get_by_role("link", name="31 days").click()
    await expect(page.get_by_text("Sun 22 Feb to Tue 24 Mar")).to_be_visible()
    await console.go("statistics")
    await expect(page.get_by_text("Later →")).to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
async def test_days_of_25_hours_are_shown(new_visitor: NewVisitor, site: Site, zone: str) -> None:
    """31 days in which the clocks are put back are no more than the API allows."""
    console = await Console.of(await new_visitor(timezone_id=zone), site)
    for place in ("statistics?days=31&to=2025-11-15", "history?from=2025-10-16&to=2025-11-15"):
        await console.go(place)
        shown = console.page.get_by_role("figure").or_(console.page.get_by_text("No call is like this"))
        await expect(shown.first).to_be_visible()
        await expect(console.page.get_by_role("alert")).to_have_count(0)
