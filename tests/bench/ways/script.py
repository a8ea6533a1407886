"""What people use instead: a Python script, a process per click, as CGI has it."""

import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bench.switch import SCRIPTS, WATCHER, BenchSwitch
from tests.bench.watching import Watcher, watching
from tests.bench.ways.order import new_call_id, template
from tests.bench.ways.way import Clicked, Refused, contact

_SCRIPT = Path(__file__).parent / "click.py"


def write_settings(folder: Path, switch: BenchSwitch) -> Path:
    """Write what a script has to know."""
    file = folder / "settings.json"
    settings = {
        "host": switch.ami_host,
        "port": switch.ami_port,
        "username": SCRIPTS,
        "secret": switch.managers[SCRIPTS].secret,
        "order": template(),
    }
    file.write_text(json.dumps(settings))
    return file


class Script:
    """Runs the script; it answers by its end."""

    name = "script"

    def __init__(self, settings: Path, watcher: Watcher) -> None:
        self._settings = str(settings)
        self._watcher = watcher

    async def click(self, _slot: int, number: int) -> Clicked:
        """Run it, and wait for its end and the call's decision."""
        began = time.perf_counter()
        call_id = new_call_id()
        decided = self._watcher.decided(call_id.encode())
        command = sys.executable, "-I", str(_SCRIPT), self._settings, contact(number), call_id
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
        _, said = await process.communicate()
        answered = time.perf_counter() - began
        if b"TimeoutError" in said:  # it got no connection to the switch
            raise Refused(answered)
        if process.returncode != 0:
            raise RuntimeError(said.decode())
        await decided
        return Clicked(answered, time.perf_counter() - began)

    def cpu(self) -> float:
        """Give that of the processes that have ended."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime


@asynccontextmanager
async def script(switch: BenchSwitch) -> AsyncIterator[Script]:
    """Open the way."""
    with tempfile.TemporaryDirectory(prefix="c2cd-bench-") as folder:
        async with watching(switch, WATCHER) as watcher:
            yield Script(write_settings(Path(folder), switch), watcher)
