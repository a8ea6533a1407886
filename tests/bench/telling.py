"""What a run is asked for, and what it says meanwhile."""

from dataclasses import dataclass

import click


@dataclass(frozen=True)
class Plan:
    """So many rounds, each of so many seconds."""

    rounds: int
    seconds: float


def tell(line: str) -> None:
    """Say on stderr what is going on; what was measured goes to stdout."""
    click.echo(line, err=True)
