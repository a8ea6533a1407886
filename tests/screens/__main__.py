"""``python -m tests.screens``: pictures of what the commands show of a daemon at work."""

import argparse
import asyncio
import tempfile
from pathlib import Path

from tests.screens.story import take_pictures

parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="the folder for the pictures")
parser.add_argument("--pace", type=float, default=4.0, help="seconds between the clicks")
arguments = parser.parse_args()
arguments.out.mkdir(parents=True, exist_ok=True)
with tempfile.TemporaryDirectory(prefix="c2cd-screens-") as folder:
    for file in asyncio.run(take_pictures(Path(folder), arguments.out, arguments.pace)):
        print(f"{file}: {file.stat().st_size / 1000:.0f} kB")  # noqa: T201 - it is a command
