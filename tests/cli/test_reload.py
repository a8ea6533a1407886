"""SIGHUP: what the file says now holds from the next click on, and nothing that lives is touched."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from c2cd.cli.running import is_served
from tests.cli.host import Host, check
from tests.cli.test_restart import begin, hang_up
from tests.cli.test_serve import rewrite, send
from tests.init import Init, listening_init
from tests.process import Daemon, eventually, free_port
from tests.web.site import CONTACT, LONG_TALK

BETA = '[[accounts]]\nid = "beta"\nrealm = "beta.example"\n'
LIMITED = "[accounts.limits.token]\ncalls_per_day = {}\n"
RELOADED = "INFO c2cd.reloading: reloaded"
WAITING = "WARNING c2cd.reloading: not reloaded, since it takes a restart:"
REFUSED = "ERROR c2cd.reloading: not reloaded, all stays as it was"


@pytest.fixture
def init(monkeypatch: pytest.MonkeyPatch) -> Iterator[Init]:
    """Be told what the daemons say that are started meanwhile."""
    with listening_init(monkeypatch) as init:
        yield init


async def reload(daemon: Daemon, expected: str = RELOADED) -> list[str]:
    """Send HUP, and give the lines that the log got by it, once the expected one is there.

    One of its start may come as late.
    """
    before = len(daemon.messages)
    send(daemon, signal.SIGHUP)

    async def said() -> list[str] | None:
        text = daemon.messages[before:]
        is_whole = expected in text and text.endswith("\n")
        return [line for line in text.splitlines() if " c2cd.reloading: " in line] if is_whole else None

    return await eventually(said, 10)


def add(daemon: Daemon, more: str) -> None:
    """Add to the end of the configuration."""
    daemon.config.write_text(daemon.config.read_text() + more)


async def status_of(daemon: Daemon, account: str) -> int:
    """Ask for an account's buttons without a token: 401 where there is such an account, else 404."""
    return (await daemon.request("GET", "", account=account, headers={"x-auth-token": ""})).status_code


async def test_accounts_come_and_go(host: Host) -> None:
    """An account that the file has got answers, one that it has no more is 404; the rest goes on."""
    daemon = host.daemon
    await daemon.start()
    assert [await status_of(daemon, account) for account in ("acme", "beta")] == [401, 404]
    add(daemon, BETA)
    (line,) = await reload(daemon)
    assert line.endswith(f"{RELOADED} {daemon.config}: accounts acme, beta")
    assert [await status_of(daemon, account) for account in ("acme", "beta")] == [401, 401]
    rewrite(daemon, BETA, "")
    await reload(daemon)
    assert [await status_of(daemon, account) for account in ("acme", "beta")] == [401, 404]


async def test_limits_hold_from_the_next_click_on_and_count_those_before(host: Host) -> None:
    """A limit that is lowered or raised holds at once, with the calls that were counted before."""
    daemon = host.daemon
    add(daemon, LIMITED.format(100))
    await daemon.start()
    await host.make_token()
    button_id = await daemon.create_button()
    for _ in range(2):
        assert (await daemon.click(button_id, CONTACT)).status_code == 200
    for many, status in ((2, 429), (3, 200), (3, 429), (4, 200)):
        rewrite(daemon, "calls_per_day = ", f"calls_per_day = {many} #")
        await reload(daemon)
        assert (await daemon.click(button_id, CONTACT)).status_code == status, many


async def test_what_is_said_of_open_buttons_holds(host: Host) -> None:
    """An open button that could not be saved can be once the file allows it."""
    daemon = host.daemon
    await daemon.start()
    await host.make_token()
    open_button = {"name": "Open", "extension": "1001", "auth_required": False}
    assert (await daemon.request("PUT", "", open_button)).status_code == 400
    daemon.config.write_text("allow_open_buttons = true\n" + daemon.config.read_text())
    await reload(daemon)
    assert (await daemon.request("PUT", "", open_button)).status_code == 201


async def test_a_call_in_mid_life_goes_on(host: Host) -> None:
    """A call of an account that the file has no more is followed to its end; its row is as it should be."""
    daemon = host.daemon
    button_id = await begin(host, f"+1555{LONG_TALK}", "bridged")
    before = daemon.config.read_text()
    rewrite(daemon, 'id = "acme"', 'id = "other"')
    await reload(daemon)
    assert (await daemon.request("GET", f"/{button_id}/history")).status_code == 404
    hang_up(host)
    await daemon.lines("call.ended")
    daemon.config.write_text(before)
    await reload(daemon)
    item = await daemon.wait_until(button_id, "ended")
    assert item["result"] == "success"
    assert item["talk_seconds"] > 0
    assert len(host.switch.orders) == 1


async def test_calls_that_live_stay_counted(host: Host) -> None:
    """A contact that talks while the file is read again can't be called meanwhile, and can be after."""
    daemon = host.daemon
    daemon.config.write_text(daemon.config.read_text().replace("contact_live = 0", "contact_live = 1"))
    button_id = await begin(host, f"+1555{LONG_TALK}", "bridged")
    await reload(daemon)
    assert (await daemon.click(button_id, f"+1555{LONG_TALK}")).status_code == 429
    hang_up(host)
    await daemon.wait_until(button_id, "ended")
    assert (await daemon.click(button_id, f"+1555{LONG_TALK}")).status_code == 200


async def test_the_log_is_written_elsewhere(host: Host) -> None:
    """File and masks of the event log are those of the new file; no event is lost or written twice."""
    daemon = host.daemon
    await daemon.start()
    await host.make_token()
    button_id = await daemon.create_button()
    first = (await daemon.click(button_id, CONTACT)).json()["data"]["call_id"]
    await daemon.lines("call.ended")
    before, after = daemon.events_file, daemon.folder / "elsewhere.log"
    rewrite(daemon, str(before), str(after))
    rewrite(daemon, 'level = "info"', 'level = "info"\nmask_contacts = true')
    await reload(daemon)
    second = (await daemon.click(button_id, CONTACT)).json()["data"]["call_id"]
    daemon.events_file = after
    lines = await daemon.lines("call.ended")
    assert {line["call_id"] for line in lines} == {second}
    assert lines[0]["contact"] == "*******34"
    assert CONTACT not in after.read_text()
    assert first in before.read_text()
    assert second not in before.read_text()


async def test_an_event_log_that_can_not_be_opened_yet(host: Host, init: Init) -> None:
    """While the new event log's disk hangs, or nobody reads its pipe, c2cd answers; it is turned to then."""
    daemon = host.daemon
    await daemon.start()
    await init.until("STATUS=the switch is there")
    pipe = daemon.folder / "pipe"
    os.mkfifo(pipe)
    rewrite(daemon, str(daemon.events_file), str(pipe))
    add(daemon, BETA)
    send(daemon, signal.SIGHUP)
    await init.until("RELOADING=1")
    async with asyncio.timeout(10):
        for _ in range(30):  # some of them while it is being opened
            assert await status_of(daemon, "beta") == 404
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)):
        await init.until("READY=1")
        assert await is_there(daemon, "beta")


async def is_there(daemon: Daemon, account: str) -> bool:
    """Tell whether there is such an account."""
    return await status_of(daemon, account) == 401


async def test_while_it_starts(host: Host) -> None:
    """A HUP that comes while the database is opened ends nothing, and is heeded once c2cd has started."""
    daemon = host.daemon
    with closing(sqlite3.connect(daemon.database)) as other:
        other.execute("BEGIN EXCLUSIVE")
        started = asyncio.create_task(daemon.start())

        async def opens() -> bool:
            return is_served(daemon.database)

        await eventually(opens, 10)
        add(daemon, BETA)
        send(daemon, signal.SIGHUP)
    await started
    await eventually(lambda: is_there(daemon, "beta"), 10)


async def test_the_level_changes(host: Host) -> None:
    """Messages are written from the new file's level on."""
    await host.daemon.start()
    rewrite(host.daemon, 'level = "info"', 'level = "warning"')
    rewrite(host.daemon, "[ami]", "[ami]\nmax_in_setup = 7")
    (line,) = await reload(host.daemon, WAITING)
    assert line.endswith(f"{WAITING} ami.max_in_setup")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('realm = "acme.example"', "", "accounts.0.realm: Field is required but missing"),
        ('realm = "acme.example"', 'realm = "a"\nwhitelist = ["("]', "accounts.0.whitelist.0: "),
        ("[http]", "[http", "not TOML"),
        ("/events.log", "/none/events.log", "/none/events.log"),
    ],
)
async def test_a_wrong_file_changes_nothing(host: Host, before: str, after: str, words: str) -> None:
    """Where anything in the file is wrong the log says what, and all stays as it was."""
    daemon = host.daemon
    await daemon.start()
    add(daemon, BETA)
    rewrite(daemon, before, after)
    (line,) = await reload(daemon, REFUSED)
    assert str(daemon.folder) in line
    assert words in line
    assert [await status_of(daemon, account) for account in ("acme", "beta")] == [401, 404]


async def test_each_fault_has_its_line(host: Host) -> None:
    """Of a file with several faults the log tells all."""
    daemon = host.daemon
    await daemon.start()
    rewrite(daemon, "realm", "relm")
    lines = await reload(daemon, "relm: Unknown key")
    assert [REFUSED in line for line in lines] == [True, True]


async def test_what_takes_a_restart_is_named(host: Host) -> None:
    """Keys that are not reloaded are told by name alone, stay as they were, and keep nothing else back."""
    daemon = host.daemon
    await daemon.start()
    add(daemon, BETA)
    rewrite(daemon, f"127.0.0.1:{daemon.port}", f"127.0.0.1:{free_port()}")
    rewrite(daemon, 'secret = "', 'max_in_setup = 7\nsecret = "new-')
    lines = await reload(daemon, WAITING)
    assert lines[-1].endswith(f"{WAITING} http.listen, ami.secret, ami.max_in_setup")
    assert "new-" not in "".join(lines)
    assert await status_of(daemon, "beta") == 401


async def test_systemd_is_told_of_it(host: Host, init: Init) -> None:
    """From RELOADING to READY systemd knows that it reads its file, be that right or wrong."""
    await host.daemon.start()
    await init.until("STATUS=the switch is there")
    for before, after, expected in (("acme.", "acme2.", RELOADED), ("realm", "relm", REFUSED)):
        rewrite(host.daemon, before, after)
        await reload(host.daemon, expected)
        assert await init.until("READY=1") == ["RELOADING=1", "READY=1"]


async def test_the_file_can_be_looked_at_alone(host: Host) -> None:
    """Before a reload `check --only-config` tells of the file alone, with 0 or 1, and opens nothing."""
    code, lines, _ = await check(host.daemon, "--only-config")
    assert (code, len(lines)) == (0, 1)
    assert lines[0].startswith("ok")
    rewrite(host.daemon, 'realm = "acme.example"', 'realm = "a"\nwhitelist = ["("]')
    code, lines, _ = await check(host.daemon, "--only-config")
    assert (code, len(lines)) == (1, 1)
    assert "accounts.0.whitelist.0" in lines[0]
    assert not list(host.daemon.folder.glob("c2cd.db*"))
