"""The commands: ``c2cd serve``, ``check``, ``demo``, ``token``, ``apikey``, ``block`` and ``sign``."""

from c2cd.cli.main import main

__all__ = ["main"]
