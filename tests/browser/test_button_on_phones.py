"""The button on a website, in a browser, and real phones: what they do, and what the page says meanwhile."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.async_api import expect

from tests.browser.accessible import assert_accessible
from tests.browser.conftest import DaemonOnPhones, NewVisitor
from tests.browser.pages import Origin, Pages
from tests.browser.visitor import Visitor
from tests.browser.widget import CONTACT, PUBLIC, CallButton, words
from tests.lab.asterisk import Asterisk
from tests.lab.phones import Phone
from tests.lab.scenario import BUSY, DECLINES, NEVER_ANSWERS, Behaviour, answers
from tests.process import LIFTED, Daemon

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHALLENGED = LIFTED.replace("[limits.public]", "[limits.public]\nchallenge_required = true")


def states(heard: list[dict[str, object]]) -> list[str]:
    """Give the states that a page was told of, each with the phone that it is about."""
    return [" ".join(str(told[key]) for key in ("state", "leg") if told.get(key)) for told in heard]


async def test_a_click_rings_both_phones(
    daemon: Daemon, visitor: Visitor, shop: Origin, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A click rings first the one phone and then the other, and the page says each step, to the end."""
    await extension_phone.behave(answers(rings=1.0))
    await contact_phone.behave(answers(rings=1.0, talks=1.0))
    button = await CallButton.on(visitor, shop, daemon.url, await daemon.create_button(**PUBLIC))
    await button.listen()
    await button.ask_for_a_call()
    await button.says("ringing-extension")
    await expect(button.cancel).to_be_focused()
    await assert_accessible(button.page)
    await button.says("ringing-contact")
    await button.says("bridged")
    await expect(button.cancel).to_be_visible()
    await button.says("ended")
    await expect(button.submit).to_be_focused()
    assert states(await button.heard()) == [
        "requested",
        "ringing extension",
        "answered extension",
        "ringing contact",
        "answered contact",
        "bridged",
        "ended",
    ]
    (to_extension,), (to_contact,) = extension_phone.invites(), contact_phone.invites()
    assert (to_extension.from_name, to_extension.from_number) == ("Sales", CONTACT)
    assert to_contact.request_uri.startswith(f"sip:{CONTACT}@")
    assert to_contact.from_number == "1001"


@pytest.mark.parametrize("rings", ["extension", "contact"])
async def test_cancelled_while_it_rings(
    daemon: Daemon,
    visitor: Visitor,
    shop: Origin,
    asterisk: Asterisk,
    extension_phone: Phone,
    contact_phone: Phone,
    rings: str,
) -> None:
    """A call that is cancelled on the page rings nowhere any more, and the history says that it was there."""
    ringing = extension_phone if rings == "extension" else contact_phone
    await ringing.behave(NEVER_ANSWERS)
    button_id = await daemon.create_button(**PUBLIC)
    button = await CallButton.on(visitor, shop, daemon.url, button_id)
    await button.ask_for_a_call()
    await button.says("ringing-extension" if rings == "extension" else "ringing-contact")
    await button.cancel.click()
    await button.says("cancelled")
    assert (await ringing.wait_for_request("CANCEL")).startswith("CANCEL ")
    assert not await asterisk.channels()
    item = await daemon.wait_until(button_id, "ended")
    assert (item["ended_by"], item["result"], item["cause"]) == ("clicker", "error", "ORIGINATOR_CANCEL")
    assert len(contact_phone.invites()) == (rings == "contact")


async def test_hung_up_on_the_page(
    daemon: Daemon,
    visitor: Visitor,
    shop: Origin,
    asterisk: Asterisk,
    extension_phone: Phone,
    contact_phone: Phone,
) -> None:
    """A call that is talked on is hung up on the page, for both."""
    button_id = await daemon.create_button(**PUBLIC)
    button = await CallButton.on(visitor, shop, daemon.url, button_id)
    await button.ask_for_a_call()
    await button.says("bridged")
    await button.cancel.click()
    await button.says("ended")
    for phone in (extension_phone, contact_phone):
        await phone.wait_for_request("BYE")
    assert not await asterisk.channels()
    item = await daemon.wait_until(button_id, "ended")
    assert (item["ended_by"], item["result"]) == ("clicker", "success")


@pytest.mark.parametrize(
    ("phone", "behaviour", "key"),
    [
        ("extension", BUSY, "busy"),
        ("contact", BUSY, "busy"),
        ("extension", DECLINES, "declined"),
        ("contact", DECLINES, "declined"),
        ("extension", NEVER_ANSWERS, "no-answer"),
        ("contact", NEVER_ANSWERS, "no-answer"),
    ],
    ids=lambda value: None if isinstance(value, str) else value.answer.name.lower(),
)
async def test_a_call_that_fails(
    daemon: Daemon,
    visitor: Visitor,
    shop: Origin,
    extension_phone: Phone,
    contact_phone: Phone,
    phone: str,
    behaviour: Behaviour,
    key: str,
) -> None:
    """A phone that is busy, declines or is not answered is told in words that say whose it was."""
    failing = extension_phone if phone == "extension" else contact_phone
    await failing.behave(behaviour)
    button_id = await daemon.create_button(timeout=2, **PUBLIC)
    button = await CallButton.on(visitor, shop, daemon.url, button_id)
    await button.ask_for_a_call()
    await button.says(key, name="Sales" if phone == "extension" else words()["you"])
    await expect(button.submit).to_be_visible()
    assert len(extension_phone.invites()) == 1
    assert len(contact_phone.invites()) == (phone == "contact")
    assert (await daemon.history(button_id))[0]["result"] == "error"


async def test_a_click_too_many(
    daemon: Daemon, visitor: Visitor, shop: Origin, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A click that a limit refuses is told when to come again, and rings nobody."""
    button_id = await daemon.create_button(throttle=1, **PUBLIC)
    assert (await daemon.click(button_id, "+15559999")).json()["data"]["result"] == "success"
    button = await CallButton.on(visitor, shop, daemon.url, button_id)
    await button.ask_for_a_call()
    await button.says("throttled", when=r"in \d+ seconds")
    await assert_accessible(button.page)
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1


def closed_now() -> dict[str, object]:
    """Give hours that begin the day after tomorrow."""
    day = f"{datetime.now(UTC) + timedelta(days=2):%a}".lower()
    return {"timezone": "UTC", "open": [f"{day} 09:00-18:00"]}


async def test_outside_of_the_hours(
    daemon: Daemon, visitor: Visitor, shop: Origin, extension_phone: Phone
) -> None:
    """A click outside of the opening hours is told when they are, and rings nobody."""
    button_id = await daemon.create_button(hours=closed_now(), **PUBLIC)
    button = await CallButton.on(visitor, shop, daemon.url, button_id)
    await button.ask_for_a_call()
    day = f"{datetime.now(UTC) + timedelta(days=2):%A}"
    await button.says("closed", when=rf"{day}\b.* 9:00.AM")
    assert extension_phone.invites() == []


async def test_a_page_that_may_not_click(
    daemon: Daemon, visitor: Visitor, shop: Origin, pages: Pages, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A page that is not among those of the button says so; the one that is calls."""
    other = await pages.origin()
    button_id = await daemon.create_button(allowed_origins=[shop.url], **PUBLIC)
    refused = await CallButton.on(visitor, other, daemon.url, button_id)
    await refused.ask_for_a_call()
    await refused.says("page")
    assert extension_phone.invites() == []
    assert (await daemon.lines("click.denied"))[-1]["rule"] == "origin"
    allowed = await CallButton.on(visitor, shop, daemon.url, button_id)
    await allowed.ask_for_a_call()
    await allowed.says("bridged")
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1


async def test_a_signed_link_calls_once(
    daemon: Daemon, new_visitor: NewVisitor, shop: Origin, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A button with a signed link for a number asks for none, calls it, and does so once."""
    button_id = await daemon.create_button(signature_required=True, **PUBLIC)
    signed = (await daemon.request("POST", f"/{button_id}/sign", {"contact": CONTACT})).json()["data"]
    for key in ("bridged", "link"):
        button = await CallButton.on(
            await new_visitor(), shop, daemon.url, button_id, signed=signed["signed"]
        )
        await button.opener.click()
        await button.says(key)
        await expect(button.number).to_be_hidden()
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1


async def test_without_a_link_a_signed_button_is_none(
    daemon: Daemon, visitor: Visitor, shop: Origin, extension_phone: Phone
) -> None:
    """A button that needs a link, on a page that has none, says that this page can't call."""
    button_id = await daemon.create_button(signature_required=True, **PUBLIC)
    button = await CallButton.on(visitor, shop, daemon.url, button_id)
    await button.ask_for_a_call()
    await button.says("page")
    assert extension_phone.invites() == []


async def test_a_challenge_is_solved(
    daemon_on_phones: DaemonOnPhones,
    visitor: Visitor,
    shop: Origin,
    extension_phone: Phone,
    contact_phone: Phone,
) -> None:
    """Where a click takes proof of work the browser does it; a click without it is refused."""
    daemon = await daemon_on_phones(limits=CHALLENGED)
    button_id = await daemon.create_button(**PUBLIC)
    async with httpx.AsyncClient(base_url=daemon.url) as script:
        path = f"/v2/accounts/acme/clicktocall/{button_id}/connect"
        refused = await script.post(path, json={"data": {"contact": CONTACT}})
    assert (refused.status_code, refused.json()["data"]["rule"]) == (403, "challenge")
    assert extension_phone.invites() == []
    button = await CallButton.on(visitor, shop, daemon.url, button_id)
    await button.ask_for_a_call()
    await button.says("bridged")
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1
