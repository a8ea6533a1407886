"""``python -m tests.screens``: pictures of what the commands show of a daemon at work, or of its pages."""

import argparse
import asyncio
import tempfile
from pathlib import Path

from tests.browser.chromium import chromium
from tests.screens.pages import LOOKS, STATES, take_pages
from tests.screens.story import take_pictures


async def _take(folder: Path, out: Path, pace: float, *, pages: bool) -> list[Path]:
    if not pages:
        return await take_pictures(folder, out, pace)
    async with chromium() as browser:
        return await take_pages(browser, folder, out, LOOKS, STATES)


parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="the folder for the pictures")
parser.add_argument("--pace", type=float, default=4.0, help="seconds between the clicks, for the commands")
parser.add_argument(
    "--pages",
    action="store_true",
    help="of the button in its states and of the console: on a phone and on a desktop, in light and in dark",
)
arguments = parser.parse_args()
arguments.out.mkdir(parents=True, exist_ok=True)
with tempfile.TemporaryDirectory(prefix="c2cd-screens-") as folder:
    taking = _take(Path(folder), arguments.out, arguments.pace, pages=arguments.pages)
    for file in asyncio.run(taking):
        print(f"{file}: {file.stat().st_size / 1000:.0f} kB")  # noqa: T201 - it is a command
