"""What `c2cd check` says of a switch: whether it lets us in, far enough and not too far, and how it is."""

import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.cli.host import check
from tests.process import Daemon
from tests.switch.scripted import Answer, Message, ScriptedServer, Visitor, grant, queue, refuse, silence
from tests.web.site import SECRET


@pytest_asyncio.fixture
async def scripted(tmp_path: Path) -> AsyncIterator[Callable[..., Daemon]]:
    """Give a maker of configurations for a scripted server with these answers."""
    server = ScriptedServer()
    async with server.listening() as port:

        def make(*, fully_booted: bool = True, version: str = "22.10.1", **answers: Answer) -> Daemon:
            server.fully_booted = fully_booted
            server.version = version
            server.answers |= answers
            return Daemon(tmp_path, port, secret=SECRET)

        yield make


def decide(visitor: Visitor, action: Message) -> None:
    """Answer an order as Asterisk does where it fails, to a user whose events are filtered."""
    queue(visitor, action)
    visitor.tell(Event="OriginateResponse", ActionID=action["actionid"], Response="Failure", Reason="0")


def decide_aloud(visitor: Visitor, action: Message) -> None:
    """Answer an order as Asterisk does where it fails, to a user whose events are not filtered."""
    decide(visitor, action)
    if action["channel"].startswith("Local/"):
        visitor.tell(Event="Hangup", Uniqueid=action["channelid"], Linkedid=action["channelid"], Cause="0")


async def test_missing_rights_are_told(scripted: Callable[..., Daemon]) -> None:
    """A user who may not originate or report is told which rights to give, in manager.conf's words."""
    code, lines, _ = await check(scripted(listcommands=grant("Ping")))
    assert code == 1
    assert "write = originate,reporting" in lines[1]


async def test_a_user_who_reads_no_calls_is_told(scripted: Callable[..., Daemon]) -> None:
    """Where an order is queued and no call event comes of it, the right to read them is missing."""
    code, lines, _ = await check(scripted(originate=queue))
    assert code == 1
    assert lines[3].startswith("FAIL ami rights: no call events")
    assert "read = call,system" in lines[3]


async def test_a_user_who_reads_no_system_events_is_told(scripted: Callable[..., Daemon]) -> None:
    """Where no FullyBooted comes, the right to read those events is missing."""
    code, lines, _ = await check(scripted(fully_booted=False, originate=decide))
    assert code == 1
    assert lines[3].startswith("FAIL ami rights: no FullyBooted")


async def test_a_refused_order_is_told(scripted: Callable[..., Daemon]) -> None:
    """Where the switch refuses an order its own words are shown."""
    code, lines, _ = await check(scripted(originate=refuse("Permission denied")))
    assert code == 1
    assert "Permission denied" in lines[3]


async def test_a_switch_that_stalls_is_told(scripted: Callable[..., Daemon]) -> None:
    """A server that takes the login and says nothing is told as such, after seconds, not for ever."""
    code, lines, _ = await check(scripted(login=silence))
    assert code == 1
    assert "does not answer" in lines[1]


async def test_a_version_with_holes_is_told(scripted: Callable[..., Daemon]) -> None:
    """What is known to be wrong with a version is a warning each, which names it; the code stays 0."""
    code, lines, _ = await check(scripted(version="16.28.0~dfsg-0+deb11u4", originate=decide))
    assert code == 0
    hole, end = (line for line in lines if line.startswith("warn asterisk: 16.28.0~dfsg-0+deb11u4: "))
    assert "CVE-2024-42365" in hole
    assert "no security fixes since 2023-10-09" in end
    assert all("unless your distribution" in line for line in (hole, end))


async def test_a_version_that_cannot_be_read_is_told(scripted: Callable[..., Daemon]) -> None:
    """A version that is none is shown as it came, as a warning."""
    code, lines, _ = await check(scripted(version="GIT-20-8d7a6b1", originate=decide))
    assert code == 0
    assert lines[2].startswith("warn asterisk: calls itself 'GIT-20-8d7a6b1'")


async def test_a_version_that_is_not_told(scripted: Callable[..., Daemon]) -> None:
    """Where the switch does not tell its version, its words are shown as a warning."""
    code, lines, _ = await check(scripted(coresettings=refuse("Permission denied"), originate=decide))
    assert code == 0
    assert lines[2].startswith("warn asterisk: does not tell its version")
    assert "Permission denied" in lines[2]


def show(commands: dict[str, str]) -> Answer:
    """Answer ListCommands with these commands and the right that each takes, beside those that c2cd needs."""
    needed = {"Originate": "originate", "CoreStatus": "system,reporting", "CoreShowChannels": "reporting"}
    shown = {command: f"…  (Priv: {rights},all)" for command, rights in (needed | commands).items()}
    return lambda visitor, action: visitor.respond(action, **shown)


async def test_rights_that_are_too_wide_are_told(scripted: Callable[..., Daemon]) -> None:
    """Each right that c2cd does not need is a warning that names it and says what can be done with it."""
    wide = show({"Filter": "system", "Command": "command", "Novel": "novel", "Redirect": "call"})
    code, lines, _ = await check(scripted(listcommands=wide, originate=decide))
    assert code == 0
    command, novel, system = (line for line in lines if line.startswith("warn ami rights: with the right "))
    assert "'command' the user can give any command of Asterisk's console" in command
    assert "'novel' the user may do more than it should" in novel
    assert "'system' the user can run programs" in system
    assert "write = originate,reporting is enough" in system


@pytest.mark.parametrize(
    ("version", "file"),
    [("22.10.1", "c2cd.conf"), ("16.28.0", "c2cd-older.conf"), ("GIT-20-8d", "c2cd.conf")],
)
async def test_events_of_others_are_told(scripted: Callable[..., Daemon], version: str, file: str) -> None:
    """Where events of a call that is not c2cd's come, the filters that this version knows are named."""
    code, lines, _ = await check(scripted(version=version, originate=decide_aloud))
    assert code == 0
    (line,) = (line for line in lines if "ami events" in line)
    assert line.startswith("warn ami events: those of everybody's calls come")
    assert line.endswith(f" {file}")


@pytest.mark.parametrize(
    ("off", "words"),
    [(1.0, "ok   clock: as the"), (-30.0, "30 s behind"), (30.0, "30 s ahead of"), (-1.0, "ok   clock")],
)
async def test_clocks_that_are_apart_are_told(
    scripted: Callable[..., Daemon], off: float, words: str
) -> None:
    """A switch whose clock is more than 2 s from ours is a warning with how far, and which way."""

    def pong(visitor: Visitor, action: Message) -> None:
        visitor.respond(action, Ping="Pong", Timestamp=f"{time.time() + off:.6f}")

    code, lines, _ = await check(scripted(ping=pong, originate=decide))
    assert code == 0
    (line,) = (line for line in lines if " clock: " in line)
    assert words in line
    assert line.startswith("ok" if abs(off) < 2 else "warn")
