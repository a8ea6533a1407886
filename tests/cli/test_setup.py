"""``c2cd setup``: what it says, what it asks, and how it ends."""

import asyncio
import socket
import sys
from pathlib import Path

import click.testing
import msgspec
import pytest

from c2cd.cli import setup as command
from c2cd.cli.main import main
from c2cd.cli.setup import finish
from c2cd.clock import SystemClock
from c2cd.config import read_config
from c2cd.setup.configuration import FirstAccount
from c2cd.setup.steps import DROP_INS
from tests.cli.host import Host
from tests.setup.machine import PREFIX, Machine
from tests.web.site import SECRET


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Give a host where c2cd is installed as the README says, and whose checks have nothing to say."""
    monkeypatch.setattr(sys, "prefix", str(PREFIX))
    monkeypatch.setattr(command, "finish", lambda *_: 0)
    return Machine(tmp_path / "host")


def run(machine: Machine, *options: str, says: str = "") -> click.testing.Result:
    """Run the command on the host; ``says`` is what the admin types."""
    return click.testing.CliRunner().invoke(main, ["setup", *options], obj=machine.host, input=says)


def test_a_dry_run_only_shows(machine: Machine) -> None:
    """--dry-run shows each line, asks nothing, changes nothing and ends well."""
    before = machine.tree()
    result = run(machine, "--dry-run")
    assert result.exit_code == 0
    assert "  + write /etc/c2cd/c2cd.toml: a new file, " in result.output
    assert "  + run systemctl enable --now c2cd.service\n" in result.output
    assert "Go on?" not in result.output
    assert (machine.tree(), machine.ran) == (before, [])


def test_who_says_no_has_nothing_changed(machine: Machine) -> None:
    """It asks before it does anything; no, or no answer, is an exit code of 1 and nothing is changed."""
    before = machine.tree()
    for says in ("n\n", "\n", ""):
        result = run(machine, says=says)
        assert result.exit_code == 1
        assert "Go on? [y/N]" in result.output
    assert (machine.tree(), machine.ran) == (before, [])


@pytest.mark.parametrize(("options", "says"), [(["--yes"], ""), ([], "y\n")], ids=["--yes", "asked"])
def test_who_says_yes_has_it(machine: Machine, options: list[str], says: str) -> None:
    """With a yes it is done; run again, it says that nothing has to be changed, and asks nothing."""
    assert run(machine, "--account", "shop", *options, says=says).exit_code == 0
    assert machine.active
    assert 'id = "shop"' in machine.text("/etc/c2cd/c2cd.toml")
    before, ran = machine.tree(), list(machine.ran)
    again = run(machine)
    assert again.exit_code == 0
    assert "Nothing has to be changed." in again.output
    assert (machine.tree(), machine.ran) == (before, ran)


def test_no_secret_is_shown(machine: Machine) -> None:
    """What it prints holds neither the AMI secret nor a part of it, on any of its ways."""
    printed = [run(machine, "--yes").output]
    secret = machine.text("/etc/c2cd/ami.secret").strip()
    machine.host.at("/etc/asterisk/manager.d/c2cd.conf").unlink()
    machine.failing = "asterisk -rx manager reload"
    failed = run(machine, "--yes")
    assert failed.exit_code == 1
    printed += [failed.output, run(machine, "--remove", "--dry-run").output]
    assert secret[:12] not in "".join(printed)


def test_a_failure_says_what_was_done(machine: Machine) -> None:
    """Where a command fails its words are told, with what was done before, and that a second run goes on."""
    machine.failing = "systemctl daemon-reload"
    result = run(machine, "--yes")
    assert result.exit_code == 1
    assert (
        "c2cd: run systemctl daemon-reload: systemctl ended with 1: systemctl: it does not work today\n"
        in (result.output)
    )
    assert "\n  done: make the folder /etc/c2cd, root:c2cd 0750\n" in result.output
    assert result.output.endswith("\nIt is done up to there, and run again goes on.\n")
    machine.failing = "nothing"
    assert run(machine, "--yes").exit_code == 0
    assert machine.active


def test_removal(machine: Machine) -> None:
    """--remove shows and asks too; then only what stays is told, and a second one finds nothing."""
    run(machine, "--yes")
    made = machine.tree()
    machine.host.at(DROP_INS).mkdir()
    assert f"  = {DROP_INS} is yours, and stays\n" in run(machine, "--remove", "--dry-run").output
    assert run(machine, "--remove", says="n\n").exit_code == 1
    assert machine.tree() == made
    result = run(machine, "--remove", says="y\n")
    assert result.exit_code == 0
    assert "  - remove /etc/c2cd with ami.secret, c2cd.toml\n" in result.output
    assert "/var/lib/c2cd with the database, and /opt/c2cd, which is yours to delete" in result.output
    assert not machine.host.at("/etc/c2cd").exists()


def test_a_second_removal_finds_nothing(machine: Machine) -> None:
    """Where there is nothing it says so, and ends well."""
    result = run(machine, "--remove")
    assert (result.exit_code, result.output) == (0, "There is nothing to take away.\n")


@pytest.mark.parametrize("remove", [[], ["--remove"]], ids=["setup", "--remove"])
def test_what_it_needs(machine: Machine, remove: list[str]) -> None:
    """Who is not root, or has no systemd, is told before anything is looked at."""
    machine.host.at("/run/systemd/system").rmdir()
    result = run(machine, "--yes", *remove)
    assert (result.exit_code, result.output.startswith("c2cd: systemd does not run")) == (1, True)
    machine.host.is_root = False
    result = run(machine, "--yes", *remove)
    assert (result.exit_code, result.output.startswith("c2cd: only root can do this")) == (1, True)
    assert machine.ran == []


@pytest.mark.parametrize("option", [("--account", "a b"), ("--region", "XX"), ("--realm", "a\nb"), ("--no",)])
def test_a_wrong_word_is_a_wrong_usage(machine: Machine, option: tuple[str, ...]) -> None:
    """An option, or an account, that can't be is an exit code of 2, and nothing is changed."""
    before = machine.tree()
    assert run(machine, "--yes", *option).exit_code == 2
    assert (machine.tree(), machine.ran) == (before, [])


def test_it_asks_for_what_was_not_said() -> None:
    """At a terminal it asks what the options did not say; nothing is this host's name, and no region."""
    with click.testing.CliRunner().isolation("shop\n\nde\n"):
        asked = command._first_account(None, None, None, is_asked=True)
    assert asked == FirstAccount("shop", socket.gethostname(), "DE")
    with click.testing.CliRunner().isolation("\n"):
        asked = command._first_account("shop", "shop.example", None, is_asked=True)
    assert asked == FirstAccount("shop", "shop.example", None)


async def test_the_end_of_it(host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    """At the end come the lines of the checks, and lines that click, with a token that is made only once."""
    await host.daemon.start()
    assert await asyncio.to_thread(finish, host.daemon.config, SystemClock()) == 0
    checks, _, lines = capsys.readouterr().out.partition("\n\nThe first token of the account 'acme'")
    assert {line[:5] for line in checks.splitlines()} == {"ok   "}
    shell = await asyncio.create_subprocess_exec(
        *("sh", "-ec", lines[lines.index("TOKEN=") :]), stdout=asyncio.subprocess.PIPE
    )
    answer, _ = await shell.communicate()
    assert msgspec.json.decode(answer)["status"] == "success"
    assert [order["channel"] for order in host.switch.orders][-1:] == ["Local/101@from-internal/n"]
    assert await asyncio.to_thread(finish, host.daemon.config, SystemClock()) == 0
    assert "TOKEN" not in capsys.readouterr().out


def test_a_socket_is_asked_by_its_path() -> None:
    """Where c2cd listens at a Unix socket the lines that click go there, and above is the console."""
    account = {"id": "acme", "realm": "acme.example"}
    http = {"listen": "unix:/run/c2cd/http", "console_listen": "127.0.0.1:8001"}
    content = {"http": http, "ami": {"secret": "s"}, "accounts": [account]}
    lines = command._first_call(read_config(content, "test"), "c2cd_x")
    assert lines.count('curl -s --unix-socket /run/c2cd/http -H "X-Auth-Token: $TOKEN"') == 2
    assert "URL=http://c2cd/v2/accounts/acme/clicktocall\n" in lines
    assert "http://127.0.0.1:8001/console/\n\nTOKEN=c2cd_x\n" in lines
    http["console_listen"] = "unix:/run/c2cd/console"
    assert "/console/" not in command._first_call(read_config(content, "test"), "c2cd_x")


async def test_what_is_wrong_is_an_exit_code(host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a check fails the exit code is 1; the token is made all the same."""
    text = host.daemon.config.read_text()
    host.daemon.config.write_text(text.replace(SECRET, "not-the-secret"))
    assert await asyncio.to_thread(finish, host.daemon.config, SystemClock()) == 1
    out = capsys.readouterr().out
    assert "FAIL ami: " in out
    assert "TOKEN=c2cd_" in out
