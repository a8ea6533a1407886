"""A form without JavaScript, in a browser that has none: the page that answers it grows with the call."""

from html import escape

import pytest
from playwright.async_api import Page, expect

from tests.browser.accessible import assert_accessible
from tests.browser.conftest import NewVisitor
from tests.browser.pages import Origin, page
from tests.browser.visitor import Visitor
from tests.browser.widget import CONTACT, PUBLIC, words
from tests.lab.asterisk import Asterisk
from tests.lab.phones import Phone
from tests.lab.scenario import BUSY, NEVER_ANSWERS, answers
from tests.process import Daemon

pytestmark = pytest.mark.asyncio(loop_scope="session")


def form(daemon: Daemon, button: str) -> str:
    """Write a form that clicks a button."""
    action = escape(f"{daemon.url}/v2/accounts/acme/clicktocall/{button}/connect")
    return (
        f'<form method="post" action="{action}"><label>Your number <input name="contact" type="tel"></label>'
        "<button>Call me</button></form>"
    )


async def send(visitor: Visitor, shop: Origin, daemon: Daemon, button: str) -> Page:
    """Fill in the form on a shop's page, and send it."""
    opened = await visitor.open(shop.put("/", page(form(daemon, button))))
    await opened.get_by_label("Your number").fill(CONTACT)
    await opened.get_by_role("button").click(no_wait_after=True)
    return opened


async def tells(opened: Page, *keys: str, name: str = "Sales") -> None:
    """Wait until the page has told all of this, and nothing else."""
    lines = [words()[key].format(name=name) for key in keys]
    await expect(opened.get_by_role("listitem")).to_have_text(lines)


async def test_a_call_is_told_as_it_goes_on(
    daemon: Daemon, new_visitor: NewVisitor, shop: Origin, extension_phone: Phone, contact_phone: Phone
) -> None:
    """The form rings both phones, and each step is on the page when it comes, to the end."""
    await extension_phone.behave(answers(rings=1.5))
    await contact_phone.behave(answers(rings=1.5, talks=1.5))
    visitor = await new_visitor(java_script_enabled=False)
    opened = await send(visitor, shop, daemon, await daemon.create_button(**PUBLIC))
    steps = ["requested", "ringing-extension"]
    await tells(opened, *steps)
    steps += ["answered-extension", "ringing-contact"]
    await tells(opened, *steps)
    steps += ["connecting", "bridged"]
    await tells(opened, *steps)
    await expect(opened.get_by_role("button", name=words()["cancel"])).to_be_visible()
    await tells(opened, *steps, "ended")
    await expect(opened.get_by_role("button", name=words()["cancel"])).to_be_hidden()
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1


async def test_cancelled_by_a_form(
    daemon: Daemon,
    new_visitor: NewVisitor,
    shop: Origin,
    asterisk: Asterisk,
    extension_phone: Phone,
    contact_phone: Phone,
) -> None:
    """The page's own button ends the call, as the one with JavaScript does."""
    await extension_phone.behave(NEVER_ANSWERS)
    button_id = await daemon.create_button(**PUBLIC)
    opened = await send(await new_visitor(java_script_enabled=False), shop, daemon, button_id)
    await tells(opened, "requested", "ringing-extension")
    await opened.get_by_role("button", name=words()["cancel"]).click(no_wait_after=True)
    await expect(opened.get_by_role("listitem").last).to_have_text(words()["cancelled"])
    await extension_phone.wait_for_request("CANCEL")
    assert not await asterisk.channels()
    assert contact_phone.invites() == []
    assert (await daemon.wait_until(button_id, "ended"))["ended_by"] == "clicker"


async def test_a_call_that_fails(
    daemon: Daemon, new_visitor: NewVisitor, shop: Origin, extension_phone: Phone
) -> None:
    """Whose phone was busy stands at the end."""
    await extension_phone.behave(BUSY)
    opened = await send(
        await new_visitor(java_script_enabled=False), shop, daemon, await daemon.create_button(**PUBLIC)
    )
    await expect(opened.get_by_role("listitem").last).to_have_text(words()["busy"].format(name="Sales"))


async def test_a_click_that_is_refused(
    daemon: Daemon, new_visitor: NewVisitor, shop: Origin, extension_phone: Phone
) -> None:
    """A refused click is answered with a page that says why."""
    button_id = await daemon.create_button(allowed_origins=["https://www.example"], **PUBLIC)
    opened = await send(await new_visitor(java_script_enabled=False), shop, daemon, button_id)
    await expect(opened.get_by_role("alert")).to_have_text(words()["page"])
    assert extension_phone.invites() == []


@pytest.mark.usefixtures("extension_phone")
async def test_the_page_shuts_nobody_out(
    daemon: Daemon, visitor: Visitor, shop: Origin, contact_phone: Phone
) -> None:
    """The page has no fault for people who see, hear or point otherwise, while a call goes on and after."""
    await contact_phone.behave(answers(talks=0.5))
    opened = await send(visitor, shop, daemon, await daemon.create_button(**PUBLIC))
    await expect(opened.get_by_role("listitem").first).to_be_visible()
    await assert_accessible(opened)
    await expect(opened.get_by_role("listitem").last).to_have_text(words()["ended"])
    await assert_accessible(opened)
