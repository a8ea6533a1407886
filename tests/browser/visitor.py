"""Somebody at a browser: a context of its own, and everything in it that a page should not have said."""

import re
from collections.abc import Set as AbstractSet
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, WebError, expect

# So long a page may take until it shows what became of a click.
PATIENCE = 10.0
expect.set_options(timeout=PATIENCE * 1000)

# An answer that refuses something is no fault of the page, and a stream is ended by aborting it.
_ANSWERED = re.compile(r"^Failed to load resource: the server responded with a status of [45]\d\d")
_ENDED = "net::ERR_ABORTED"

_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  tellViolation(`${event.effectiveDirective} forbids ${event.blockedURI || event.sample}`));
"""


class Visits:
    """Who visits in a test, and the ``origins`` that are there to be asked: what opens one notes it."""

    def __init__(self) -> None:
        self.origins: set[str] = set()
        self.visitors: list[Visitor] = []

    async def end(self) -> None:
        """End them all; it is to be before what they visit ends, of which they would only complain."""
        async with AsyncExitStack() as stack:
            while self.visitors:
                stack.push_async_callback(self.visitors.pop().close)


class Visitor:
    """A visitor of pages. What they said amiss is in ``faults``, whom they asked in ``asked``.

    Only ``origins`` may be asked. A fault that a test causes on purpose is announced to ``expects``, in words
    that are found in it; at the end each must have come, and no other.
    """

    def __init__(self, context: BrowserContext, origins: AbstractSet[str]) -> None:
        self.context = context
        self.faults: list[str] = []
        self.asked: list[Request] = []
        self._origins = origins
        self._expected: list[str] = []
        context.set_default_timeout(PATIENCE * 1000)
        context.on("console", self._hear)
        context.on("weberror", self._hear_error)
        context.on("request", self._see)
        context.on("requestfailed", self._see_failed)

    async def prepare(self) -> None:
        """Have every page of the context tell which of its policies it broke."""
        await self.context.expose_function("tellViolation", self._hear_violation)
        await self.context.add_init_script(_TELL_VIOLATIONS)

    async def open(self, url: str) -> Page:
        """Open a page in a tab of its own."""
        page = await self.context.new_page()
        await page.goto(url)
        return page

    def expects(self, words: str) -> None:
        """Announce a fault."""
        self._expected.append(words)

    async def close(self) -> None:
        """Close the browser's windows, and hold what was heard to what was announced."""
        for page in self.context.pages:
            await page.title()  # what it said before is heard by now
        await self.context.close()
        expected = self._expected
        unexpected = [fault for fault in self.faults if not any(words in fault for words in expected)]
        missing = [words for words in expected if not any(words in fault for fault in self.faults)]
        assert not unexpected, "\n".join(unexpected)
        assert not missing, f"expected, and never heard: {missing}"

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _ANSWERED.match(message.text):
            self.faults.append(f"console: {message.text}")

    def _hear_error(self, error: WebError) -> None:
        self.faults.append(f"error: {error.error}")

    def _hear_violation(self, words: str) -> None:
        self.faults.append(f"policy: {words}")

    def _see(self, request: Request) -> None:
        self.asked.append(request)
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" not in self._origins:
            self.faults.append(f"foreign: {request.url} was asked")

    def _see_failed(self, request: Request) -> None:
        if request.failure != _ENDED:
            self.faults.append(f"failed: {request.url}: {request.failure}")
