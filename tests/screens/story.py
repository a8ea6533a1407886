"""The calls that are on the pictures, and which commands are shown with them."""

from contextlib import AsyncExitStack
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from c2cd.clock import SystemClock, sleep
from c2cd.switch.simulated import SimulatedSwitch
from c2cd.switch.simulated_phones import Phone, phone_at
from tests.process import C2CD, Daemon, running
from tests.screens.picture import picture
from tests.screens.terminal import Terminal, terminal

SECRET = "s3cret-of-ami"


class Shot(Struct, frozen=True):
    """A picture's name, what is typed after ``c2cd``, and the words that it waits for.

    One that follows is started before the calls, the others after them.
    """

    name: str
    command: tuple[str, ...]
    words: tuple[str, ...]
    follows: bool = True
    columns: int = 104
    lines: int = 24


SHOTS = [
    Shot("calls", ("calls", "--watch"), ("talking", "ringing", "waiting", "success", "error USER_BUSY")),
    Shot("events", ("events", "--follow", "--since", "1h"), ("+4930555480", "busy"), columns=148, lines=42),
    Shot("history", ("history",), ("success", "error USER_BUSY", "TALKED"), follows=False),
]

# Whom they call, from which button; those at the end are still on the screen when the picture is taken.
_SALES, _PRICES, _OFFICE, _HELP = "Sales desk", "Pricing page", "Büro Zürich", "Help page"
BUTTONS = {_SALES: "1001", _PRICES: "1002", _OFFICE: "2048", _HELP: "1099"}
TALKERS = [(_SALES, "+12125550142"), (_OFFICE, "+41445550134"), (_PRICES, "+442079460018")]
ENDING = [(_PRICES, "+12125550486"), (_SALES, "+3225550155")]
RINGING = [(_SALES, "+4930555480"), (_HELP, "+41445559999")]


def phone(number: str) -> Phone:
    """Take calls as the simulated phones do, but quickly, and talk long where the story wants it."""
    if number.endswith("480"):
        return replace(phone_at(number), rings_after=0.05)
    if number == "1099":  # hesitates
        return Phone(rings_after=0.05, answers_after=20.0)
    talks = 0.1 if number.endswith("155") else 3600.0
    return replace(phone_at(number), rings_after=0.05, answers_after=0.1, talks=talks)


async def take_pictures(folder: Path, out: Path, pace: float) -> list[Path]:
    """Run a daemon on the simulated switch in a folder, click, and leave the pictures; give their files."""
    switch = SimulatedSwitch(SystemClock(), "c2cd", SECRET, phones=phone)
    async with AsyncExitStack() as stack:
        ami_port = await stack.enter_async_context(switch.listening())
        daemon = await stack.enter_async_context(running(Daemon(folder, ami_port, secret=SECRET)))
        buttons = {
            name: await daemon.create_button(name=name, extension=extension)
            for name, extension in BUTTONS.items()
        }
        taken = [(shot, await _open(stack, shot, daemon)) for shot in SHOTS if shot.follows]
        await _click(daemon, buttons, TALKERS, pace)
        await _click(daemon, buttons, ENDING, pace / 4)
        for name, _ in ENDING:
            await daemon.wait_until(buttons[name], "ended")
        await _click(daemon, buttons, RINGING, pace / 4)
        taken += [(shot, await _open(stack, shot, daemon)) for shot in SHOTS if not shot.follows]
        return [await _take(shot, shown, out) for shot, shown in taken]


async def _open(stack: AsyncExitStack, shot: Shot, daemon: Daemon) -> Terminal:
    env = {"C2CD_CONFIG": str(daemon.config)}
    opened = terminal(*C2CD, *shot.command, columns=shot.columns, lines=shot.lines, env=env)
    return await stack.enter_async_context(opened)


async def _click(daemon: Daemon, buttons: dict[str, str], calls: list[tuple[str, str]], pace: float) -> None:
    for name, contact in calls:
        click = await daemon.request("POST", f"/{buttons[name]}/connect", {"contact": contact})
        assert click.status_code == 200, click.text
        await sleep(SystemClock(), pace)


async def _take(shot: Shot, shown: Terminal, out: Path) -> Path:
    await shown.until(*shot.words)
    file = out / f"{shot.name}.svg"
    file.write_text(picture(shown.screen, f"c2cd {' '.join(shot.command)}"), encoding="utf-8")
    return file
