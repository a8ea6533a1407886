"""``c2cd calls``: live calls, once and as they go on."""

import fcntl
import json
import re
import signal
from pathlib import Path

import click
import pytest
from msgspec.structs import replace

from c2cd.cli.running import STALE, is_served
from c2cd.cli.showing import leg_state
from c2cd.cli.watching import APART, KEPT, Watched, draw
from c2cd.model.call import Call, Leg
from c2cd.store.alone import _take
from c2cd.store.database import Database, open_database
from c2cd.store.history import History
from c2cd.store.looking import looking_at
from tests.calls.examples import a_call
from tests.cli.host import Host
from tests.cli.rows import Desk
from tests.clock import START, ManualClock
from tests.process import C2CD, run_command
from tests.screens.terminal import terminal
from tests.web.site import LONG_TALK

TALKS = f"+1555{LONG_TALK}"
BUSY = "+15550486"
COLUMNS, LINES = 90, 12


async def calls(host: Host, *arguments: str) -> tuple[int, str, str]:
    """Run ``c2cd calls`` with this host's configuration."""
    return await run_command("calls", "--config", str(host.daemon.config), *arguments)


async def running(host: Host) -> str:
    """Start the daemon, with a token, and give a button."""
    await host.daemon.start()
    await host.make_token()
    return await host.daemon.create_button(name="Sales\x9b")


async def test_what_lives_is_listed(host: Host) -> None:
    """A call is listed while it lives, by both its phones, and not after; in a pipe with tabs."""
    button_id = await running(host)
    assert await calls(host) == (0, "", "")
    call = (await host.daemon.click(button_id, TALKS)).json()["data"]
    code, out, err = await calls(host, "--account", "acme")
    assert (code, err, out.count("\n")) == (0, "", 1)
    *columns, lasts = out.rstrip().split("\t")
    assert columns == [call["call_id"], "acme", button_id, "1001", "talking", TALKS, "talking"]
    assert re.fullmatch("0:[0-9]{2}", lasts)
    code, out, err = await calls(host, "--json")
    assert (code, err) == (0, "")
    shown = json.loads(out)
    assert (shown["call_id"], shown["state"], shown["button_id"]) == (call["call_id"], "bridged", button_id)
    await host.daemon.click(button_id, BUSY)
    assert len((await calls(host))[1].splitlines()) == 1


async def test_rows_of_a_dead_daemon_are_told_as_such(host: Host) -> None:
    """Where no daemon runs a row that is open may be old, and that is said beside it."""
    button_id = await running(host)
    await host.daemon.click(button_id, TALKS)
    await host.daemon.kill()
    code, out, err = await calls(host)
    assert (code, out.count("\n"), err) == (0, 1, f"{STALE}\n")


@pytest.mark.parametrize("option", [(), ("--json",)])
async def test_watching_needs_a_terminal(host: Host, option: tuple[str, ...]) -> None:
    """What draws is for eyes: in a pipe --watch is a usage error."""
    code, out, err = await calls(host, "--watch", *option)
    assert (code, out) == (2, "")
    assert "terminal" in err


def test_the_lock_tells_who_serves(tmp_path: Path) -> None:
    """A daemon is known by the lock that it holds; neither a lock file nor its absence is one."""
    database = tmp_path / "c2cd.db"
    assert not is_served(database)
    lock = tmp_path / "c2cd.db.lock"
    with lock.open("w") as held:
        assert not is_served(database)
        fcntl.flock(held, fcntl.LOCK_EX)
        assert is_served(database)
    assert not is_served(database)


def test_a_look_keeps_no_daemon_from_starting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A daemon that starts in the very instant of a look has the lock a moment later."""
    database = tmp_path / "c2cd.db"
    file = tmp_path / "c2cd.db.lock"
    with file.open("w") as looking, file.open("w") as lock:
        fcntl.flock(looking, fcntl.LOCK_SH)
        monkeypatch.setattr("c2cd.store.alone.time.sleep", lambda _: fcntl.flock(looking, fcntl.LOCK_UN))
        _take(lock)
        assert is_served(database)


AT = START
LEG = Leg(ringing_at=AT, answered_at=AT)


@pytest.mark.parametrize(
    ("known", "first", "second"),
    [
        ({}, "dialled", "waiting"),
        ({"first": Leg(ringing_at=AT)}, "ringing", "waiting"),
        ({"first": LEG}, "answered", "dialled"),
        ({"first": LEG, "second": Leg(ringing_at=AT)}, "answered", "ringing"),
        ({"first": LEG, "second": LEG, "bridged_at": AT}, "talking", "talking"),
        ({"first": replace(LEG, ended_at=AT), "second": LEG, "bridged_at": AT}, "hung up", "talking"),
        ({"first": LEG, "second": Leg(ended_at=AT), "ended_at": AT}, "hung up", "-"),
    ],
)
def test_a_phone_is_told_in_a_word(known: dict[str, object], first: str, second: str) -> None:
    """What each of the two phones does follows from the row alone."""
    call = replace(a_call(), **known)
    assert (leg_state(call, call.first), leg_state(call, call.second)) == (first, second)


def shown(calls: list[Call], *, served: bool = True, columns: int = COLUMNS, lines: int = LINES) -> list[str]:
    """Give the lines of a drawing, without colours."""
    drawn = draw(calls, {"b": "Sales"}, START, served=served, columns=columns, lines=lines)
    assert drawn.startswith("\x1b[H")
    assert drawn.endswith("\x1b[K\x1b[J")
    assert "\x1b[2J" not in drawn
    return [click.unstyle(line) for line in drawn[3:-6].split("\x1b[K\n")]


def test_a_drawing_fits_the_terminal() -> None:
    """No line is too wide and none too many, whatever the size; what has no room is counted."""
    many = [a_call(call_id=f"c2c-b-{number:08}") for number in range(30)]
    for columns in range(10, 120, 10):
        for lines in range(4, 40):
            drawing = shown(many, columns=columns, lines=lines)
            assert len(drawing) <= lines
            assert max(map(len, drawing)) <= columns
    assert shown(many)[-1] == "… and 22 more"
    assert "more" not in shown(many[:9])[-1]


def test_what_has_ended_is_told_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """A success is green, an error red with its cause; with NO_COLOR neither has a colour."""
    ended = replace(a_call(), state="ended", ended_at=START)
    good = replace(ended, result="success")
    bad = replace(ended, result="error", cause="USER_BUSY")
    drawn = draw([good, bad], {}, START, served=True, columns=120, lines=LINES)
    assert "\x1b[32msuccess\x1b[0m" in drawn
    assert "\x1b[31merror USER_BUSY\x1b[0m" in drawn
    monkeypatch.setenv("NO_COLOR", "1")
    drawn = draw([good, bad], {}, START, served=False, columns=120, lines=LINES)
    assert "\x1b[3" not in drawn
    assert STALE in drawn


class Watching:
    """Someone who watches, on a clock and a database of the test's."""

    def __init__(self, database: Database, clock: ManualClock, watched: Watched) -> None:
        self.database = database
        self.clock = clock
        self.watched = watched

    async def add(self, call: Call) -> Call:
        """Have a call that is clicked now."""
        call = replace(call, requested_at=self.clock.wall())
        await History(self.database).add(call)
        return call

    async def save(self, call: Call) -> Call:
        """Have more known of it."""
        await History(self.database).save([call])
        return call


async def test_who_has_ended_stays_for_a_while(tmp_path: Path, clock: ManualClock) -> None:
    """A call is seen from its click on, and for KEPT seconds after its end was seen, even a brief one."""
    path = tmp_path / "c2cd.db"
    async with open_database(path, clock) as database:
        await History(database).add(replace(a_call(call_id="c2c-b-old"), requested_at=1.0, state="ended"))
        with looking_at(path) as look:
            one = Watching(database, clock, Watched(look, "acme", clock))
            assert one.watched.look() == []
            await clock.advance(APART)
            lasting = await one.add(a_call())
            await one.add(replace(a_call(call_id="c2c-o-1"), account_id="other"))
            assert one.watched.look() == [lasting]
            await clock.advance(APART)
            brief = await one.save(
                replace(await one.add(a_call(call_id="c2c-b-2")), state="ended", result="error")
            )
            assert one.watched.look() == [brief, lasting]
            await clock.advance(KEPT - APART)
            lasting = await one.save(replace(lasting, state="ended", result="success"))
            assert one.watched.look() == [brief, lasting]
            await clock.advance(APART)
            assert one.watched.look() == [lasting]
            await clock.advance(KEPT)
            assert one.watched.look() == []


async def test_who_is_clicked_amid_a_look_is_seen_once(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call whose row comes between the two queries of a look is in the next one, and not twice."""
    path = tmp_path / "c2cd.db"
    async with open_database(path, clock) as database:
        with looking_at(path) as look:
            one = Watching(database, clock, Watched(look, "acme", clock))
            call = await one.add(a_call())
            with monkeypatch.context() as before:
                before.setattr(look, "live_calls", lambda _: [])
                assert one.watched.look() == []
            assert one.watched.look() == [call]


@pytest.mark.parametrize("end", [b"\x03", signal.SIGTERM])
async def test_calls_are_watched_on_a_terminal(host: Host, end: bytes | signal.Signals) -> None:
    """They come and go in place, a resized terminal is filled anew, and at the end it is as it was."""
    button_id = await running(host)
    command = (*C2CD, "calls", "--watch", "--config", str(host.daemon.config))
    async with terminal(*command, columns=110, lines=10) as screen:
        await screen.until("0 live calls")
        await host.daemon.click(button_id, TALKS)
        lines = await screen.until("1 live call ", "talking", TALKS)
        assert r"Sales\x9b" in lines[3]
        screen.resize(60, 10)
        assert all(len(line) <= 60 for line in await screen.until("1 live call "))
        screen.resize(110, 10)
        await host.daemon.click(button_id, BUSY)
        lines = await screen.until("error USER_BUSY", "talking")
        assert BUSY in lines[3]
        await host.daemon.kill()
        await screen.until(STALE)
        if isinstance(end, bytes):
            screen.type(end)
        else:
            screen.process.send_signal(end)
        assert await screen.end() == 0
    assert screen.written.startswith(b"\x1b[?1049h\x1b[?25l")
    assert screen.written.endswith(b"\x1b[?25h\x1b[?1049l")
    assert b"\x1b[2J" not in screen.written


async def test_an_error_leaves_the_terminal_as_it_was(host: Host) -> None:
    """Where the database fails under it the screen is given back before the error is told."""
    await running(host)
    command = (*C2CD, "calls", "--watch", "--config", str(host.daemon.config))
    async with terminal(*command) as screen:
        await screen.until("0 live calls")
        await host.daemon.kill()
        async with open_database(host.daemon.database) as database:
            await database.write(("ALTER TABLE calls RENAME TO gone", ()))
        assert await screen.end() == 1
        await screen.until("c2cd: ", "no such table")
    assert screen.written.index(b"\x1b[?1049l") < screen.written.index(b"no such table")


def test_an_unknown_account_is_told(tmp_path: Path) -> None:
    """A misspelt account is an error, not an empty list."""
    result = Desk(tmp_path).run("calls", "--account", "nobody")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "'nobody'" in result.stderr
