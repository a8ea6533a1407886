"""The button as a visitor has it before him: what he reads, types and clicks, in English."""

from html import escape
from typing import Any, Self

from playwright.async_api import Page, expect

from tests.browser.pages import Origin, page, strict_policy
from tests.browser.visitor import Visitor

CONTACT = "+15551234"
# What a button of everybody's must have.
PUBLIC: dict[str, Any] = {"auth_required": False, "whitelist": [r"^\+1"]}

_HEAR = "window.heard = []; document.addEventListener('c2cd', (event) => heard.push(event.detail));"


def tag(daemon: str, button: str, account: str = "acme", **data: str) -> str:
    """Write the tag that puts a button on a page; ``data`` are its further attributes."""
    written = "".join(
        f' data-{name.replace("_", "-")}="{escape(value)}"'
        for name, value in {"account": account, "button": button, **data}.items()
    )
    return f'<script src="{daemon}/button.js"{written}></script>'


class CallButton:
    """The button on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.opener = page.get_by_role("button", name="Call me back")
        self.panel = page.get_by_role("dialog", name="Call me back")
        self.number = page.get_by_label("Your phone number")
        self.submit = page.get_by_role("button", name="Call me now")
        self.cancel = page.get_by_role("button", name="Cancel")
        self.hang_up = page.get_by_role("button", name="Hang up")
        self.again = page.get_by_role("button", name="New call")
        self.status = self.panel.locator("[part~=status]")

    @classmethod
    async def on(
        cls, visitor: Visitor, shop: Origin, daemon: str, button: str, *, policy: bool = True, **data: str
    ) -> Self:
        """Put it on a page of a shop that lets in nothing else, and open that."""
        headers = strict_policy(daemon) if policy else None
        url = shop.put("/", page(tag(daemon, button, **data)), headers)
        return cls(await visitor.open(url))

    async def listen(self) -> None:
        """Keep what the button tells the page from now on."""
        await self.page.evaluate(_HEAR)

    async def heard(self) -> list[dict[str, Any]]:
        """Give what it told."""
        told: list[dict[str, Any]] = await self.page.evaluate("heard")
        return told

    async def ask_for_a_call(self, contact: str = CONTACT) -> None:
        """Open it, type a number, and have oneself called."""
        await self.opener.click()
        await self.number.fill(contact)
        await self.submit.click()

    async def says(self, words: str) -> None:
        """Wait until it says this."""
        await expect(self.status).to_have_text(words)
