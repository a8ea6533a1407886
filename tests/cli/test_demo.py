"""``c2cd demo``: everything on a simulated switch, by the very line that it prints."""

import asyncio
import json
import re
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.process import C2CD, eventually, run_command

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the demo's lines are for curl")


@dataclass
class Demo:
    """A demo that runs, and what it has printed."""

    process: asyncio.subprocess.Process
    printed: list[str] = field(default_factory=list)

    async def read_until(self, words: str) -> str:
        """Read stdout up to a line that holds these words, and give that line."""
        assert self.process.stdout is not None
        async with asyncio.timeout(20):
            while line := (await self.process.stdout.readline()).decode():
                self.printed.append(line.rstrip("\n"))
                if words in line:
                    return line.strip()
        raise EOFError(self.printed)

    async def ready(self, line: str) -> None:
        """Wait until the daemon behind a printed line has its switch."""
        url = re.sub(r".*(http://[0-9.:]+)/.*", r"\1/readyz", line)

        async def answers() -> bool:
            async with httpx.AsyncClient() as client:
                return (await client.get(url)).status_code == 200

        await eventually(answers, 10)

    async def stop(self) -> tuple[int, str]:
        """Press Ctrl-C; give the exit code and what stands on stderr."""
        self.process.send_signal(signal.SIGINT)
        _, err = await asyncio.wait_for(self.process.communicate(), 15)
        assert self.process.returncode is not None
        return self.process.returncode, err.decode()


@asynccontextmanager
async def demo(*arguments: str) -> AsyncIterator[Demo]:
    """Run the command while the block runs."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*C2CD, "demo", *arguments, stdout=pipe, stderr=pipe)
    try:
        yield Demo(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def paste(line: str) -> str:
    """Run a line in a shell, as it stands."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_shell(line, stdout=pipe, stderr=pipe)
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, err.decode()
    return out.decode()


def names_in(folder: Path) -> list[str]:
    """List a folder."""
    return [entry.name for entry in folder.iterdir()]


async def test_the_printed_lines_work_as_they_stand() -> None:
    """The click and the look at the history are pasted into a shell: a success, told in the event log too."""
    async with demo("--port", "0") as running:
        click = await running.read_until("/connect?blocking=true")
        look = await running.read_until("/history")
        answer = json.loads(await paste(click))
        assert (answer["status"], answer["data"]["result"]) == ("success", "success")
        bridged = json.loads(await running.read_until("call.bridged"))
        assert bridged["call_id"] == answer["data"]["call_id"]
        ended = json.loads(await running.read_until("call.ended"))
        assert ended["result"] == "success"
        history = json.loads(await paste(look))
        assert [item["call_id"] for item in history["data"]] == [bridged["call_id"]]
        code, err = await running.stop()
    assert (code, err) == (0, "")
    events = [json.loads(line)["event"] for line in running.printed if line.startswith("{")]
    assert events == [
        "call.requested",
        *("call.ringing", "call.answered") * 2,
        "call.bridged",
        "call.ended",
    ]


async def test_a_click_may_come_at_once() -> None:
    """Whoever clicks in the moment in which the lines are printed is served: the switch is there by then."""
    async with httpx.AsyncClient(timeout=20) as client, demo("--port", "0") as running:
        click = await running.read_until("/connect?blocking=true")
        token, url = re.search(r"X-Auth-Token: (\S+)'.*'(http\S+)'", click).groups()  # type: ignore[union-attr]
        answer = await client.post(url, headers={"x-auth-token": token}, json={"data": {"contact": "5486"}})
        assert answer.status_code == 200, answer.text
        assert (await running.stop())[0] == 0


async def test_a_busy_number_is_busy() -> None:
    """The endings that the demo promises are those that a click gets."""
    async with demo("--port", "0") as running:
        click = await running.read_until("/connect?blocking=true")
        await running.ready(click)
        answer = json.loads(await paste(click.replace("+15551234", "+15550486")))
        assert (answer["data"]["result"], answer["data"]["cause"]) == ("error", "USER_BUSY")
        assert (await running.stop())[0] == 0


async def test_it_says_that_it_is_a_simulation() -> None:
    """Nobody can take the demo for the real thing: its first line says what it is."""
    async with demo("--port", "0") as running:
        await running.read_until("Ctrl-C")
        assert "SIMULATED" in running.printed[0]
        assert "No phone rings" in running.printed[0]
        assert (await running.stop())[0] == 0


async def test_ctrl_c_in_mid_call_ends_it_well() -> None:
    """Ctrl-C while a call is up ends the demo with 0, without a traceback, and its database is gone."""
    async with demo("--port", "0") as running:
        click = await running.read_until("/connect?blocking=true")
        await paste(click)
        code, err = await running.stop()
    assert (code, err) == (0, "")


async def test_it_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's database is in a folder of its own, which goes when the demo does."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    async with demo("--port", "0") as running:
        await running.read_until("Ctrl-C")
        assert [name[:10] for name in names_in(tmp_path)] == ["c2cd-demo-"]
        assert (await running.stop())[0] == 0
    assert names_in(tmp_path) == []


async def test_a_taken_port_is_told() -> None:
    """Where another process has the port the demo says so, in one line, and ends with 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = await run_command("demo", "--port", str(port))
    assert (code, out) == (1, "")
    assert re.fullmatch(rf"c2cd: http\.listen: can't listen on 127\.0\.0\.1:{port}: .*in use.*\n", err)


async def test_the_port_may_be_chosen() -> None:
    """With --port the printed address is that port's."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with demo("--port", str(port)) as running:
        line = await running.read_until("The button:")
        assert f"http://127.0.0.1:{port}/v2/accounts/demo/clicktocall/" in line
        assert (await running.stop())[0] == 0


async def test_it_runs_as_the_installed_command() -> None:
    """The command that pip installs is the one that all these tests run as a module."""
    command = Path(sys.executable).with_name("c2cd")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(command, "--version", stdout=pipe)
    out, _ = await process.communicate()
    assert process.returncode == 0
    assert re.search(rb"[0-9]+\.[0-9]+", out)
