"""The commands explain themselves."""

import re
from collections.abc import Iterator

import click
import pytest

from c2cd.cli import main
from tests.process import run_command


def below(group: click.Group, *words: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Give each command by the words that call it, groups too."""
    for name, command in group.commands.items():
        yield (*words, name), command
        if isinstance(command, click.Group):
            yield from below(command, *words, name)


COMMANDS = dict(below(main))


@pytest.mark.parametrize("option", ["--help", "-h"])
async def test_help_lists_the_commands(option: str) -> None:
    """The first help that somebody asks for names every command in a line."""
    code, out, err = await run_command(option)
    assert (code, err) == (0, "")
    for command in main.commands:
        assert f"\n  {command} " in out


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
async def test_each_command_has_its_help(words: tuple[str, ...]) -> None:
    """Every command says what it does; one that does something shows how it is called, in a line each."""
    code, out, err = await run_command(*words, "--help")
    assert (code, err) == (0, "")
    assert "\\b" not in out
    examples = re.findall("Example: .*", COMMANDS[words].help or "")
    assert examples or isinstance(COMMANDS[words], click.Group)
    for example in examples:
        assert example.startswith(f"Example: c2cd {' '.join(words)}")
        assert f"  {example}\n" in out


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
