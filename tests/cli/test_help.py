"""The commands explain themselves."""

import pytest

from tests.process import run_command

COMMANDS = [
    ["serve"],
    ["check"],
    ["demo"],
    ["token"],
    ["token", "create"],
    ["token", "list"],
    ["token", "revoke"],
    ["apikey"],
    ["apikey", "create"],
    ["apikey", "list"],
    ["apikey", "revoke"],
    ["block"],
    ["block", "add"],
    ["block", "list"],
    ["block", "remove"],
    ["sign"],
    ["backup"],
    ["buttons"],
    ["calls"],
    ["history"],
    ["hangup"],
    ["completion"],
    ["setup"],
    ["events"],
]


@pytest.mark.parametrize("option", ["--help", "-h"])
async def test_help_lists_the_commands(option: str) -> None:
    """The first help that somebody asks for names every command in a line."""
    code, out, err = await run_command(option)
    assert (code, err) == (0, "")
    for command in ("serve", "check", "demo", "token", "apikey", "block", "sign", "backup", "events"):
        assert f"\n  {command} " in out
    for command, *below in COMMANDS:
        assert below or f"\n  {command} " in out


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
async def test_each_command_has_its_help(command: list[str]) -> None:
    """Every command says what it does; one that does something shows how it is called."""
    code, out, err = await run_command(*command, "--help")
    assert (code, err) == (0, "")
    if command not in (["token"], ["apikey"], ["block"]):
        assert f"Example: c2cd {' '.join(command)}" in " ".join(out.split())


async def test_the_version_is_told() -> None:
    """The version is that of the package."""
    code, out, _ = await run_command("--version")
    assert code == 0
    assert "0.1.0" in out


@pytest.mark.parametrize(
    "arguments", [["sevre"], ["token", "made"], ["serve", "--confg", "x"], ["demo", "--port", "x"]]
)
async def test_what_is_not_known_is_told(arguments: list[str]) -> None:
    """A misspelt command, option or value is told with the usage, and the code is 2."""
    code, out, err = await run_command(*arguments)
    assert (code, out) == (2, "")
    assert "Usage:" in err
