"""The console beside real phones: what it shows of them, and what it does to them."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.accessible import assert_accessible
from tests.browser.console import Console
from tests.browser.pages import Origin
from tests.browser.visitor import Visitor
from tests.browser.widget import CONTACT, PUBLIC, CallButton
from tests.lab.asterisk import Asterisk
from tests.lab.phones import Phone
from tests.lab.scenario import BUSY, NEVER_ANSWERS, answers
from tests.process import Daemon

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIVE, ENDED = "Live calls", "Calls that have just ended"


async def console_of(visitor: Visitor, daemon: Daemon) -> Console:
    """Open the console, and sign in."""
    console = Console(await visitor.open(f"{daemon.console_url}/console/"), daemon.console_url)
    await console.sign_in(daemon.token)
    await expect(console.heading("Live")).to_be_visible()
    return console


async def test_a_call_moves_and_is_hung_up(
    daemon: Daemon, asterisk: Asterisk, visitor: Visitor, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A live call goes through its states, phone by phone, and is hung up there, on both."""
    await extension_phone.behave(answers(rings=1.5))
    await contact_phone.behave(answers(rings=1.5))
    button = await daemon.create_button()
    console = await console_of(visitor, daemon)
    await console.follows()
    await daemon.request("POST", f"/{button}/connect", {"contact": CONTACT})
    row = console.rows(LIVE)
    for words in (
        (f"{CONTACT} not yet", "1001 ringing", "Ringing"),
        (f"{CONTACT} ringing", "1001 on the phone", "Answered"),
        (f"{CONTACT} on the phone", "1001 on the phone", "Talking"),
    ):
        for each in words:
            await expect(row).to_contain_text(each)
    await assert_accessible(console.page)
    await row.get_by_role("button", name="Hang up").click()
    await console.page.get_by_role("dialog").get_by_role("button", name="Hang up").click()
    await expect(console.rows(ENDED)).to_contain_text("Talked")
    await expect(console.rows(ENDED)).to_contain_text("token")
    for phone in (extension_phone, contact_phone):
        await phone.wait_for_request("BYE")
    assert not await asterisk.channels()


async def test_a_ringing_call_is_hung_up(
    daemon: Daemon, visitor: Visitor, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A call that rings is ended too, and then rings nowhere any more."""
    await extension_phone.behave(NEVER_ANSWERS)
    button = await daemon.create_button()
    await daemon.request("POST", f"/{button}/connect", {"contact": CONTACT})
    await extension_phone.wait_for_invites(1)
    console = await console_of(visitor, daemon)
    await console.rows(LIVE).get_by_role("button", name="Hang up").click()
    await console.page.get_by_role("dialog").get_by_role("button", name="Hang up").click()
    await expect(console.rows(ENDED)).to_contain_text("Failed")
    await extension_phone.wait_for_request("CANCEL")
    assert contact_phone.invites() == []


async def test_refused_clicks_come(
    daemon: Daemon, visitor: Visitor, shop: Origin, extension_phone: Phone
) -> None:
    """A visitor's click on a page that is refused shows up, with the rule and why."""
    button = await daemon.create_button(allowed_origins=["https://www.example"], **PUBLIC)
    console = await console_of(visitor, daemon)
    await console.follows()
    clicked = await CallButton.on(visitor, shop, daemon.url, button)
    await clicked.ask_for_a_call()
    row = console.rows("Refused clicks")
    await expect(row).to_have_count(1)
    for words in ("origin", "Sales", CONTACT):
        await expect(row).to_contain_text(words)
    assert extension_phone.invites() == []


async def test_a_button_from_its_making_to_its_end(
    daemon: Daemon, visitor: Visitor, shop: Origin, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A button is made, tried without a call, clicked on a page, changed, and removed; phones ring by it."""
    console = await console_of(visitor, daemon)
    await console.go("buttons/new")
    form = console.page
    await form.get_by_label("Name required").fill("Front desk")
    await form.get_by_label("Extension").fill("1001")
    await form.get_by_label("Auth required").select_option("no")
    await form.get_by_label("Whitelist").fill(r"^\+1")
    await assert_accessible(form)
    await form.get_by_role("button", name="Create").click()
    await expect(console.heading("Front desk")).to_be_visible()
    button = form.url.rpartition("/")[2]
    tester = form.locator("form", has=form.get_by_role("button", name="Try it"))
    await tester.get_by_label("Contact").fill(CONTACT)
    await tester.get_by_role("button", name="Try it").click()
    await expect(tester).to_contain_text("It would be called.")
    assert extension_phone.invites() == []

    clicked = await CallButton.on(visitor, shop, daemon.url, button)
    await clicked.ask_for_a_call()
    await clicked.says("bridged", name="Front desk")
    assert extension_phone.invites()[0].from_name == "Front desk"
    await clicked.cancel.click()
    await clicked.says("ended")

    await form.get_by_label("Name required").fill("Back office")
    await form.get_by_role("button", name="Save", exact=True).click()
    await expect(form.get_by_text("It holds from the next click on")).to_be_visible()
    assert (await daemon.click(button, CONTACT)).json()["data"]["result"] == "success"
    assert extension_phone.invites()[1].from_name == "Back office"

    await form.get_by_role("button", name="Remove").click()
    await form.get_by_role("dialog").get_by_role("button", name="Remove it").click()
    await expect(console.heading("Buttons")).to_be_visible()
    assert (await daemon.request("GET", f"/{button}")).status_code == 404
    assert len(contact_phone.invites()) == 2


async def test_history_and_statistics(
    daemon: Daemon, visitor: Visitor, extension_phone: Phone, contact_phone: Phone
) -> None:
    """What became of calls is in the history, step by step as the phones did it, and in the statistics."""
    await contact_phone.behave(answers(rings=1.0, talks=1.0))
    button = await daemon.create_button()
    assert (await daemon.click(button, CONTACT)).json()["data"]["result"] == "success"
    await daemon.wait_until(button, "ended")
    await extension_phone.behave(BUSY)
    assert (await daemon.click(button, "+15559999")).json()["data"]["cause"] == "USER_BUSY"
    console = await console_of(visitor, daemon)
    await console.go("history")
    rows = console.rows("Calls, the newest first")
    await expect(rows).to_contain_text(["+15559999", CONTACT])
    await expect(rows.first).to_contain_text("busy")
    await assert_accessible(console.page)
    await rows.last.get_by_role("link").first.click()
    await expect(console.heading(f"Call to {CONTACT}")).to_be_visible()
    steps = console.rows("Step by step")
    await expect(steps).to_contain_text(
        [
            "is clicked",
            "Extension rings",
            "Extension answers",
            "Contact rings",
            "Contact answers",
            "The two talk",
            "hung up",
            "hung up",
            "The call has ended",
        ]
    )
    timeline = console.page.get_by_role("img", name="Extension: ringing for")
    await expect(timeline).to_have_accessible_name(re.compile("Contact: ringing for .*talking for"))
    await assert_accessible(console.page)
    await console.go("statistics")
    await expect(console.page.locator("dl", has_text="Refused clicks").first).to_contain_text("50 %")
    await expect(console.page.get_by_role("img", name="Bars: Busy 1.")).to_be_visible()
    await assert_accessible(console.page)
