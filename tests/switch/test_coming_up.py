"""How the link comes up: login, rights, boot, and the listing with which each session begins."""

import asyncio
import logging
from pathlib import Path

import pytest

from c2cd.config import Ami
from c2cd.errors import SwitchUnreachable
from c2cd.model.switching import Channel, HungUp, LinkLost, Snapshot
from c2cd.switch.link import AFTER_REFUSAL, LONGEST_WAIT, PATIENCE, Link
from tests.switch.scripted import grant, refuse, silence
from tests.switch.stage import CALL, ORDER, SECRET, Stage, kept, waiting
from tests.switch.turning import turn, until


async def test_the_login_says_who_comes_and_wants_events(stage: Stage) -> None:
    """The first action is a Login with the configured user and secret, with events on."""
    async with stage.up():
        login = stage.server.received[0]
    login.pop("actionid")
    assert login == {"action": "Login", "username": "c2cd", "secret": SECRET, "events": "on"}


async def test_only_what_is_needed_is_asked(stage: Stage) -> None:
    """Coming up takes a login, the user's rights, the switch's life and its channels, in this order."""
    async with stage.up():
        asked = [action["action"] for action in stage.server.received]
    assert asked == ["Login", "ListCommands", "CoreStatus", "CoreShowChannels"]


async def test_a_session_begins_with_a_snapshot(stage: Stage) -> None:
    """What comes out of events first holds the switch's life, the session and every channel."""
    stage.server.channels = [
        {
            "Channel": "Local/1001@from-internal-00000000;1",
            "ChannelStateDesc": "Up",
            "Uniqueid": CALL,
            "Linkedid": CALL,
            "BridgeId": "d28bde77",
        },
        {"Channel": "PJSIP/2000-1", "ChannelStateDesc": "Ring", "Uniqueid": "1.5", "Linkedid": "1.5"},
    ]
    async with stage.up() as link:
        stage.server.last.tell(Event="Hangup", Channel="x", Uniqueid=CALL, Linkedid=CALL, Cause="16")
        await until(lambda: link.events.qsize() == 2)
        snapshot, hung_up = waiting(link)
    assert snapshot == Snapshot(
        "2026-11-23 06:56:15",
        1,
        (
            Channel(CALL, CALL, "Local/1001@from-internal-00000000;1", "Up", "d28bde77"),
            Channel("1.5", "1.5", "PJSIP/2000-1", "Ring", ""),
        ),
    )
    assert hung_up == HungUp(CALL, CALL, "x", 16)


async def test_sessions_are_counted_and_lives_told_apart(stage: Stage) -> None:
    """Each login is a new session; the life changes with the switch's start alone."""
    async with stage.up() as link:
        seen = [(link.session, link.life)]
        for started in ("06:56:15", "07:30:00"):
            stage.server.started = started
            stage.server.last.cut()
            await stage.turned_away(link, "closed the connection")
            await stage.clock.advance(5)
            await until(lambda: link.away is None)
            seen.append((link.session, link.life))
        snapshots = [(event.session, event.life) for event in waiting(link) if isinstance(event, Snapshot)]
    assert seen == [(1, "2026-11-23 06:56:15"), (2, "2026-11-23 06:56:15"), (3, "2026-11-23 07:30:00")]
    assert snapshots == seen


async def test_a_switch_that_boots_is_waited_for(stage: Stage) -> None:
    """Nothing is asked of a switch between its login and its FullyBooted but the user's rights."""
    stage.server.fully_booted = False
    async with kept(stage.link()) as link:
        await until(lambda: stage.server.count("ListCommands") == 1)
        await turn()
        assert link.away is not None
        assert stage.server.count("CoreStatus") == 0
        stage.server.last.tell(Event="FullyBooted", Status="Fully Booted")
        await until(lambda: link.away is None)
        assert link.reads_system


async def test_a_user_without_system_events_is_let_in_late(stage: Stage) -> None:
    """Where no FullyBooted comes the link is up after five seconds, and knows that it misses that class."""
    stage.server.fully_booted = False
    async with kept(stage.link()) as link:
        await until(lambda: stage.server.count("ListCommands") == 1)
        await turn()
        await stage.clock.advance(4.9)
        assert link.away is not None
        await stage.clock.advance(0.2)
        await until(lambda: link.away is None)
        assert not link.reads_system


async def test_a_refused_login_is_told_once(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """A refusal is logged with the switch's words and the user's name at its first time alone."""
    stage.server.answers["login"] = refuse("Authentication failed")
    async with kept(stage.link(username="shop")) as link:
        for times in (1, 2, 3):
            await until(lambda times=times: stage.server.count("Login") >= times)  # type: ignore[misc]
            await until(lambda: link._next_try > stage.clock.monotonic())
            await stage.clock.advance(30)
        warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert "'shop'" in warnings[0]
    assert "Authentication failed" in warnings[0]


async def test_a_refused_login_is_tried_again_ever_more_seldom(stage: Stage) -> None:
    """A refusal that is soon mended costs two seconds, one that lasts a login now and then."""
    admit, stage.server.answers["login"] = stage.server.answers["login"], refuse("Authentication failed")
    waits = []
    async with kept(stage.link()) as link:
        for times in range(1, 40):
            await until(lambda times=times: stage.server.count("Login") >= times)  # type: ignore[misc]
            await until(lambda: link._next_try > stage.clock.monotonic())
            with pytest.raises(SwitchUnreachable) as caught:
                link.require()
            waits.append(caught.value.retry_after)
            if times == 39:
                stage.server.answers["login"] = admit
            await stage.clock.advance(waits[-1] + 0.01)
        await until(lambda: link.away is None)
    assert min(waits) >= AFTER_REFUSAL
    assert waits[0] <= 2 * AFTER_REFUSAL
    assert LONGEST_WAIT / 4 < max(waits) <= LONGEST_WAIT


@pytest.mark.parametrize(
    ("commands", "missing"),
    [
        (("Ping",), "write = originate,reporting"),
        (("Ping", "Originate"), "write = reporting"),
        (("Ping", "CoreStatus", "CoreShowChannels"), "write = originate"),
        (("Ping", "Originate", "CoreStatus"), "write = reporting"),
    ],
)
async def test_a_user_without_rights_is_told_which(
    stage: Stage, commands: tuple[str, ...], missing: str
) -> None:
    """A user who may not do all that is needed is as good as none, and the reason names the rights."""
    stage.server.answers["listcommands"] = grant(*commands)
    async with kept(stage.link()) as link:
        await stage.turned_away(link, missing)
        assert link.away is not None
        assert link.away.endswith(missing)
        with pytest.raises(SwitchUnreachable, match=missing):
            await link.originate(ORDER)


async def test_a_switch_that_lists_no_channels_is_away(stage: Stage) -> None:
    """Without the list of channels nothing can be settled: the link does not count as up."""
    stage.server.answers["coreshowchannels"] = refuse("Permission denied")
    async with kept(stage.link()) as link:
        await stage.turned_away(link, "Permission denied")
        assert waiting(link) == [LinkLost()]


async def test_the_secret_file_is_read_at_each_login(stage: Stage, tmp_path: Path) -> None:
    """A secret that was changed in its file is used from the next login on, without a restart."""
    file = tmp_path / "secret"
    file.write_text("the-first\n")
    async with stage.up(secret_file=str(file)) as link:
        file.write_text("the-second\n")
        stage.server.last.cut()
        await stage.turned_away(link, "closed")
        await stage.clock.advance(5)
        await until(lambda: link.away is None)
    assert [login["secret"] for login in stage.server.all("Login")] == ["the-first", "the-second"]


async def test_a_secret_file_that_went_is_waited_for(stage: Stage, tmp_path: Path) -> None:
    """A secret file that can't be read is a refusal that names the key, until it is there again."""
    file = tmp_path / "secret"
    async with kept(stage.link(secret_file=str(file))) as link:
        await stage.turned_away(link, "ami.secret_file")
        file.write_text(SECRET)
        await stage.clock.advance(30)
        await until(lambda: link.away is None)


@pytest.mark.parametrize("secret", ["two\r\nSecret: lines", "nul\0", "x" * 1100])
async def test_a_secret_that_would_break_the_line_never_leaves(
    stage: Stage, tmp_path: Path, secret: str
) -> None:
    """A secret that can't be one header's value is a refusal: not one byte of it leaves, and nothing dies."""
    file = tmp_path / "secret"
    file.write_text(secret, newline="")
    async with kept(stage.link(secret_file=str(file))) as link:
        await stage.turned_away(link, "secret")
        await turn()
        assert [bytes(visitor.heard) for visitor in stage.server.visitors if visitor.heard] == []
        file.write_text(SECRET)
        await stage.clock.advance(30)
        await until(lambda: link.away is None)


async def test_the_secret_is_in_no_log_and_no_repr(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever happens to a login, the AMI secret stands in no log record and in no repr."""
    caplog.set_level(logging.DEBUG)
    admit, stage.server.answers["login"] = stage.server.answers["login"], refuse("Authentication failed")
    link = stage.link()
    async with kept(link):
        await stage.turned_away(link, "Authentication failed")
        stage.server.answers["login"] = silence
        await stage.clock.advance(30)
        await until(lambda: stage.server.count("Login") == 2)
        await stage.clock.advance(5)
        await stage.turned_away(link, "does not answer")
        stage.server.answers["login"] = admit
        await stage.clock.advance(PATIENCE)
        await turn()
        await stage.clock.advance(5)
        await until(lambda: link.away is None)
        stage.server.last.cut()
        await stage.turned_away(link, "closed")
        shown = [repr(link), repr(vars(link)), str(link._settings)]
    assert stage.server.all("Login")[-1]["secret"] == SECRET
    assert SECRET not in caplog.text + "".join(shown)


async def test_nothing_is_asked_before_the_login_is_through(stage: Stage) -> None:
    """A snapshot that is asked for while the link comes up sends nothing: the switch is still away."""
    stage.server.answers["login"] = silence
    async with kept(stage.link()) as link:
        await until(lambda: stage.server.count("Login") == 1)
        asking = asyncio.create_task(link.ask_snapshot())
        await turn()
        asked = [action["action"] for action in stage.server.received]
        asking.cancel()
        await asyncio.wait([asking])
    assert asked == ["Login"]


async def test_a_certificate_that_is_not_there(stage: Stage, tmp_path: Path) -> None:
    """Where tls_ca can't be read nothing is sent without TLS: the switch is away, with key and file."""
    ca = tmp_path / "none.pem"
    link = Link(Ami(port=stage.port, secret=SECRET, tls=True, tls_ca=str(ca)), stage.clock)
    async with kept(link):
        await stage.turned_away(link, f"ami.tls_ca: {ca}: ")
    assert stage.server.visitors == []
