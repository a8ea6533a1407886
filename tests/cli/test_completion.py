"""What the shell completes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from c2cd.cli import main
from tests.calls.examples import a_call
from tests.cli.rows import Desk
from tests.process import run_command


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Give a host with a button of each account and a live call."""
    desk = Desk(tmp_path)
    monkeypatch.setenv("C2CD_CONFIG", str(desk.daemon.config))
    return desk


def offered(*words: str) -> list[str]:
    """Give what is offered for the last of these words."""
    *before, incomplete = words
    return [item.value for item in ShellComplete(main, {}, "c2cd", "_").get_completions(before, incomplete)]


@pytest.mark.parametrize(
    "command",
    [
        ("buttons",),
        ("calls",),
        ("events",),
        ("history",),
        ("token", "create"),
        ("apikey", "create"),
        ("block", "add"),
        ("block", "list"),
        ("sign",),
    ],
)
@pytest.mark.usefixtures("desk")
def test_accounts(command: tuple[str, ...]) -> None:
    """Wherever an account is asked for, those of the configuration are offered."""
    assert offered(*command, "--account", "") == ["acme", "swiss"]
    assert offered(*command, "--account", "sw") == ["swiss"]


@pytest.mark.parametrize("command", ["events", "history", "sign"])
def test_buttons(desk: Desk, command: str) -> None:
    """Buttons are offered, of the account alone that was named."""
    (acme,) = desk.have_buttons("acme", {"name": "Sales", "extension": "1"})
    (swiss,) = desk.have_buttons("swiss", {"name": "Office", "extension": "1"})
    assert offered(command, "--button", "") == [acme, swiss]
    assert offered(command, "--account", "swiss", "--button", "") == [swiss]
    assert offered(command, "--button", acme[:5]) == [acme]


def test_live_calls(desk: Desk) -> None:
    """Calls are offered to hangup, short or, where that was begun, whole."""
    call = a_call(call_id="c2c-b-1f0c77ab90de")
    desk.have(call)
    assert offered("hangup", "") == ["ab90de"]
    assert offered("hangup", "c2c-") == [call.id]
    assert offered("hangup", "2") == []
    assert offered("events", "--call", "") == ["ab90de"]


def test_what_can_not_be_looked_up_is_not_offered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a database or a configuration nothing is offered, nothing said, and nothing made."""
    assert offered("history", "--button", "") == []
    assert offered("hangup", "") == []
    assert not desk.daemon.database.exists()
    monkeypatch.setenv("C2CD_CONFIG", "/nowhere/c2cd.toml")
    for words in (("calls", "--account", ""), ("history", "--button", ""), ("hangup", "")):
        assert offered(*words) == []


@pytest.mark.parametrize(
    ("shell", "words"),
    [
        ("bash", "complete -o nosort -F"),
        ("zsh", "#compdef c2cd"),
        ("fish", "complete --no-files --command c2cd"),
    ],
)
async def test_each_shell_has_its_script(shell: str, words: str) -> None:
    """The script is printed alone."""
    code, out, err = await run_command("completion", shell)
    assert (code, err) == (0, "")
    assert words in out


async def test_an_unknown_shell_is_told() -> None:
    """Another shell is a usage error that names those that there are."""
    code, out, err = await run_command("completion", "csh")
    assert (code, out) == (2, "")
    assert "bash" in err


@pytest.mark.skipif(shutil.which("bash") is None, reason="it is for bash")
def test_a_real_bash_completes(desk: Desk) -> None:
    """A bash that has read the script completes commands and the ids of the configuration."""
    folder = Path(sys.executable).parent
    lines = (
        'eval "$(c2cd completion bash)"',
        "completed() { COMPREPLY=(); _c2cd_completion c2cd; echo ${COMPREPLY[@]}; }",
        "COMP_WORDS=(c2cd hist); COMP_CWORD=1; completed",
        "COMP_WORDS=(c2cd calls --account s); COMP_CWORD=3; completed",
    )
    env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "C2CD_CONFIG": str(desk.daemon.config)}
    done = subprocess.run(  # noqa: S603 - our own lines
        ["/bin/bash", "--norc", "-c", "\n".join(lines)], capture_output=True, text=True, check=True, env=env
    )
    assert (done.stdout.split(), done.stderr) == (["history", "swiss"], "")
