"""``c2cd block``: whom an account does not call, by commands."""

import os
import pwd
from typing import Any

import pytest

from c2cd.cli.owner import who_runs_this
from tests.cli.host import Host
from tests.process import run_command

ME = "alice"
ESCAPES = "a\tb\nc\x1b[2Jd\x9b\u202e"


@pytest.fixture(autouse=True)
def by_me(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the commands run under sudo."""
    monkeypatch.setenv("SUDO_USER", ME)


async def block(host: Host, *arguments: str) -> tuple[int, str, str]:
    """Run ``c2cd block`` with this host's configuration."""
    command, *rest = arguments
    return await run_command("block", command, "--config", str(host.daemon.config), *rest)


async def add(host: Host, *arguments: str, account: str = "acme") -> str:
    """Add a block, and give its id."""
    code, out, err = await block(host, "add", "--account", account, *arguments)
    assert (code, err) == (0, "")
    assert out == out.strip() + "\n"
    return out.strip()


async def listed(host: Host, *arguments: str) -> list[list[str]]:
    """Give the columns of ``block list``."""
    code, out, err = await block(host, "list", *arguments)
    assert (code, err) == (0, "")
    return [line.split("\t") for line in out.splitlines()]


def with_region(host: Host, region: str) -> None:
    """Give the account a region, and add another without one."""
    text = host.daemon.config.read_text()
    more = f'region = "{region}"\n[[accounts]]\nid = "other"\nrealm = "other.example"\n'
    host.daemon.config.write_text(text + more)


async def test_added_listed_and_removed(host: Host) -> None:
    """The id is printed alone; the list tells what, why, who and when, with --all of removed ones too."""
    number = await add(host, "--note", "asked us", "+1 (555) 123-4567")
    pattern = await add(host, "--pattern", r"^\+1900")
    first, second = await listed(host)
    assert (first[:5], first[6:]) == (
        [number, "acme", "number", "+15551234567", ME],
        ["in-force", "asked us"],
    )
    assert (second[:5], second[6:]) == ([pattern, "acme", "pattern", r"^\+1900", ME], ["in-force", ""])
    assert first[5].endswith("Z")
    assert await block(host, "remove", number) == (0, "", "")
    assert await listed(host) == [second]
    gone, still = await listed(host, "--all")
    assert gone[:6] == first[:6]
    assert gone[6].startswith(f"removed by {ME} 2")
    assert gone[7] == "asked us"
    assert still == second


async def test_by_account(host: Host) -> None:
    """The list may be of one account."""
    with_region(host, "US")
    await add(host, "1900")
    await add(host, "1900", account="other")
    assert [row[1] for row in await listed(host)] == ["acme", "other"]
    assert [row[1] for row in await listed(host, "--account", "other")] == ["other"]


async def test_who(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Adding and removing are by who did each: under sudo who called it, else whose the process is."""
    block_id = await add(host, "1900")
    monkeypatch.setenv("SUDO_USER", "bob")
    await block(host, "remove", block_id)
    ((*_, by, _, state, _),) = await listed(host, "--all")
    assert by == ME
    assert state.startswith("removed by bob ")
    monkeypatch.setenv("SUDO_USER", "")
    await add(host, "1900")
    ((*_, by, _, _, _),) = await listed(host)
    assert by == who_runs_this()


def test_who_without_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has no entry among the users has a number, and whoever calls a variable LOGNAME is not believed."""
    monkeypatch.delenv("SUDO_USER")
    monkeypatch.setenv("LOGNAME", "mallory")
    assert who_runs_this() != "mallory"
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999_999)
    assert who_runs_this() == "uid 3999999999"
    monkeypatch.setattr(os, "getuid", lambda: 0)
    assert who_runs_this() == pwd.getpwuid(0).pw_name


@pytest.mark.parametrize("written", ["555 234 5678", "1-555-234-5678", "011 1 555 234 5678", "+15552345678"])
async def test_a_region_reads_the_number(host: Host, written: str) -> None:
    """Where the account has a region, a number is blocked in the one form in which clicks are read."""
    with_region(host, "US")
    await add(host, written)
    assert [row[3] for row in await listed(host)] == ["+15552345678"]


@pytest.mark.parametrize(
    ("written", "blocked"),
    [
        ("+44 (0)20 7946 0000", "+442079460000"),
        ("+12125551234567", "+12125551234"),
        ("sip:+1.212.555.1234@pbx.example", "+12125551234"),
        ("sip:Bob@Example.com", "sip:bob@example.com"),
    ],
)
async def test_a_phone_is_blocked(host: Host, written: str, blocked: str) -> None:
    """Without a region, too, what is blocked is the phone that clicks are counted by."""
    await add(host, written)
    assert [row[3] for row in await listed(host)] == [blocked]


async def test_blocked_already(host: Host) -> None:
    """A number that is blocked, however it is written, is told with the block's id."""
    block_id = await add(host, "+15551234567")
    code, out, err = await block(host, "add", "--account", "acme", "+1 555 123 4567")
    assert (code, out) == (1, "")
    assert err == f"c2cd: +15551234567 is blocked already, by {block_id}: see c2cd block list\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--pattern", "("), "Not a pattern that RE2 takes: missing )"),
        (("--pattern", "1(?=555)"), "Not a pattern that RE2 takes"),
        (("--pattern", ""), "not a pattern"),  # it would block everybody
        (("--pattern", "1" * 1025), "not a pattern"),
        (("*97",), "neither a phone number"),
        (("sip:bob",), "not a SIP URI"),
        (("",), "neither a phone number"),
    ],
)
async def test_what_can_be_no_block_is_told(host: Host, arguments: tuple[str, ...], told: str) -> None:
    """A pattern that RE2 refuses, and a number that is none, are told in words, and nothing is blocked."""
    code, out, err = await block(host, "add", "--account", "acme", *arguments)
    assert (code, out) == (1, "")
    assert err.startswith("c2cd: ")
    assert told in err
    assert await listed(host) == []


async def test_unknown_ones_are_told(host: Host) -> None:
    """An account that is not configured, and an id of no block, are errors that say where to look."""
    code, out, err = await block(host, "add", "--account", "nobody", "1900")
    assert (code, out) == (1, "")
    assert "'nobody'" in err
    block_id = await add(host, "1900")
    await block(host, "remove", block_id)
    for unknown in (block_id, "nothing"):
        code, out, err = await block(host, "remove", unknown)
        assert (code, out) == (1, "")
        assert f"'{unknown}'" in err
        assert "c2cd block list" in err


@pytest.mark.parametrize("arguments", [("add",), ("add", "1900"), ("add", "--account", "acme"), ("remove",)])
async def test_wrong_arguments_are_told(host: Host, arguments: tuple[str, ...]) -> None:
    """Arguments that are missing are told with the usage."""
    code, out, err = await block(host, *arguments)
    assert (code, out) == (2, "")
    assert "Usage:" in err


@pytest.mark.parametrize("command", ["block", "token", "apikey"])
async def test_a_note_steers_no_terminal(host: Host, command: str) -> None:
    """What a note holds can neither break a list's line nor steer the terminal that shows it."""
    made: dict[str, Any] = {"block": ("add", "1900"), "token": ("create",), "apikey": ("create",)}
    config = ("--config", str(host.daemon.config))
    name, *what = made[command]
    code, _, err = await run_command(command, name, *config, "--account", "acme", "--note", ESCAPES, *what)
    assert code == 0, err
    _, out, _ = await run_command(command, "list", *config)
    assert out.count("\n") == 1
    assert out.removesuffix("\n").split("\t")[-1] == r"a\tb\nc\x1b[2Jd\x9b\u202e"


async def test_while_the_daemon_runs(host: Host) -> None:
    """Blocks are added and removed beside a daemon that has the database open."""
    await host.daemon.start()
    block_id = await add(host, "1900")
    assert [row[0] for row in await listed(host)] == [block_id]
    assert await block(host, "remove", block_id) == (0, "", "")
