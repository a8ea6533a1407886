"""A browser for the run, visitors for each test, pages at foreign origins, and daemons for both switches.

All of it lives in the session's loop, as the real switches do, so that a module of such tests says
`pytestmark = pytest.mark.asyncio(loop_scope="session")`. Where there is no browser a test is skipped with the
reason, or fails with `C2CD_TEST_BROWSER=required`.
"""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import NoBrowser, chromium
from tests.browser.pages import Origin, Pages, serving_pages
from tests.browser.visitor import Visitor, Visits
from tests.lab.asterisk import Asterisk
from tests.lab.fixtures import HANGS_UP
from tests.process import LIFTED, Daemon, running
from tests.web.site import ACCOUNTS, Site, open_site


class NewVisitor(Protocol):
    """Makes a visitor, by what playwright can ask of a context, as ``locale`` or ``java_script_enabled``."""

    async def __call__(self, **options: Any) -> Visitor:
        """Make one."""


class DaemonOnPhones(Protocol):
    """Runs a daemon, with a console, on a real switch whose calls it may hang up."""

    async def __call__(self, *, limits: str = LIFTED, more: str = "") -> Daemon:
        """Run it until the test ends; ``more`` goes to the end of its account's section."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Give one Chromium for the whole run; tests ask for a ``visitor`` instead."""
    try:
        async with chromium() as browser:
            yield browser
    except NoBrowser as fault:
        if os.environ.get("C2CD_TEST_BROWSER") == "required":
            pytest.fail(f"C2CD_TEST_BROWSER=required, but {fault}", pytrace=False)
        pytest.skip(str(fault))


@pytest_asyncio.fixture(loop_scope="session")
async def visits() -> AsyncIterator[Visits]:
    """Give the list of visitors and of what there is to visit, to which a test adds an origin of its own."""
    visits = Visits()
    yield visits
    await visits.end()


@pytest.fixture
def new_visitor(browser: Browser, visits: Visits) -> NewVisitor:
    """Give what makes visitors; at the end each of them tells what its pages said amiss.

    They want no motion, so that what they look at stands still, unless ``reduced_motion`` says otherwise.
    """

    async def make(**options: Any) -> Visitor:
        context = await browser.new_context(**{"reduced_motion": "reduce", "locale": "en-US", **options})
        visitor = Visitor(context, visits.origins)
        visits.visitors.append(visitor)
        await visitor.prepare()
        return visitor

    return make


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(new_visitor: NewVisitor) -> Visitor:
    """Give somebody who speaks English."""
    return await new_visitor()


@pytest_asyncio.fixture(loop_scope="session")
async def pages(visits: Visits) -> AsyncIterator[Pages]:
    """Give a server for pages."""
    async with serving_pages(visits.origins) as pages:
        yield pages
        await visits.end()


@pytest_asyncio.fixture(loop_scope="session")
async def shop(pages: Pages) -> Origin:
    """Give a website, at an origin that is not the daemon's."""
    return await pages.origin()


@pytest_asyncio.fixture(loop_scope="session")
async def daemon_on_phones(
    asterisk: Asterisk, tmp_path: Path, visits: Visits
) -> AsyncIterator[DaemonOnPhones]:
    """Give what runs a daemon on each real Asterisk."""
    async with AsyncExitStack() as stack:

        async def run(*, limits: str = LIFTED, more: str = "") -> Daemon:
            secret = asterisk.managers[HANGS_UP].secret
            daemon = Daemon(tmp_path, asterisk.ami_port, HANGS_UP, secret, more, limits, console=True)
            visits.origins |= {daemon.url, daemon.console_url}
            return await stack.enter_async_context(running(daemon))

        yield run
        await visits.end()


@pytest_asyncio.fixture(loop_scope="session")
async def daemon(daemon_on_phones: DaemonOnPhones) -> Daemon:
    """Give a daemon on a real Asterisk, which no limit holds back."""
    return await daemon_on_phones()


@pytest_asyncio.fixture(loop_scope="session")
async def site(tmp_path: Path, visits: Visits) -> AsyncIterator[Site]:
    """Give a daemon, with a console, on the simulated switch, whose phones are quick."""
    async with open_site(tmp_path, more=ACCOUNTS, console=True) as site:
        visits.origins |= {site.daemon.url, site.daemon.console_url}
        yield site
        await visits.end()
