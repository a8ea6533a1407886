"""``c2cd history``: what became of calls, for people, programs and spreadsheets."""

import asyncio
import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from c2cd.cli.database import look
from c2cd.cli.history import csv_field
from c2cd.config import load_config
from c2cd.model.call import Call, Leg
from tests.calls.examples import a_call
from tests.cli.rows import Desk
from tests.process import C2CD, run_command
from tests.screens.terminal import terminal

NOON = 1_795_428_000.0  # 2026-11-23T10:00Z


@pytest.fixture(autouse=True)
def _in_zurich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Zurich")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def call(number: int, **known: Any) -> Call:
    """Make a call of minute ``number`` of an hour."""
    made = replace(a_call(call_id=f"c2c-b-{number:08x}00"), requested_at=NOON + 60.0 * number)
    return replace(made, **known)


SUCCESS = call(
    1,
    state="ended",
    result="success",
    contact="+15551234",
    bridged_at=NOON + 70.0,
    ended_at=NOON + 145.5,
    ended_by="admin alice",
    clicked_by="token 1f0c77ab",
    first=Leg(ringing_at=NOON + 61.0, answered_at=NOON + 65.0, ended_at=NOON + 145.5, hangup_cause=16),
)
ERROR = call(2, state="ended", result="error", cause="USER_BUSY", ended_at=NOON + 130.0, button_id="b2")
UNKNOWN = call(3, state="ended", result="unknown", account_id="swiss", contact="+41445550134")
LIVE = call(4, state="ringing")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a host with four calls in its history."""
    desk = Desk(tmp_path)
    desk.have(SUCCESS, ERROR, UNKNOWN, LIVE)
    return desk


def ids(desk: Desk, *arguments: str) -> list[str]:
    """Give the ids of the calls that are listed."""
    return [line.split("\t")[-1] for line in desk.out("history", *arguments).splitlines()]


def test_the_newest_is_first(desk: Desk) -> None:
    """A line a call: when clicked by the local clock, account, button, phones, result, talk time and id."""
    assert desk.out("history").splitlines() == [
        "2026-11-23 11:04:00\tacme\tb\t1001\t+15551234567\tringing\t-\t" + LIVE.id,
        "2026-11-23 11:03:00\tswiss\tb\t1001\t+41445550134\tunknown\t-\t" + UNKNOWN.id,
        "2026-11-23 11:02:00\tacme\tb2\t1001\t+15551234567\terror USER_BUSY\t-\t" + ERROR.id,
        "2026-11-23 11:01:00\tacme\tb\t1001\t+15551234\tsuccess\t1:15\t" + SUCCESS.id,
    ]


@pytest.mark.parametrize(
    ("arguments", "calls"),
    [
        (("--account", "swiss"), [UNKNOWN]),
        (("--button", "b2"), [ERROR]),
        (("--since", "2026-11-23T11:03"), [LIVE, UNKNOWN]),
        (("--until", "2026-11-23T10:02Z"), [ERROR, SUCCESS]),
        (("--since", "2026-11-24"), []),
        (("--since", "2026-11-23", "--until", "2026-11-23T11:01"), [SUCCESS]),
        (("--result", "error"), [ERROR]),
        (("--contact", "+1 555-1234"), [SUCCESS]),
        (("--contact", "044 555 01 34"), [UNKNOWN]),
        (("--contact", "044 555 01 34", "--account", "acme"), []),
        (("--limit", "2"), [LIVE, UNKNOWN]),
        (("--limit", "2", "--account", "acme", "--result", "success"), [SUCCESS]),
    ],
)
def test_what_is_wanted_is_listed(desk: Desk, arguments: tuple[str, ...], calls: list[Call]) -> None:
    """Each option narrows it; a contact is read as a click's is. With nothing to show it exits with 0."""
    assert ids(desk, *arguments) == [call.id for call in calls]


def test_json_is_the_api_s(desk: Desk) -> None:
    """A line a call, as the API shows it, with account, button and time."""
    lines = [json.loads(line) for line in desk.out("history", "--json").splitlines()]
    assert [line["call_id"] for line in lines] == [LIVE.id, UNKNOWN.id, ERROR.id, SUCCESS.id]
    shown = lines[-1]
    assert (shown["account_id"], shown["button_id"]) == ("acme", "b")
    assert shown["requested_at"] == "2026-11-23T10:01:00.000Z"
    assert (shown["result"], shown["talk_seconds"], shown["ended_by"]) == ("success", 75.5, "admin alice")
    assert shown["legs"]["extension"]["hangup_cause"] == 16


def test_csv_is_what_rfc_4180_says(desk: Desk) -> None:
    """A header, CRLF, quotes where they are needed; a phone number stays as it is."""
    text = desk.run("history", "--csv", "--result", "success").stdout_bytes.decode()
    assert text.count("\r\n") == text.count("\n") == 2
    ((row),) = csv.DictReader(io.StringIO(text))
    assert row == {
        "call_id": SUCCESS.id,
        "account_id": "acme",
        "button_id": "b",
        "requested_at": "2026-11-23T10:01:00.000Z",
        "contact": "+15551234",
        "extension": "1001",
        "dial_first": "extension",
        "state": "ended",
        "result": "success",
        "cause": "",
        "bridged_at": "2026-11-23T10:01:10.000Z",
        "ended_at": "2026-11-23T10:02:25.500Z",
        "talk_seconds": "75.5",
        "ended_by": "admin alice",
        "clicked_by": "token 1f0c77ab",
    }


@pytest.mark.parametrize("number", ["+15551234", "1001", "*97", "#31#", "+41445550134"])
def test_a_phone_number_is_no_formula(number: str) -> None:
    """What a spreadsheet could at most take for a number is written as it is, for programs."""
    assert csv_field("contact", number) == number


@given(st.text(st.characters(codec="utf-8")))
def test_nothing_else_can_be_a_formula(text: str) -> None:
    """Whatever stands in the database, no field begins a formula, breaks a line or steers a terminal."""
    field = csv_field("ended_by", text)
    assert field.isprintable()
    assert field[:1] not in {"=", "-", "@"}
    if field.startswith("+"):
        assert set(field[1:]) <= set("0123456789*#")


def test_a_table_ends_and_an_export_does_not(desk: Desk) -> None:
    """A table has fifty calls unless it is told otherwise; JSON and CSV have all, however many there are."""
    desk.have(*(call(number + 10) for number in range(1100)))
    assert len(desk.out("history").splitlines()) == 50
    assert len(desk.out("history", "--limit", "700").splitlines()) == 700
    assert len(desk.out("history", "--json").splitlines()) == 1104
    assert len(desk.out("history", "--csv").splitlines()) == 1105


@pytest.mark.parametrize(
    "arguments",
    [("--json", "--csv"), ("--limit", "0"), ("--result", "good"), ("--since", "soon"), ("--until", "25:00")],
)
def test_what_makes_no_sense_is_told(desk: Desk, arguments: tuple[str, ...]) -> None:
    """Options that contradict each other, or can't be read, are a usage error."""
    result = desk.run("history", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage:" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"), [(("--account", "nobody"), "'nobody'"), (("--contact", "Alice"), "'Alice'")]
)
def test_what_there_is_not_is_told(desk: Desk, arguments: tuple[str, ...], words: str) -> None:
    """An account that is not configured, and a contact that nobody can call, are errors and no empty list."""
    result = desk.run("history", *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr


def test_a_reader_who_has_enough_is_no_error(desk: Desk) -> None:
    """Where what reads the pipe ends (head), nothing is said."""
    desk.have(*(call(number + 10) for number in range(1100)))
    line = f"{sys.executable} -m c2cd history --json --config {desk.daemon.config} | head -n 1"
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=True)  # noqa: S603 - our own
    assert (done.stdout.count(b"\n"), done.stderr) == (1, b"")


def test_looking_changes_nothing(desk: Desk) -> None:
    """The database's file is the same afterwards, to the byte."""
    before = desk.daemon.database.read_bytes()
    for command in ("history", "calls", "buttons"):
        desk.run(command)
    assert desk.daemon.database.read_bytes() == before


def test_who_looks_needs_no_secret(desk: Desk) -> None:
    """The AMI secret may be root's alone: who may read configuration and database may look."""
    text = desk.daemon.config.read_text()
    desk.daemon.config.write_text(re.sub('secret = ".*"', 'secret_file = "/nowhere/ami.secret"', text))
    for command in ("history", "calls", "buttons"):
        assert desk.run(command).exit_code == 0


@pytest.fixture
def in_roots_group() -> Iterator[None]:
    """Be in root's group beside one's own, as who logs in as root."""
    groups = os.getgroups()
    os.setgroups([0])
    yield
    os.setgroups(groups)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another")
@pytest.mark.usefixtures("in_roots_group")
def test_root_looks_as_the_owner(desk: Desk, tmp_path: Path) -> None:
    """Run by root it acts as the user whom the database's folder belongs to, and leaves no file of root's."""
    for file in (tmp_path, *tmp_path.iterdir()):
        os.chown(file, 12345, 12345)
    for above in tmp_path.parents[:3]:
        above.chmod(above.stat().st_mode | 0o011)
    with look(load_config(desk.daemon.config)) as database:
        assert (os.geteuid(), os.getgroups()) == (12345, [])
        assert database.find_call(LIVE.id) == LIVE
    assert (os.geteuid(), os.getgroups()) == (0, [0])
    assert {file.stat().st_uid for file in tmp_path.iterdir()} == {12345}


@pytest.mark.parametrize("names", [("token", "create"), ("apikey", "create")])
async def test_older_lists_are_tables_there_too(tmp_path: Path, names: tuple[str, str]) -> None:
    """On a terminal a list of tokens or keys has titles, and a note steers nothing."""
    desk = Desk(tmp_path)
    await asyncio.to_thread(desk.run, *names, "--account", "acme", "--note", "x\x1b[2J")
    async with terminal(*C2CD, names[0], "list", "--config", str(desk.daemon.config)) as shown:
        assert await shown.end() == 0
        lines = await shown.until("ACCOUNT", "NOTE", r"x\x1b[2J")
    assert lines[0].split()[:2] == ["ID", "ACCOUNT"]


async def test_on_a_terminal_it_is_a_table(tmp_path: Path) -> None:
    """There it has titles, colours, names of buttons, short ids, and is cut to the terminal's width."""
    desk = Desk(tmp_path)
    (button_id,) = await asyncio.to_thread(
        desk.have_buttons, "acme", {"name": "A name that is far too long for a table", "extension": "1001"}
    )
    await asyncio.to_thread(desk.have, replace(SUCCESS, button_id=button_id), ERROR)
    command = (*C2CD, "history", "--config", str(desk.daemon.config))
    async with terminal(*command, columns=100) as shown:
        assert await shown.end() == 0
        lines = await shown.until("TALKED", SUCCESS.id[-6:])
    titles = ["CLICKED", "ACCOUNT", "BUTTON", "EXTENSION", "CONTACT", "RESULT", "TALKED", "CALL"]
    assert lines[0].split() == titles
    assert re.split(" {2,}", lines[2])[2].endswith("…")
    assert all(len(line) <= 100 for line in lines)
    assert "\x1b[32msuccess\x1b[0m" in shown.written.decode()
    assert "\x1b[31merror USER_BUSY\x1b[0m" in shown.written.decode()
    async with terminal(*command, columns=100, env={"NO_COLOR": "1"}) as shown:
        assert await shown.end() == 0
        await shown.until("TALKED")
    assert b"\x1b" not in shown.written


async def test_without_a_database_it_says_so(tmp_path: Path) -> None:
    """Where there is no database none is made, and the error says what to look at."""
    desk = Desk(tmp_path)
    code, out, err = await run_command("history", "--config", str(desk.daemon.config))
    assert (code, out) == (1, "")
    assert "store.path" in err
    assert not desk.daemon.database.exists()
