"""What the commands share: the option that names the configuration, and errors told to people."""

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec

import click

from c2cd.errors import C2cdError, ConfigError
from c2cd.logs.journal import ERROR, STDERR, is_journal, with_priority

P = ParamSpec("P")

config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="The configuration file. Else $C2CD_CONFIG, else /etc/c2cd/c2cd.toml.",
)


@contextmanager
def naming_file(path: Path) -> Iterator[None]:
    """Have a ConfigError that is found only when the configuration is used name the file too."""
    try:
        yield
    except ConfigError as error:
        message = f"{path}: {error}"
        raise type(error)(message) from error


def reporting_errors(command: Callable[P, None], *, lasting: int = 1) -> Callable[P, None]:
    """Have a command that fails say why on stderr, and exit with 1, instead of showing a traceback.

    It exits with ``lasting`` where trying again is no help before somebody has mended something.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except BrokenPipeError:
            raise  # whoever read what is printed has enough of it: click ends, and says nothing
        except (C2cdError, OSError) as error:
            _fail(lasting, error)
        except BaseExceptionGroup as group:
            told, untold = group.split((C2cdError, OSError))
            if untold is not None:
                raise
            _fail(lasting, *_leaves(told))

    return run


def _leaves(error: BaseException | None) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    elif error is not None:
        yield error


def _fail(lasting: int, *errors: BaseException) -> None:
    for error in errors:
        said = f"c2cd: {error}"
        click.echo(with_priority(said, ERROR) if is_journal(STDERR) else said, err=True)
    sys.exit(lasting if any(isinstance(error, C2cdError) and error.is_lasting for error in errors) else 1)
