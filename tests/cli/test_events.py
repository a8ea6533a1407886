"""``c2cd events`` beside a daemon, on its file and, by what journalctl is told, on the journal."""

import asyncio
import json
import os
import signal
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.cli.host import Host
from tests.logs.golden import GOLDEN
from tests.process import C2CD, run_command

CALL = ["requested", "ringing", "answered", "ringing", "answered", "bridged", "ended"]
TALK = [
    "extension's phone rings",
    "extension answers",
    "contact's phone rings",
    "contact answers",
    "both talk",
]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Give a configuration whose event log is a file with the golden lines."""
    file = tmp_path / "c2cd.toml"
    log = tmp_path / "events.log"
    log.write_bytes(GOLDEN.read_bytes())
    file.write_text(
        f"""
[ami]
secret = "s"
[log]
events = "{log}"
[[accounts]]
id = "acme"
realm = "acme.example"
"""
    )
    return file


async def events(config: Path, *arguments: str) -> list[str]:
    """Give what the command shows."""
    code, out, err = await run_command("events", "--config", str(config), *arguments)
    assert (code, err) == (0, ""), err
    return out.splitlines()


@asynccontextmanager
async def following(config: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Follow the log while the block runs."""
    command = [*C2CD, "events", "--follow", "--config", str(config), *arguments]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def next_line(process: asyncio.subprocess.Process) -> str:
    """Give the next line that it shows."""
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), 20)).decode().rstrip("\n")


def journalctl(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """Put a journalctl into the way that writes down what it is asked, and does what the script says."""
    command = folder / "bin" / "journalctl"
    command.parent.mkdir()
    asked = folder / "asked"
    command.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {asked}\n{script}\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
    return asked


async def test_a_call_as_it_goes_on(host: Host) -> None:
    """Who follows the log sees each step of a click's call, and goes on when the file has been moved."""
    daemon = host.daemon
    await daemon.start()
    await host.make_token()
    button_id = await daemon.create_button(whitelist=["^[+]1"])
    async with following(daemon.config) as shown:
        for moved in ("events.log.1", "events.log.2"):
            await daemon.click(button_id, "+15551234")
            first = await next_line(shown)
            assert "clicked: 1001 and +15551234 (by token " in first
            assert f", from 127.0.0.1, button {button_id})" in first
            call = first.split()[3]
            for words in (*TALK, "ended: talked"):
                line = await next_line(shown)
                assert line.split("  ", 3)[2] == call
                assert line.split("  ", 3)[3].startswith(words)
            await daemon.click(button_id, "+4930123456")
            assert "refused: whitelist: +4930123456: Contact doesn't" in await next_line(shown)
            daemon.events_file.rename(daemon.folder / moved)
    assert len(await events_of_moved(daemon.folder, daemon.config, call)) == 7


async def events_of_moved(folder: Path, config: Path, call: str) -> list[str]:
    """Give the lines of a call, once the daemon has a new file."""
    (folder / "events.log").touch()
    return await events(config, "--call", call)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, -15)])
async def test_ctrl_c(config: Path, number: signal.Signals, code: int) -> None:
    """Ctrl-C ends it at once, as it ends tail: by the signal, without a word."""
    async with following(config) as shown:
        await next_line(shown)
        shown.send_signal(number)
        assert await asyncio.wait_for(shown.wait(), 10) == code


async def test_nobody_reads(config: Path) -> None:
    """Where the reader has gone it ends by itself, without a word."""
    line = f"{' '.join(C2CD)} events --config {config} --since 2020-01-01 | head -1; echo ${{PIPESTATUS[@]}}"
    log = config.with_name("events.log")
    log.write_bytes(log.read_bytes() * 200)
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", line, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert err == b""
    first, codes = out.decode().splitlines()
    assert "clicked:" in first
    assert codes == "141 0"


async def test_the_lines_themselves(config: Path) -> None:
    """--json gives the lines as they stand in the log, and nothing that is none."""
    log = config.with_name("events.log")
    log.write_bytes(b"torn\n" + log.read_bytes())
    assert (
        await events(config, "--since", "2027-01-15T08:00:00Z", "--json") == GOLDEN.read_text().splitlines()
    )
    call = await events(config, "--call", "c2c-b-1", "--json")
    assert [json.loads(line)["event"] for line in call] == [f"call.{event}" for event in CALL]
    shown = await events(config, "--since", "2020-01-01", "--color", "always")
    assert len(shown) == len(GOLDEN.read_text().splitlines())


async def test_what_cannot_be_read_steers_no_terminal(config: Path) -> None:
    """What stands in the file and is no line is shown with what can't be seen written out."""
    config.with_name("events.log").write_bytes(b"\x1b[2Jtorn\xff\n")
    assert await events(config, "--color", "always") == [r"\x1b[2Jtorn\xff"]


async def test_colours(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal nothing is coloured, unless that is asked for; on one, unless $NO_COLOR says so."""
    for option, is_coloured in (("auto", False), ("never", False), ("always", True)):
        shown = await events(config, "--color", option)
        assert any("\x1b" in line for line in shown) is is_coloured
    for unwanted, is_coloured in (("", True), ("1", False)):
        monkeypatch.setenv("NO_COLOR", unwanted)
        assert ("\x1b" in await on_a_terminal("events", "--config", str(config))) is is_coloured


async def on_a_terminal(*arguments: str) -> str:
    """Run a command on a terminal, and give what it showed."""
    reader, terminal = os.openpty()
    process = await asyncio.create_subprocess_exec(*C2CD, *arguments, stdout=terminal)
    os.close(terminal)
    shown = await asyncio.to_thread(drain, reader)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    return shown


def drain(reader: int) -> str:
    """Read a terminal until nobody writes to it any more."""
    shown = b""
    try:
        while part := os.read(reader, 10_000):
            shown += part
    except OSError:  # so ends a terminal
        pass
    os.close(reader)
    return shown.decode()


async def test_no_moment_is_told(config: Path) -> None:
    """What is no moment is told with the usage, and the code is 2."""
    code, out, err = await run_command("events", "--config", str(config), "--since", "yesterday")
    assert (code, out) == (2, "")
    assert "2026-11-23T10:00" in err


async def test_no_file(config: Path) -> None:
    """Where the file is not there, or not readable, that is told with what to do, and the code is 1."""
    log = config.with_name("events.log")
    log.unlink()
    code, out, err = await run_command("events", "--config", str(config))
    assert (code, out) == (1, "")
    assert err == f"c2cd: [Errno 2] No such file or directory: '{log}'\n"


async def test_the_journal(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the log is no file journalctl is asked for its lines, by their fields."""
    into_the_journal(config)
    asked = journalctl(tmp_path, monkeypatch, f"cat {GOLDEN}")
    plain = ["-q", "-u", "c2cd", "-o", "cat"]
    assert len(await events(config)) == len(GOLDEN.read_text().splitlines())
    assert asked.read_text().split() == [*plain, "-n", "20", "C2CD_V=1"]
    assert (
        len(await events(config, "--call", "c2c-b-1", "--account", "acme", "--button", "b", "--follow")) == 7
    )
    fields = ["C2CD_V=1", "C2CD_ACCOUNT_ID=acme", "C2CD_CLICKTOCALL_ID=b", "C2CD_CALL_ID=c2c-b-1"]
    assert asked.read_text().split() == [*plain, "-n", "all", "-f", *fields]
    assert len(await events(config, "--call", "-b-1")) == 7
    assert asked.read_text().split() == [*plain, "-n", "all", "C2CD_V=1"]
    shown = await events(config, "--since", "2027-01-15T08:00:30.375Z")
    assert asked.read_text().split() == [*plain, "-n", "all", "--since=@1800000030", "C2CD_V=1"]
    assert all("refused" in line for line in shown)


async def test_a_journal_that_cannot_be_read(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may not read the journal is told who may, and the code is 1; so is where there is none."""
    into_the_journal(config)
    journalctl(tmp_path, monkeypatch, "echo 'No journal files were opened' >&2; exit 1")
    code, out, err = await run_command("events", "--config", str(config))
    assert (code, out) == (1, "")
    assert "No journal files were opened\nc2cd: the journal can't be read" in err
    assert "systemd-journal" in err
    monkeypatch.setenv("PATH", str(tmp_path))
    code, out, err = await run_command("events", "--config", str(config))
    assert (code, out) == (1, "")
    assert "no journalctl" in err


def into_the_journal(config: Path) -> None:
    """Have the event log go to the journal."""
    lines = config.read_text().splitlines()
    config.write_text("\n".join('events = "-"' if line.startswith("events") else line for line in lines))
