"""The console as an admin has it before him: signed in, and gone to one of its pages."""

from dataclasses import dataclass
from typing import Self

from playwright.async_api import Locator, Page, expect

from tests.browser.visitor import Visitor
from tests.web.site import Site


@dataclass
class Console:
    """The console in a tab."""

    page: Page
    url: str

    @classmethod
    async def of(cls, visitor: Visitor, site: Site, *, token: str = "acme") -> Self:
        """Open it, and sign in with one of the site's tokens."""
        console = cls(await visitor.open(f"{site.daemon.console_url}/console/"), site.daemon.console_url)
        await console.sign_in(site.tokens[token])
        await expect(console.page.get_by_role("button", name="Sign out")).to_be_visible()
        return console

    async def sign_in(self, token: str) -> None:
        """Type a token, and send it."""
        await self.page.get_by_label("Token").fill(token)
        await self.page.get_by_role("button", name="Sign in").click()

    async def go(self, place: str) -> None:
        """Go to a page by its address."""
        await self.page.goto(f"{self.url}/console/#{place}")

    async def follows(self) -> None:
        """Wait until the live page hears of events."""
        await expect(self.state("Events").get_by_text("Followed live")).to_be_visible()

    def state(self, name: str) -> Locator:
        """Find what the live page says of the switch, the database or the events."""
        return self.page.locator(".state").filter(has=self.page.get_by_role("heading", name=name))

    def heading(self, name: str) -> Locator:
        """Find the page's title."""
        return self.page.get_by_role("heading", level=1, name=name)

    def table(self, name: str) -> Locator:
        """Find a table by its caption."""
        return self.page.get_by_role("table", name=name)

    def rows(self, name: str) -> Locator:
        """Find the rows of such a table, without that of its titles."""
        return self.table(name).locator("tbody tr")
