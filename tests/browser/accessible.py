"""What axe-core finds amiss in a page for people who see, hear or point otherwise."""

from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

# Styles are looked at where they are: axe would fetch them again, which a page's policy may forbid.
_OPTIONS = {"resultTypes": ["violations"], "preload": False}


async def violations(page: Page) -> list[str]:
    """Give a line for each fault, in the page and in the shadow trees of its elements: rule, target, help."""
    found: dict[str, Any] = (await Axe().run(page, options=_OPTIONS)).response
    return [
        f"{violation['id']} at {node['target']}: {violation['help']}; {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


async def assert_accessible(page: Page) -> None:
    """Fail where there is any fault."""
    found = await violations(page)
    assert not found, "\n".join(found)
