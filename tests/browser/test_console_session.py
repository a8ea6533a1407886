"""The way into the console and out of it, and what becomes of the token."""

import json

import pytest
from playwright.async_api import expect

from tests.browser.console import Console
from tests.browser.visitor import Visitor
from tests.process import run_command
from tests.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_manage_token_opens_the_console(visitor: Visitor, site: Site) -> None:
    """Who holds a manage token gets in, and is told whose account it is."""
    console = await Console.of(visitor, site)
    await expect(console.heading("Live")).to_be_visible()
    await expect(console.page.get_by_text("acme", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("connect", "may only click buttons"),
        ("wrong", "does not know this token"),
        ("", "Type or paste a token"),
        ("ключ", "This is no token"),
    ],
)
async def test_another_token_is_refused_with_a_word(
    visitor: Visitor, site: Site, token: str, words: str
) -> None:
    """A token that manages nothing leads nowhere, and why is said."""
    console = Console(await visitor.open(f"{site.daemon.console_url}/console/"), site.daemon.console_url)
    await console.sign_in(site.tokens.get(token, token))
    await expect(console.page.get_by_role("alert")).to_contain_text(words)
    assert await console.page.evaluate("sessionStorage.length") == 0


async def test_the_token_stays_in_its_tab_and_its_header(visitor: Visitor, site: Site) -> None:
    """The token is in the session of its tab and in one header: in no address, no body and no other store."""
    console = await Console.of(visitor, site)
    button = await site.button(name="Sales")
    for place in ("buttons", f"buttons/{button}", "history", "statistics", "live"):
        await console.go(place)
        await expect(console.page.get_by_role("heading", level=1)).to_be_visible()
    token = site.tokens["acme"]
    asked = [(request.url, request.post_data or "", await request.all_headers()) for request in visitor.asked]
    assert any(headers.get("x-auth-token") == token for _, _, headers in asked)
    for url, body, headers in asked:
        others = {name: value for name, value in headers.items() if name != "x-auth-token"}
        assert token not in url + body + json.dumps(others)
    assert token not in await console.page.evaluate("JSON.stringify(localStorage) + document.cookie")
    other = await visitor.open(f"{site.daemon.console_url}/console/")
    await expect(other.get_by_label("Token")).to_be_visible()


async def test_signing_out_forgets_the_token(visitor: Visitor, site: Site) -> None:
    """After signing out nothing is left, and no page of the console shows anything."""
    console = await Console.of(visitor, site)
    await console.page.get_by_role("button", name="Sign out").click()
    await expect(console.heading("Sign in")).to_be_visible()
    assert await console.page.evaluate("sessionStorage.length") == 0
    await console.go("history")
    await expect(console.page.get_by_label("Token")).to_be_visible()


async def test_a_revoked_token_ends_the_session(visitor: Visitor, site: Site) -> None:
    """Once the token is revoked the console signs out, and says why."""
    console = await Console.of(visitor, site)
    await expect(console.heading("Live")).to_be_visible()
    config = ("--config", str(site.daemon.config))
    (row,) = site.rows("SELECT id FROM tokens WHERE account_id = 'acme' AND scope = 'manage'")
    code, _, words = await run_command("token", "revoke", *config, str(row[0]))
    assert code == 0, words
    await console.go("buttons")
    await expect(console.page.get_by_text("Your token is no longer good")).to_be_visible()
    assert await console.page.evaluate("sessionStorage.length") == 0


async def test_a_keyboard_alone_gets_in(visitor: Visitor, site: Site) -> None:
    """The field has the focus, Enter sends it, and then the page's title has the focus."""
    page = await visitor.open(f"{site.daemon.console_url}/console/")
    await expect(page.get_by_label("Token")).to_be_focused()
    await page.keyboard.type(site.tokens["acme"])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1, name="Live")).to_be_focused()
