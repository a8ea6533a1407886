"""The history in the console: found, filtered, paged and saved as CSV; and one call, step by step."""

import csv
import io
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from c2cd.model.call import Call, Leg
from c2cd.store.database import open_database
from c2cd.store.history import History
from tests.browser.console import Console
from tests.browser.visitor import Visitor
from tests.web.site import CONTACT, Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALLS = "Calls, the newest first"
BUSY, TALKS_ON = "+12125551486", "+12125551777"


@dataclass
class Past:
    """Two buttons and what was clicked lately: of Sales three calls, of Support one."""

    sales: str
    support: str


@pytest_asyncio.fixture(loop_scope="session")
async def past(site: Site) -> AsyncIterator[Past]:
    """Make a few calls."""
    sales, support = await site.button(name="Sales"), await site.button(name="Support, urgent")
    await site.call(sales, CONTACT)
    await site.call(sales, BUSY)
    await site.call(support, "+442079460001")
    await site.call(sales, "+12125550199")
    yield Past(sales, support)


@pytest.mark.usefixtures("past")
async def test_the_history_is_searched_and_filtered(visitor: Visitor, site: Site) -> None:
    """A search finds a part of any text, filters pick rows, and the address keeps both."""
    console = await Console.of(visitor, site)
    await console.go("history")
    rows, page = console.rows(CALLS), console.page
    await expect(rows).to_contain_text(["+12125550199", "+442079460001", BUSY, CONTACT])
    await page.get_by_label("Search").fill("442079")
    await page.get_by_role("button", name="Search").click()
    await expect(rows).to_contain_text(["Support, urgent"])
    await page.get_by_role("link", name="Clear").click()
    await expect(rows).to_have_count(4)
    await page.get_by_label("Result").select_option("Failed")
    await expect(rows).to_contain_text(["busy"])
    await page.reload()
    await expect(rows).to_contain_text([BUSY])
    await expect(page.get_by_label("Result")).to_have_value("error")
    await page.get_by_role("link", name="Clear").click()
    await expect(rows).to_have_count(4)
    await page.get_by_label("Button").select_option("Support, urgent")
    await expect(rows).to_contain_text(["+442079460001"])
    await page.get_by_label("Cause").select_option("USER_BUSY")
    await expect(page.get_by_text("No call is like this.")).to_be_visible()


@pytest.mark.usefixtures("past")
async def test_days_are_picked_by_date(visitor: Visitor, site: Site) -> None:
    """Calls of the days that are asked for are listed; too many are refused in the server's words."""
    console = await Console.of(visitor, site)
    await console.go("history?from=2026-01-01&to=2026-01-31")
    await expect(console.page.get_by_text("No call is like this.")).to_be_visible()
    await console.go("history?from=2026-01-01&to=2026-03-01")
    await expect(console.page.get_by_role("alert")).to_contain_text("31 days at most")


async def test_pages_are_turned(visitor: Visitor, site: Site) -> None:
    """Older calls come page by page, and one comes back to the page from which one has looked at a call."""
    button = await site.button()
    now = time.time()
    async with open_database(site.daemon.database) as database:
        history = History(database)
        for number in range(60):
            await history.add(old_call(button, number, now - 60 - number))
    console = await Console.of(visitor, site)
    await console.go("history?size=25")
    rows, page = console.rows(CALLS), console.page
    await expect(rows).to_have_count(25)
    await expect(rows.first).to_contain_text("+12125550000")
    await expect(page.get_by_role("button", name="Newer")).to_be_disabled()
    await page.get_by_role("button", name="Older").click()
    await expect(rows.first).to_contain_text("+12125550025")
    await page.get_by_role("button", name="Older").click()
    await expect(rows).to_have_count(10)
    await expect(page.get_by_role("button", name="Older")).to_be_disabled()
    await page.get_by_role("button", name="Newer").click()
    await expect(rows.first).to_contain_text("+12125550025")
    await rows.first.get_by_role("link").click()
    await expect(console.heading("Call to +12125550025")).to_be_visible()
    await page.locator(".crumbs").get_by_role("link", name="History").click()
    await expect(rows.first).to_contain_text("+12125550025")


def old_call(button: str, number: int, at: float) -> Call:
    """Make a call that has ended."""
    return Call(
        id=f"c2c-{button}-{number:032x}",
        account_id="acme",
        button_id=button,
        contact=f"+1212555{number:04}",
        extension="1001",
        dial_first="extension",
        timeout=30,
        requested_at=at,
        switch_life="",
        state="ended",
        first=Leg(ringing_at=at, answered_at=at + 2, ended_at=at + 9, hangup_cause=16),
        second=Leg(ringing_at=at + 3, answered_at=at + 5, ended_at=at + 9, hangup_cause=16),
        bridged_at=at + 5,
        ended_at=at + 9,
        result="success",
        clicked_by="public",
    )


async def test_csv_has_what_is_shown(visitor: Visitor, site: Site, past: Past, tmp_path: Path) -> None:
    """The file has the columns and rows of the table; a phone number is itself, and no text is a formula."""
    await site.ask("PATCH", f"/{past.support}", json={"data": {"name": '=SUM(1,2) "x"'}})
    console = await Console.of(visitor, site)
    await console.go("history")
    await expect(console.rows(CALLS)).to_have_count(4)
    async with console.page.expect_download() as downloading:
        await console.page.get_by_role("button", name="CSV").click()
    download = await downloading.value
    await download.save_as(tmp_path / "calls.csv")
    content = (tmp_path / "calls.csv").read_bytes().decode("utf-8-sig")
    assert content.endswith("\r\n")
    titles, *rows = csv.reader(io.StringIO(content, newline=""))
    assert titles == await console.table(CALLS).get_by_role("columnheader").all_inner_texts()
    table = [dict(zip(titles, row, strict=True)) for row in rows]
    assert [row["Contact"] for row in table] == ["+12125550199", "+442079460001", BUSY, CONTACT]
    assert [row["Button"] for row in table] == ["Sales", '\'=SUM(1,2) "x"', "Sales", "Sales"]
    assert [row["Result"] for row in table] == ["Talked", "Talked", "Failed", "Talked"]
    assert table[2]["Cause"] == "USER_BUSY"
    assert float(table[2]["Talked"]) == 0.0
    assert download.suggested_filename.startswith("calls-20")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("plain", "plain"),
        ('one, "two"', '"one, ""two"""'),
        ("two\nlines", '"two\nlines"'),
        ("+15551234", "+15551234"),
        ("*98#", "*98#"),
        ("+1+cmd", "'+1+cmd"),
        ("=1", "'=1"),
        ("-1", "'-1"),
        ("@SUM", "'@SUM"),
        ("\t=1", "'\t=1"),
        ("\r=1", '"\'\r=1"'),
    ],
)
async def test_no_field_is_a_formula(visitor: Visitor, site: Site, text: str, field: str) -> None:
    """What a spreadsheet would compute has an apostrophe before it, and a phone number has none."""
    page = await visitor.open(f"{site.daemon.console_url}/console/")
    write = "(text) => import('/console/csv.js').then(({ csvOf }) => csvOf([[text, 'end']]))"
    assert await page.evaluate(write, text) == f"{field},end\r\n"


async def test_a_call_is_told_step_by_step(visitor: Visitor, site: Site, past: Past) -> None:
    """A call's page has a timeline of both phones, the same as steps, and each phone's cause in words."""
    console = await Console.of(visitor, site)
    await console.go("history")
    await console.rows(CALLS).nth(2).get_by_role("link").click()
    await expect(console.heading(f"Call to {BUSY}")).to_be_visible()
    steps = console.rows("Step by step")
    await expect(steps.first).to_contain_text("The button is clicked")
    await expect(steps.last).to_contain_text("The call has ended")
    for words in ("Extension rings", "Extension answers", "Contact rings"):
        await expect(steps.filter(has_text=words)).to_have_count(1)
    await expect(steps.filter(has_text="Contact is hung up")).to_contain_text("17 USER_BUSY: busy")
    picture = console.page.get_by_role("img", name="Extension: ringing for")
    await expect(picture).to_be_visible()
    assert await picture.locator("rect.span-talking").count() == 0
    await expect(console.page.get_by_role("link", name="Sales")).to_have_attribute(
        "href", f"#buttons/{past.sales}"
    )


async def test_a_call_that_lives_moves_on(visitor: Visitor, site: Site) -> None:
    """The page of a live call goes on by itself until that has ended."""
    button = await site.button()
    item = await site.call(button, TALKS_ON)
    console = await Console.of(visitor, site)
    await console.go(f"history/{button}/{item['call_id']}")
    steps = console.rows("Step by step")
    await expect(steps.last).to_contain_text("The two talk")
    await site.http.post(
        f"/v2/accounts/acme/channels/{item['call_id']}",
        headers={"x-auth-token": site.tokens["acme"]},
        json={"data": {"action": "hangup"}},
    )
    await expect(steps.last).to_contain_text("The call has ended")
    await expect(console.page.get_by_text("token ").last).to_be_visible()


async def test_the_history_of_a_removed_button_stays(visitor: Visitor, site: Site, past: Past) -> None:
    """Calls of a button that is gone are listed by its id, and can be looked at."""
    await site.ask("DELETE", f"/{past.support}")
    console = await Console.of(visitor, site)
    await console.go(f"history?button={past.support}")
    await expect(console.rows(CALLS)).to_contain_text([past.support])
    await expect(console.page.get_by_label("Button")).to_have_value(past.support)
    await console.rows(CALLS).get_by_role("link").click()
    await expect(console.page.get_by_text("a removed one")).to_be_visible()
    await expect(console.rows("Step by step").last).to_contain_text("The call has ended")
