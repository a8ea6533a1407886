"""The button as a visitor has it before him: what he reads, types and clicks, in English."""

import json
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Self

from playwright.async_api import Locator, Page, expect

import c2cd
from tests.browser.pages import Origin, page, strict_policy
from tests.browser.visitor import Visitor

SCRIPT = Path(c2cd.__file__).parent / "web/assets/button.js"
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


@cache
def languages() -> dict[str, dict[str, str]]:
    """Give the button's own words, by language and key."""
    found: dict[str, dict[str, str]] = json.loads(SCRIPT.read_text(encoding="utf-8").split("/*words*/")[1])
    return found


def words(language: str = "en") -> dict[str, str]:
    """Give the button's own words in a language, by their keys."""
    return languages()[language]


class CallButton:
    """The button on a page, by the parts that a page may style; of several that of a ``host``."""

    def __init__(self, page: Page, host: Locator | None = None) -> None:
        self.page = page
        self.opener, self.panel, self.number, self.submit, self.status, self.cancel, self.closer = (
            (host or page).locator(f"[part~={part}]")
            for part in ("button", "panel", "field", "submit", "status", "cancel", "close")
        )

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

    async def says(
        self, key: str, *, name: str = "Sales", number: str = "", when: str = "", language: str = "en"
    ) -> None:
        """Wait until it says what its words have under a key, of somebody; ``when`` is a pattern."""
        text = words(language)[key].format(name=name, number=number, when="WHEN")
        text = re.escape(text).replace("WHEN", when)
        await expect(self.status).to_have_text(re.compile(f"^{text}$"))
