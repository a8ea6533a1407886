"""The commands: ``c2cd serve`` is the daemon, the others are for the admin beside it."""

from c2cd.cli.main import main

__all__ = ["main"]
