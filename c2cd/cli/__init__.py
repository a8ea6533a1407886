"""The commands: ``c2cd serve``, ``check``, ``demo`` and ``token``."""

from c2cd.cli.main import main

__all__ = ["main"]
