"""Debian's Chromium, which no test lets out of loopback."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Error, async_playwright

# Nothing that a browser does for itself, and no name but addresses of loopback: what a page asks for is
# answered here or nowhere.
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


class NoBrowser(Exception):
    """Why no browser can be had on this machine."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run a Chromium while the block runs; NoBrowser where there is none, or it does not start."""
    path = shutil.which("chromium")
    if path is None:
        raise NoBrowser("a browser needs chromium")
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS)
        except Error as fault:
            raise NoBrowser(f"chromium does not start: {fault.message}") from fault
        try:
            yield browser
        finally:
            await browser.close()
