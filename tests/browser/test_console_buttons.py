"""Buttons in the console: made, changed and removed by a form of the server's schema; tried; put on pages."""

import json
import re
from typing import Any

import pytest
from playwright.async_api import expect

from c2cd.web.meanings import MEANINGS
from tests.browser.accessible import assert_accessible
from tests.browser.console import Console
from tests.browser.visitor import Visitor
from tests.browser.widget import PUBLIC
from tests.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

BUTTONS = "Buttons"
HOURS = {"timezone": "Europe/Berlin", "open": ["mon-fri 09:00-18:00"]}


async def document(site: Site, button: str) -> dict[str, Any]:
    """Give a button as it is saved."""
    data: dict[str, Any] = (await site.ask("GET", f"/{button}")).json()["data"]
    return data


async def test_buttons_are_listed_and_found(visitor: Visitor, site: Site) -> None:
    """Each button is listed with who may click it, and found by its name, its extension or its id."""
    await site.button(name="Programs")
    await site.button(name="Visitors", extension="1002", **PUBLIC)
    signed = await site.button(name="Mails", **PUBLIC, signature_required=True)
    console = await Console.of(visitor, site)
    await console.go("buttons")
    rows = console.rows(BUTTONS)
    await expect(rows).to_contain_text(["signed links", "public", "with a token"])
    for text, name in {"VISIT": "Visitors", "1002": "Visitors", signed: "Mails"}.items():
        await console.page.get_by_label("Search by name").fill(text)
        await expect(rows).to_contain_text([name])
    await console.page.get_by_label("Search by name").fill("nobody")
    await expect(console.page.get_by_text("No button has this")).to_be_visible()


async def test_a_button_is_made_of_what_is_filled_in(visitor: Visitor, site: Site) -> None:
    """A new button has what was filled in; what was left empty is not set."""
    console = await Console.of(visitor, site)
    await console.go("buttons/new")
    page = console.page
    await page.get_by_label("Name required").fill("Website")
    await page.get_by_label("Extension").fill("1001")
    await page.get_by_label("Auth required").select_option("no")
    await page.get_by_label("Whitelist").fill(r"^\+1" + "\n\n  " + r"^\+44  ")
    await page.get_by_text("Who may click, and when").click()
    await page.get_by_label("Throttle").fill("6")
    await page.get_by_label("Timezone").fill("Europe/Berlin")
    await page.get_by_label("Open", exact=True).fill("mon-fri 09:00-18:00")
    await page.get_by_role("button", name="Create").click()
    await expect(console.heading("Website")).to_be_visible()
    made = await document(site, page.url.rpartition("/")[2])
    del made["id"]
    assert made == {
        "name": "Website",
        "extension": "1001",
        "auth_required": False,
        "whitelist": [r"^\+1", r"^\+44"],
        "throttle": 6,
        "hours": HOURS,
        "dial_first": "extension",
        "timeout": 30,
        "custom_application_vars": {},
    }


async def test_each_field_has_its_meaning(visitor: Visitor, site: Site) -> None:
    """The form has a field for each of the schema, and says what it means."""
    console = await Console.of(visitor, site)
    await console.go("buttons/new")
    form = console.page.locator("form.button-form")
    await expect(form).to_be_visible()
    words = await form.text_content()
    assert words is not None
    for name, meaning in MEANINGS.items():
        assert name.replace("_", " ").capitalize() in words
        assert meaning in words


async def test_saving_keeps_what_the_form_does_not_know(visitor: Visitor, site: Site) -> None:
    """A field of the document that is none of the schema stays, and so does all that was not touched."""
    before: dict[str, Any] = {
        "name": "CRM",
        "extension": "110",
        "crm": {"id": 7},
        "media": {"ignore_early_media": False, "codecs": ["OPUS"]},
        "bypass_media": "auto",
        "custom_sip_headers": {"X-Order": "1", "out": {"X-Kind": True}},
        "signature_required": False,
        "hours": HOURS,
    }
    button = await site.button(**before)
    whole = await document(site, button)
    console = await Console.of(visitor, site)
    await console.go(f"buttons/{button}")
    await console.page.get_by_label("Timeout").fill("12")
    await console.page.get_by_role("button", name="Save", exact=True).click()
    await expect(console.page.get_by_text("It holds from the next click on")).to_be_visible()
    assert await document(site, button) == {**whole, "timeout": 12}
    await console.page.get_by_label("Timeout").fill("")
    await console.page.get_by_label("Signature required").select_option("Not set")
    await console.page.get_by_role("button", name="Save", exact=True).click()
    await expect(console.page.get_by_text("It holds from the next click on")).to_be_visible()
    del whole["signature_required"]
    assert await document(site, button) == {**whole, "timeout": 30}


async def test_faults_are_shown_where_they_are(visitor: Visitor, site: Site) -> None:
    """Each fault stands at its field, with its line; the summary has the focus and leads there."""
    button = await site.button()
    console = await Console.of(visitor, site)
    await console.go(f"buttons/{button}")
    page = console.page
    who = page.get_by_text("Who may click, and when")
    await page.get_by_label("Extension").fill("10 01")
    await who.click()
    await page.get_by_label("Open", exact=True).fill("mon 09:00-18:00\nmon 9-18")
    await who.click()
    await page.get_by_role("button", name="Save", exact=True).click()
    summary = page.get_by_role("alert")
    await expect(summary).to_be_focused()
    await expect(summary).to_contain_text("3 things are not right yet")
    times = page.get_by_label("Open", exact=True)
    await expect(times).to_have_accessible_description(re.compile("Line 2: Not of the form"))
    for field in (page.get_by_label("Extension"), page.get_by_label("Timezone"), times):
        await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("Timeout")).not_to_have_attribute("aria-invalid", "true")
    await summary.get_by_role("link", name="Timezone").click()
    await expect(page.get_by_label("Timezone")).to_be_focused()
    await page.get_by_label("Timezone").fill("Mars/Olympus")
    await times.fill("mon 09:00-18:00")
    await page.get_by_label("Extension").fill("1002")
    await page.get_by_label("Whitelist").fill("^1\n(")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_label("Whitelist")).to_have_accessible_description(re.compile("Line 2: "))
    await expect(page.get_by_label("Extension")).not_to_have_attribute("aria-invalid", "true")


async def test_json_that_is_none_is_not_sent(visitor: Visitor, site: Site) -> None:
    """What can't be read is told at its field, and nothing is sent."""
    button = await site.button()
    console = await Console.of(visitor, site)
    await console.go(f"buttons/{button}")
    await console.page.get_by_text("For the dialplan and SIP").click()
    await console.page.get_by_label("Custom application vars").fill("{order: 1}")
    await console.page.get_by_role("button", name="Save", exact=True).click()
    await expect(console.page.get_by_role("alert")).to_contain_text("This is no JSON")
    assert (await document(site, button))["custom_application_vars"] == {}


async def test_two_admins_do_not_overwrite_each_other(visitor: Visitor, site: Site) -> None:
    """What another has saved meanwhile is not lost unasked: one sees it, or writes over it knowingly."""
    button = await site.button(name="Sales")
    console = await Console.of(visitor, site)
    await console.go(f"buttons/{button}")
    name = console.page.get_by_label("Name required")
    await name.fill("Mine")
    await site.ask("PATCH", f"/{button}", json={"data": {"name": "Theirs"}})
    await console.page.get_by_role("button", name="Save", exact=True).click()
    await expect(console.page.get_by_text("somebody else has changed this button")).to_be_visible()
    assert (await document(site, button))["name"] == "Theirs"
    await console.page.get_by_role("button", name="Save mine over it").click()
    await expect(console.page.get_by_text("It holds from the next click on")).to_be_visible()
    assert (await document(site, button))["name"] == "Mine"
    await site.ask("PATCH", f"/{button}", json={"data": {"name": "Theirs again"}})
    await console.page.get_by_role("button", name="Save", exact=True).click()
    await console.page.get_by_role("button", name="Show the newest").click()
    await expect(name).to_have_value("Theirs again")


async def test_what_is_typed_is_not_left_unasked(visitor: Visitor, site: Site) -> None:
    """Who leaves the form with something unsaved is asked; what was saved is left without a question."""
    button = await site.button(name="Sales")
    console = await Console.of(visitor, site)
    await console.go(f"buttons/{button}")
    name, page = console.page.get_by_label("Name required"), console.page
    history = page.get_by_role("navigation").get_by_role("link", name="History")
    dialog = page.get_by_role("dialog", name="Leave without saving?")
    await name.fill("Half of a na")
    await history.click()
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(name).to_have_value("Half of a na")
    assert page.url.endswith(f"#buttons/{button}")
    await history.click()
    await dialog.get_by_role("button", name="Leave").click()
    await expect(console.heading("History")).to_be_visible()
    await console.go(f"buttons/{button}")
    await name.fill("A whole name")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("It holds from the next click on")).to_be_visible()
    await history.click()
    await expect(console.heading("History")).to_be_visible()


async def test_a_button_is_removed_after_a_question(visitor: Visitor, site: Site) -> None:
    """Removing asks first."""
    button = await site.button(name="Old one")
    console = await Console.of(visitor, site)
    await console.go(f"buttons/{button}")
    await console.page.get_by_role("button", name="Remove").click()
    dialog = console.page.get_by_role("dialog", name="Remove the button “Old one”?")
    await dialog.get_by_role("button", name="Cancel").click()
    assert (await site.ask("GET", f"/{button}")).status_code == 200
    await console.page.get_by_role("button", name="Remove").click()
    await dialog.get_by_role("button", name="Remove it").click()
    await expect(console.page.get_by_text("There is no button yet")).to_be_visible()
    assert (await site.ask("GET", f"/{button}")).status_code == 404


async def try_it(console: Console, contact: str, clicked_by: str) -> str:
    """Try a contact, and give what the tester says."""
    form = console.page.locator("form.tester")
    await form.get_by_label("Contact").fill(contact)
    await form.get_by_label("Clicked by").select_option(clicked_by)
    async with console.page.expect_response("**/connect*"):
        await form.get_by_role("button", name="Try it").click()
    await expect(form.locator(".notice").last).to_be_visible()
    await expect(form.get_by_role("button", name="Try it")).to_be_enabled()
    return await form.locator(".result").inner_text()


async def test_the_tester_tells_which_rule_decides(visitor: Visitor, site: Site) -> None:
    """A contact is tried without a call: what is against it is named, and what would be sent is shown."""
    button = await site.button(**PUBLIC)
    console = await Console.of(visitor, site)
    await console.go(f"buttons/{button}")
    said = await try_it(console, "+1 (555) 1234-5", "public")
    assert "It would be called." in said
    assert "+155512345" in said
    assert "What the switch would get" not in said
    said = await try_it(console, "+44 20 7946 0000", "public")
    assert "It would be refused" in said
    assert "whitelist" in said
    said = await try_it(console, "+15551234", "token")
    await console.page.get_by_text("What the switch would get").click()
    await expect(console.page.locator("form.tester pre")).to_contain_text("Channel: Local/")
    assert not site.switch.orders


async def test_the_tester_looks_behind_the_origin(visitor: Visitor, site: Site) -> None:
    """Of a button of certain pages the tester says that it is none of them, and what the other rules say."""
    button = await site.button(**PUBLIC, allowed_origins=["https://shop.example"])
    console = await Console.of(visitor, site)
    await console.go(f"buttons/{button}")
    said = await try_it(console, "+44 20 7946 0000", "public")
    assert "none of the button's allowed origins" in said
    assert "whitelist" in said


async def test_a_visitor_needs_a_token_for_some(visitor: Visitor, site: Site) -> None:
    """That a button takes no visitor's click is said, and what to do."""
    button = await site.button()
    console = await Console.of(visitor, site)
    await console.go(f"buttons/{button}")
    assert "takes no click without a token" in await try_it(console, "+15551234", "public")
    await expect(console.page.get_by_text("Visitors can't click this button yet")).to_be_visible()


async def test_the_line_is_for_where_visitors_are(visitor: Visitor, site: Site) -> None:
    """The line to paste has the address that the admin gave once, is copied whole, and has a form in it."""
    button = await site.button(**PUBLIC)
    console = await Console.of(visitor, site)
    await visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await console.go(f"buttons/{button}")
    await console.page.get_by_label("Where visitors reach c2cd").fill("https://pbx.example/")
    await console.page.get_by_role("button", name="Copy").click()
    await expect(console.page.get_by_role("button", name="Copied")).to_be_visible()
    line = await console.page.evaluate("navigator.clipboard.readText()")
    assert f'<script src="https://pbx.example/button.js" data-account="acme" data-button="{button}"' in line
    path = f"/v2/accounts/acme/clicktocall/{button}/connect"
    assert f'<form method="post" action="https://pbx.example{path}">' in line
    await console.page.reload()
    await expect(console.page.get_by_label("Where visitors reach c2cd")).to_have_value("https://pbx.example/")
    assert json.loads(await console.page.evaluate("JSON.stringify(Object.keys(localStorage))")) == [
        "c2cd.public_url"
    ]


async def test_the_button_itself_is_shown(visitor: Visitor, site: Site) -> None:
    """The very button is there as visitors see it, on a light and a dark page; it calls nobody."""
    button = await site.button(**PUBLIC)
    console = await Console.of(visitor, site)
    await console.go(f"buttons/{button}")
    for scheme in ("light", "dark"):
        stage = console.page.get_by_role("group", name=f"On a {scheme} page")
        await stage.get_by_role("button", name="Call me").first.click()
        await stage.get_by_label("Which number can we call?").fill("+15551234")
        async with console.page.expect_response("**/connect") as answering:
            await stage.get_by_role("button", name="Call me").last.click()
        assert (await (await answering.value).json())["data"]["allowed"] is True
        await assert_accessible(console.page)
        await stage.get_by_role("button", name="Close").click()
    assert not site.switch.orders
