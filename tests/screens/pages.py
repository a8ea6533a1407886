"""Pictures of the button and of the console, by Debian's Chromium, of a daemon with simulated phones."""

import io
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import httpx
from msgspec import Struct
from PIL import Image
from playwright.async_api import Browser, BrowserContext, FloatRect, Page, expect

from c2cd.clock import SystemClock
from c2cd.switch.simulated import SimulatedSwitch
from tests.browser.console import Console
from tests.browser.pages import Origin, page, serving_pages
from tests.browser.widget import CallButton, tag, words
from tests.process import Daemon, running
from tests.screens.month import write_month
from tests.screens.story import BUTTONS, ENDING, RINGING, SECRET, TALKERS, phone

WIDTHS = {"phone": 390, "desktop": 1200}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Whom a visitor asks to be called at; what the simulated phones do depends on how it ends.
_ANSWERS, _RINGS, _BUSY, _HANGS_UP = "+12125550142", "+12125550480", "+12125550486", "+12125550155"
# Buttons beside the story's: one that may be clicked once a minute, and one of an office that is closed.
_SELDOM, _CLOSED = "Newsletter", "Workshop"
_SHOP = """<style>
:root { color-scheme: light dark; font: 100%/1.5 'DejaVu Sans', sans-serif }
main { max-inline-size: 36rem; margin: 2rem auto; padding: 0 1rem }
</style>"""


class Look(Struct, frozen=True):
    """By whom a page is seen."""

    width: str
    scheme: Literal["light", "dark"]

    @property
    def name(self) -> str:
        """What a picture's name says of it."""
        return f"{self.width}-{self.scheme}"


LOOKS = [Look(width, scheme) for width in WIDTHS for scheme in SCHEMES]


class State(Struct, frozen=True):
    """A state of the button: which button, what is typed and sent, and the key of what it then says.

    ``is_visitors`` says that it is about the visitor's own phone.
    """

    name: str
    button: str = "Sales desk"
    contact: str = ""
    says: str = ""
    is_open: bool = True
    is_sent: bool = True
    is_visitors: bool = False
    language: str = "en"


STATES = [
    State("button", is_open=False),
    State("form", is_sent=False),
    State("form-ar", is_sent=False, language="ar"),
    State("ready", contact=_ANSWERS, says="ready", is_sent=False),
    State("invalid", contact="my number", says="invalid"),
    State("calling", "Help page", _ANSWERS, "ringing-extension"),
    State("ringing", contact=_RINGS, says="ringing-contact"),
    State("talking", contact=_ANSWERS, says="bridged"),
    State("talking-de", contact=_ANSWERS, says="bridged", language="de"),
    State("ended", contact=_HANGS_UP, says="ended"),
    State("busy", contact=_BUSY, says="busy", is_visitors=True),
    State("throttled", _SELDOM, _ANSWERS, "throttled"),
    State("closed", _CLOSED, _ANSWERS, "closed"),
]
# The console's pages: where each is, and what is there once it is whole.
CONSOLE = {
    "live": ("live", "table"),
    "buttons": ("buttons", "tbody tr"),
    "button": ("buttons/{button}", "c2cd-button >> nth=1"),
    "history": ("history", "tbody tr >> nth=9"),
    "call": ("history/{button}/{call}", "[role=img]"),
    "statistics": ("statistics?days=31", "[role=img] >> nth=5"),
}
# Nobody scrolls a picture further than so many pixels; the button needs no more than a small window.
_LONGEST, _HEIGHT = 1_400, 460
# As many colours as these pages have, without those that nobody tells from their neighbours.
_COLOURS = 128


def names(looks: Sequence[Look], states: Sequence[State]) -> Iterator[str]:
    """Give the names of the pictures, in the order in which they are taken."""
    yield from (f"console-{name}-{look.name}.png" for look in looks for name in CONSOLE)
    yield from (f"button-{state.name}-{look.name}.png" for look in looks for state in states)


async def take_pages(
    browser: Browser, folder: Path, out: Path, looks: Sequence[Look], states: Sequence[State]
) -> list[Path]:
    """Run a daemon in a folder, take pictures by these looks, and give their files."""
    async with AsyncExitStack() as stack:
        daemon = await stack.enter_async_context(_daemon(folder))
        pages = await stack.enter_async_context(serving_pages(set()))
        studio = Studio(daemon, await pages.origin(), await _buttons(daemon), out)
        extensions = {studio.buttons[name]: extension for name, extension in BUTTONS.items()}
        await write_month(daemon.database, extensions, time.time())
        contexts = {look: await stack.enter_async_context(_context(browser, look)) for look in looks}
        consoles = {look: await studio.open_console(context) for look, context in contexts.items()}
        await studio.begin_calls()
        shots = [
            await studio.shoot_console(console, name, look)
            for look, console in consoles.items()
            for name in CONSOLE
        ]
        shots += [
            await studio.shoot_button(context, state, look)
            for look, context in contexts.items()
            for state in states
        ]
        return shots


@asynccontextmanager
async def _daemon(folder: Path) -> AsyncIterator[Daemon]:
    switch = SimulatedSwitch(SystemClock(), "c2cd", SECRET, phones=phone)
    async with switch.listening() as port:
        daemon = Daemon(folder, port, secret=SECRET, more='region = "US"', console=True)
        async with running(daemon):
            yield daemon


@asynccontextmanager
async def _context(browser: Browser, look: Look) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(
        color_scheme=look.scheme,
        viewport={"width": WIDTHS[look.width], "height": _HEIGHT},
        locale="en-US",
        timezone_id="UTC",
        reduced_motion="reduce",
        device_scale_factor=2,
    )
    try:
        yield context
    finally:
        await context.close()


async def _buttons(daemon: Daemon) -> dict[str, str]:
    """Make the story's buttons, for visitors, and those that refuse a click."""
    opens = f"{datetime.now(UTC) + timedelta(days=2):%a}".lower()
    documents: dict[str, dict[str, object]] = {
        **{name: {"extension": extension} for name, extension in BUTTONS.items()},
        _SELDOM: {"extension": "1003", "throttle": 1},
        _CLOSED: {"extension": "1004", "hours": {"timezone": "UTC", "open": [f"{opens} 09:00-18:00"]}},
    }
    return {
        name: await daemon.create_button(name=name, auth_required=False, whitelist=[r"^\+"], **document)
        for name, document in documents.items()
    }


class Studio(Struct):
    """A daemon at work, a page of a shop, and the folder for the pictures."""

    daemon: Daemon
    shop: Origin
    buttons: dict[str, str]
    out: Path

    async def open_console(self, context: BrowserContext) -> Console:
        """Open the console at the live page, signed in; it tells what happens from then on."""
        opened = await context.new_page()
        await opened.goto(f"{self.daemon.console_url}/console/")
        console = Console(opened, self.daemon.console_url)
        await console.sign_in(self.daemon.token)
        await console.follows()
        return console

    async def begin_calls(self) -> None:
        """Have some calls that end, some that talk and some that ring, and clicks that are refused."""
        for name, contact in [*TALKERS, *ENDING, *RINGING]:
            answer = await self._click(name, contact)
            assert answer.status_code == 200, answer.text
        for name in (_CLOSED, _SELDOM, _SELDOM):
            await self._click(name, _HANGS_UP)

    async def _click(self, name: str, contact: str) -> httpx.Response:
        """Click as a visitor does."""
        async with httpx.AsyncClient(base_url=self.daemon.url) as visitor:
            path = f"/v2/accounts/acme/clicktocall/{self.buttons[name]}/connect"
            return await visitor.post(path, json={"data": {"contact": contact}})

    async def shoot_console(self, console: Console, name: str, look: Look) -> Path:
        """Take the picture of one of the console's pages, all of it."""
        if name == "live":
            await expect(console.rows("Live calls")).to_have_count(len(TALKERS) + len(RINGING))
            await expect(console.rows("Calls that have just ended")).to_have_count(len(ENDING) + 1)
        else:
            button = self.buttons["Sales desk"]
            talks = [row for row in await self.daemon.history(button) if (row["talk_seconds"] or 0) > 30]
            place, whole = CONSOLE[name]
            await console.go(place.format(button=button, call=talks[0]["call_id"]))
            await expect(console.page.locator(whole).first).to_be_visible()
        return await self._save(console.page, f"console-{name}-{look.name}.png", _LONGEST)

    async def shoot_button(self, context: BrowserContext, state: State, look: Look) -> Path:
        """Bring the button into a state on a page of its own, and take the picture of that."""
        if state.button == _SELDOM:  # which has had its click then, however long the pictures before took
            await self._click(_SELDOM, _HANGS_UP)
        tagged = tag(self.daemon.url, self.buttons[state.button], lang=state.language)
        opened = await context.new_page()
        body = f"<p>Questions? We call you, at no cost.</p>{tagged}"
        await opened.goto(self.shop.put("/", page(body, head=_SHOP)))
        button = CallButton(opened)
        if state.is_open:
            await button.opener.click()
        if state.contact:
            await button.number.fill(state.contact)
        if state.contact and state.is_sent:
            await button.submit.click()
        if state.says:
            name = words()["you"] if state.is_visitors else state.button
            await button.says(state.says, name=name, number=state.contact, when=".+", language=state.language)
        file = await self._save(opened, f"button-{state.name}-{look.name}.png", _HEIGHT)
        await opened.close()
        return file

    async def _save(self, opened: Page, name: str, longest: int) -> Path:
        file = self.out / name
        width, height = await opened.evaluate("[innerWidth, document.documentElement.scrollHeight]")
        clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": min(height, longest)}
        await opened.mouse.move(width - 1, 0)
        taken = await opened.screenshot(full_page=True, clip=clip, animations="disabled")
        with Image.open(io.BytesIO(taken)) as picture:
            picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        return file
