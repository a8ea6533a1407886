"""``c2cd hangup``: a live call ended by the daemon, which then knows who wanted it."""

import asyncio
import http.server
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from c2cd.cli import asking
from c2cd.cli.asking import ask_daemon
from c2cd.cli.hangup import APART, PATIENCE, StillLives, _end_of
from c2cd.config import Http
from c2cd.errors import Unavailable
from c2cd.store.database import open_database
from c2cd.store.history import History
from c2cd.store.looking import looking_at
from c2cd.store.tokens import Tokens
from c2cd.switch import simulated
from tests.calls.examples import a_call
from tests.cli.host import Host
from tests.cli.test_serve import rewrite, send
from tests.clock import ManualClock
from tests.process import PATIENCE as LONG
from tests.process import Daemon, eventually, run_command
from tests.web.site import LONG_TALK

TALKS = f"+1555{LONG_TALK}"


@pytest.fixture(autouse=True)
def by_alice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the command run under sudo."""
    monkeypatch.setenv("SUDO_USER", "alice")


async def hangup(host: Host, call_id: str) -> tuple[int, str, str]:
    """Run ``c2cd hangup`` with this host's configuration."""
    return await run_command("hangup", "--config", str(host.daemon.config), call_id)


async def tokens(host: Host) -> list[str]:
    """Give the ids of the tokens that there are."""
    async with open_database(host.daemon.database) as database:
        return [token.id for token in await Tokens(database).all()]


@pytest_asyncio.fixture
async def call_id(host: Host) -> AsyncIterator[str]:
    """Give a call whose two are talking."""
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button()
    call: str = (await host.daemon.click(button_id, TALKS)).json()["data"]["call_id"]
    before = await tokens(host)
    yield call
    assert await tokens(host) == before  # whatever became of it


def short(call_id: str) -> str:
    """Give an id as ``c2cd calls`` shows it."""
    return call_id[-6:]


async def test_a_call_is_ended_by_an_admin(host: Host, call_id: str) -> None:
    """The command waits for the end and tells it; the row says who did it, and no token is left."""
    code, out, err = await hangup(host, short(call_id))
    assert (code, err) == (0, "")
    assert out.startswith(f"{call_id} has ended: success, talked 0:0")
    assert out.endswith(", ended by admin alice\n")
    (line,) = await host.daemon.lines("call.ended", event="call.ended")
    assert line["ended_by"] == "admin alice"
    code, out, err = await hangup(host, call_id)
    assert (code, out) == (3, "")
    assert "has ended already: success" in err


async def test_a_call_whose_account_is_gone(host: Host, call_id: str) -> None:
    """After a reload without its account a call lives on: what is missing is told, not that it has ended."""
    rewrite(host.daemon, 'id = "acme"', 'id = "other"')
    send(host.daemon, signal.SIGHUP)
    await eventually(partial(_is_gone, host.daemon), LONG)
    code, out, err = await hangup(host, call_id)
    assert (code, out) == (1, "")
    assert "no account 'acme' in the configuration; there are: other" in err
    assert call_id in host.switch.calls


async def _is_gone(daemon: Daemon) -> bool:
    return (await daemon.request("GET", "")).status_code == 404


async def test_a_call_is_named_in_full_too(host: Host, call_id: str) -> None:
    """The id of a pipe's list is as good."""
    assert (await hangup(host, call_id))[0] == 0


@pytest.mark.parametrize("named", ["nope", "", "c2c", "\x1b[2J"])
async def test_an_unknown_call_is_told(host: Host, call_id: str, named: str) -> None:
    """No such live call is 3, with a hint and nothing that steers a terminal, and no call ends."""
    code, out, err = await hangup(host, named)
    assert (code, out) == (3, "")
    assert "c2cd calls" in err
    assert err.rstrip("\n").isprintable()
    assert call_id in host.switch.calls


async def test_too_little_of_an_id_is_told(host: Host, call_id: str) -> None:
    """Less of an id than is shown ends no call, though only one ends so: another may have been meant."""
    code, out, err = await hangup(host, call_id[-5:])
    assert (code, out) == (3, "")
    assert "no live call" in err
    assert call_id in host.switch.calls


async def test_what_may_be_two_calls_is_neither(host: Host, call_id: str) -> None:
    """A beginning that two ids share ends none of them."""
    async with open_database(host.daemon.database) as database:
        columns = "account_id, button_id, contact, extension, dial_first, timeout, requested_at, switch_life"
        sql = (
            f"INSERT INTO calls (id, state, end_seen, {columns})"  # noqa: S608 - our own columns
            f" SELECT ?, 'ringing', 1, {columns} FROM calls"
        )
        await database.write((sql, (f"c2c-other-00{short(call_id)}",)))
    code, out, err = await hangup(host, short(call_id))
    assert (code, out) == (3, "")
    assert "give more of it" in err
    assert call_id in host.switch.calls


async def test_a_dead_daemon_is_told(host: Host, call_id: str) -> None:
    """Without the daemon nobody is asked, and no token is made."""
    await host.daemon.kill()
    code, out, err = await hangup(host, call_id)
    assert (code, out) == (1, "")
    assert "c2cd does not run" in err
    assert call_id in host.switch.calls


async def test_a_missing_right_is_told(host: Host, call_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the AMI user may not hang up, the error says which right it lacks, and of which user."""
    monkeypatch.delitem(simulated._COMMANDS, "Hangup")
    await host.daemon.kill()
    await host.daemon.start()
    code, out, err = await hangup(host, call_id)
    assert (code, out) == (1, "")
    assert "write" in err
    assert "ami.username, c2cd" in err


async def test_a_silent_switch_is_told(host: Host, call_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the switch does not answer nobody knows what it did, and that is said."""
    monkeypatch.setattr(host.switch, "_hang_up", lambda *_: None)
    code, out, err = await hangup(host, call_id)
    assert (code, out) == (1, "")
    assert "did not answer" in err


async def test_a_call_that_goes_on_is_told(tmp_path: Path, clock: ManualClock) -> None:
    """Where the switch takes the order and the call does not end, the command does not wait for ever."""
    call = a_call()
    async with open_database(tmp_path / "c2cd.db", clock) as database:
        await History(database).add(call)
        with looking_at(database.path) as look:
            waiting = asyncio.create_task(_end_of(look, call, clock))
            await clock.advance(PATIENCE - 1.0)
            assert not waiting.done()
            await clock.advance(1.0 + APART)
            with pytest.raises(StillLives, match="has not ended yet"):
                await waiting


async def test_by_a_unix_socket(host: Host, call_id: str) -> None:
    """A daemon that listens on a Unix socket is asked there."""
    socket = host.daemon.folder / "http.sock"
    text = host.daemon.config.read_text()
    listens = f'listen = "127.0.0.1:{host.daemon.port}"'
    host.daemon.config.write_text(text.replace(listens, f'listen = "unix:{socket}"'))
    await host.daemon.kill()
    starting = asyncio.create_task(host.daemon.start(ready=False))  # it never answers by TCP

    async def ends_it() -> bool:
        return (await hangup(host, call_id))[0] == 0

    await eventually(ends_it, LONG)
    assert call_id not in host.switch.calls
    starting.cancel()


@contextmanager
def somebody(status: int, body: bytes) -> Iterator[str]:
    """Have something else listen where the daemon should."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"data": "no"}', b'{"data": {}}'])
def test_a_stranger_is_told_as_such(body: bytes) -> None:
    """What does not answer as c2cd does is no traceback."""
    with somebody(500, body) as listen, pytest.raises(asking.Refused, match="answered with 500"):
        ask_daemon(Http(listen=listen), "/", {}, "t")


@pytest.mark.parametrize("listen", ["127.0.0.1:1", "unix:/nowhere/http.sock"])
def test_nobody_is_told(listen: str) -> None:
    """Where nobody listens the error says where that is configured."""
    with pytest.raises(Unavailable, match=r"does not answer at .* \(http.listen\)"):
        ask_daemon(Http(listen=listen), "/", {}, "t")


@pytest.mark.parametrize("everywhere", ["0.0.0.0", "localhost"])  # noqa: S104 - it is asked, not bound
def test_who_listens_everywhere_is_reached_here(everywhere: str) -> None:
    """An address that means all is loopback for who asks."""
    with somebody(200, b"") as listen:
        ask_daemon(Http(listen=listen.replace("127.0.0.1", everywhere)), "/", {}, "t")
